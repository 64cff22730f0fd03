package engine

import (
	"context"
	"errors"
	"time"
)

// serve commits groups of writes until the storage fails or the engine closes.
func (e *Engine) serve(s *state) error {
	idle := time.NewTicker(idleCheck)
	defer idle.Stop()
	var p pace
	for {
		select {
		case <-e.ctx.Done():
			return e.ctx.Err()
		case <-idle.C:
			if err := e.check(s); err != nil {
				return err
			}
		case r := <-e.queue:
			batch := e.gather(r, p)
			began := time.Now()
			if err := e.commit(s, batch); err != nil {
				return err
			}
			p = pace{before: p.last, last: len(batch), took: time.Since(began)}
		}
	}
}

// check finds a lost connection while nobody writes, so that Ready tells the
// truth and the next write does not have to fail.
func (e *Engine) check(s *state) error {
	ctx, cancel := storageContext()
	defer cancel()
	return s.writer.Check(ctx)
}

// pace is what groups of writes were like of late.
type pace struct {
	before, last int           // writes in the last two
	took         time.Duration // to commit the last one
}

// least is how many writes are worth waiting for: two thirds of a group. Without
// it small groups and large ones would alternate, since callers come back all at
// once when their group is done, and the first of them would make all others
// wait for a commit of its own. Who writes alone waits for nobody.
func (p pace) least() int { return (p.before + p.last) / 3 }

// patience bounds the wait for callers who do not come back.
func (p pace) patience() time.Duration { return min(p.took, maxPatience) }

// gather takes the writes that are waiting by now and, where more are likely to
// follow at once, these: the busier the engine, the more of them share a commit.
func (e *Engine) gather(first *request, p pace) []*request {
	batch := []*request{first}
	events, bytes := first.write.size()
	var enough <-chan time.Time
	for events < batchEvents && bytes < batchBytes {
		var r *request
		select {
		case r = <-e.queue:
		default:
			if len(batch) >= p.least() {
				return batch
			}
			if enough == nil {
				enough = time.After(p.patience())
			}
			select {
			case r = <-e.queue:
			case <-enough:
				return batch
			case <-e.ctx.Done():
				return batch
			}
		}
		n, b := r.write.size()
		batch, events, bytes = append(batch, r), events+n, bytes+b
	}
	return batch
}

func (w Write) size() (events, bytes int) {
	for _, p := range w.Events {
		bytes += len(p.Data) + len(p.Metadata)
	}
	return len(w.Events), bytes
}

// commit decides a batch in order, stores it as one, publishes it, and only
// then answers, since any answer may rest on an earlier write of the batch. A
// failure is the answer to all of them.
func (e *Engine) commit(s *state, batch []*request) error {
	ctx, cancel := storageContext()
	defer cancel()
	answers, err := decide(ctx, s, batch)
	var stored []*Event
	if err == nil {
		stored, err = s.flush(ctx)
	}
	if err != nil {
		for _, r := range batch {
			r.refuse(err)
		}
		return err
	}
	e.tail.publish(stored)
	for i, r := range batch {
		r.answer <- answers[i]
	}
	return nil
}

// decide answers a batch of writes for the case that it is stored. Its error is
// the storage's.
func decide(ctx context.Context, s *state, batch []*request) ([]answer, error) {
	streams := make([]string, len(batch))
	for i, r := range batch {
		streams[i] = r.write.Stream
	}
	if err := s.load(ctx, streams); err != nil {
		return nil, err
	}
	answers := make([]answer, len(batch))
	for i, r := range batch {
		if r.ctx.Err() != nil { // nobody waits for it any more
			answers[i].err = r.ctx.Err()
			continue
		}
		answers[i].result, answers[i].err = s.apply(ctx, r.write)
		if err := answers[i].err; err != nil && !refusal(err) {
			return nil, err
		}
	}
	return answers, nil
}

// refusal tells an answer to the caller from a failure.
func refusal(err error) bool {
	var wrong *WrongVersionError
	var deleted *DeletedError
	return errors.As(err, &wrong) || errors.As(err, &deleted)
}

// storageContext outlives Close, so that a commit is not cut off half-way.
func storageContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), storageTimeout)
}
