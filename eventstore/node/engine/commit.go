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
	for {
		select {
		case <-e.ctx.Done():
			return e.ctx.Err()
		case <-idle.C:
			if err := e.check(s); err != nil {
				return err
			}
		case r := <-e.queue:
			if err := e.commit(s, e.gather(r)); err != nil {
				return err
			}
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

// gather takes the writes that are waiting by now: the busier the engine, the
// more of them share one commit.
func (e *Engine) gather(first *request) []*request {
	batch := []*request{first}
	events, bytes := first.write.size()
	for events < batchEvents && bytes < batchBytes {
		select {
		case r := <-e.queue:
			n, b := r.write.size()
			batch, events, bytes = append(batch, r), events+n, bytes+b
		default:
			return batch
		}
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
