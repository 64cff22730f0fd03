package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Signal is one thing that a subscription tells: an event, or only how far it
// has looked.
type Signal struct {
	Event    *Event
	At       int64 // position, or revision in a stream, up to which nothing that matches is missing
	CaughtUp bool  // it is live from here on
}

var errClosing = fmt.Errorf("%w: closing", ErrUnavailable)

// Last is where a subscription begins that is to tell only what is new: the
// position of the log's last event, or the revision of a stream's.
func (e *Engine) Last(ctx context.Context, source string) (int64, error) {
	if source == All {
		return e.tail.position(), nil
	}
	info, err := e.store.Info(ctx, source)
	return info.Last, err
}

// Subscribe follows a stream, which need not exist yet, behind a revision
// (NoRevision: from its first event), or All behind a position. Of All it tells
// only what matches, and how far it has looked each time it has considered as
// many events as the interval says (0: never). It ends with an error only:
// DeletedError, ErrUnavailable or the context's.
func (e *Engine) Subscribe(ctx context.Context, source string, after int64, match Match, interval int) iter.Seq2[Signal, error] {
	return func(yield func(Signal, error) bool) {
		s := subscription{engine: e, source: source, cursor: after, match: shown(match), interval: interval}
		s.send = func(signal Signal) error {
			if !yield(signal, nil) {
				return errEnough
			}
			return nil
		}
		turn := s.streamTurn
		if source == All {
			turn, s.cursor = s.logTurn, max(after, 0) // below which there is nothing
		}
		var err error
		for err == nil {
			err = turn(ctx)
		}
		if !errors.Is(err, errEnough) {
			yield(Signal{}, err)
		}
	}
}

// errEnough ends a subscription whose consumer wants no more.
var errEnough = errors.New("the consumer has had enough")

// subscription tells every event behind its cursor, once and in order. Each of
// its turns tells what there is and waits for more.
type subscription struct {
	engine     *Engine
	source     string
	match      Match
	interval   int
	send       func(Signal) error
	cursor     int64 // the last event considered
	considered int   // events since it was last told how far it has looked
	live       bool
}

// logTurn reads the storage until the tail reaches back to the cursor, then the
// tail.
func (s *subscription) logTurn(ctx context.Context) error {
	recent, ok := s.engine.tail.after(s.cursor)
	if !ok {
		return s.history(ctx)
	}
	for _, e := range recent.events {
		if err := s.consider(e); err != nil {
			return err
		}
	}
	if !recent.end {
		return nil
	}
	if err := s.goLive(); err != nil {
		return err
	}
	return s.engine.wait(ctx, recent.more)
}

// history reads the storage up to what is now the log's end. The tail reaches
// back to that, so no event at all means that the log has shrunk.
func (s *subscription) history(ctx context.Context) error {
	s.live = false
	begin := s.cursor
	for e, err := range s.engine.events(ctx, All, Range{From: begin + 1, To: s.engine.tail.position()}, End, nil) {
		if err == nil {
			err = s.consider(e)
		}
		if err != nil {
			return err
		}
	}
	if s.cursor == begin {
		return fmt.Errorf("%w: the log ends before %d", ErrUnavailable, begin)
	}
	return nil
}

// consider moves the cursor over an event of the log whether it matches or not,
// and tells so now and then.
func (s *subscription) consider(e *Event) error {
	if s.engine.ctx.Err() != nil {
		return errClosing
	}
	s.cursor = e.Position
	s.considered++
	if s.match(e) {
		if err := s.send(Signal{Event: e, At: s.cursor}); err != nil {
			return err
		}
	}
	if s.considered == s.interval {
		return s.checkpoint()
	}
	return nil
}

func (s *subscription) checkpoint() error {
	s.considered = 0
	return s.send(Signal{At: s.cursor})
}

// goLive tells that a subscription to the log is live, and first how far it has
// looked: a filter that matches nothing would else be resumed from its start.
func (s *subscription) goLive() error {
	if s.live {
		return nil
	}
	s.live = true
	if s.interval > 0 && s.cursor > 0 {
		if err := s.checkpoint(); err != nil {
			return err
		}
	}
	return s.send(Signal{At: s.cursor, CaughtUp: true})
}

// streamTurn reads the storage each time the stream has changed. An event of
// after that moment wakes the waiter that was taken before it.
func (s *subscription) streamTurn(ctx context.Context) error {
	more, release := s.engine.tail.stream(s.source)
	defer release()
	info, err := s.engine.store.Info(ctx, s.source)
	if err != nil {
		return err
	}
	if info.Tombstoned {
		return &DeletedError{s.source}
	}
	for e, err := range s.engine.visible(ctx, s.source, info, Range{From: s.cursor + 1, To: info.Last}, End) {
		if err != nil {
			return err
		}
		s.cursor = e.Revision
		if err := s.send(Signal{Event: e, At: s.cursor}); err != nil {
			return err
		}
	}
	if !s.live {
		s.live = true
		if err := s.send(Signal{At: s.cursor, CaughtUp: true}); err != nil {
			return err
		}
	}
	return s.engine.wait(ctx, more)
}

// wait blocks until something is published.
func (e *Engine) wait(ctx context.Context, more <-chan struct{}) error {
	select {
	case <-more:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-e.ctx.Done():
		return errClosing
	}
}
