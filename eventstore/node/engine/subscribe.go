package engine

import (
	"context"
	"fmt"
	"iter"
)

// Signal is one thing that a subscription tells: an event, a checkpoint, or that
// it is live from here on.
type Signal struct {
	Event      *Event
	Checkpoint int64 // a position up to which nothing that matches is missing
	CaughtUp   bool
	At         int64 // with CaughtUp: the position or revision up to which it has looked
}

// Filter chooses events of the whole log.
type Filter struct {
	Match    func(*Event) bool // nil: all
	Interval int               // events considered between two checkpoints; 0: no checkpoints
}

var errClosing = fmt.Errorf("%w: closing", ErrUnavailable)

// SubscribeAll follows the log behind a position (End: only what is new). It
// ends with an error only: ErrUnavailable or the context's.
func (e *Engine) SubscribeAll(ctx context.Context, after int64, f Filter) iter.Seq2[Signal, error] {
	if after == End {
		after = e.tail.position() // as of this call, not of the first read
	}
	return func(yield func(Signal, error) bool) {
		s := &allSubscription{engine: e, filter: f, cursor: after, yield: yield}
		if err := s.run(ctx); err != nil {
			yield(Signal{}, err)
		}
	}
}

// allSubscription reads pages of the storage until the tail reaches back to its
// cursor, then the tail: every event behind the cursor, once and in order.
type allSubscription struct {
	engine     *Engine
	filter     Filter
	yield      func(Signal, error) bool
	pager      pager
	cursor     int64 // position of the last event considered
	considered int   // since the last checkpoint
	live       bool
}

// run returns nil when the consumer has had enough.
func (s *allSubscription) run(ctx context.Context) error {
	for s.engine.ctx.Err() == nil {
		recent, ok := s.engine.tail.after(s.cursor)
		if !ok {
			s.live = false
			page, err := s.history(ctx)
			if err != nil {
				return err
			}
			recent = slice{events: page.Events}
		}
		if !s.deliver(recent.events) {
			return nil
		}
		if !recent.end {
			continue
		}
		if !s.live && !s.goLive() {
			return nil
		}
		if err := s.engine.wait(ctx, recent.more); err != nil {
			return err
		}
	}
	return errClosing
}

// history reads a page of the storage. The tail reaches back to the end of it,
// so an empty page means that the log has shrunk.
func (s *allSubscription) history(ctx context.Context) (Page, error) {
	page, err := s.engine.store.AllPage(ctx, Range{From: s.cursor + 1, To: End, Limit: s.pager.next()})
	if err == nil && len(page.Events) == 0 {
		return page, fmt.Errorf("%w: the log ends before %d", ErrUnavailable, s.cursor)
	}
	s.pager.seen(page)
	return page, err
}

// deliver moves the cursor over events whether they match or not, and tells so
// now and then. It returns false when the consumer has had enough, as do the
// following.
func (s *allSubscription) deliver(events []*Event) bool {
	for _, e := range events {
		if (s.filter.Match == nil || s.filter.Match(e)) && !s.yield(Signal{Event: e}, nil) {
			return false
		}
		s.cursor = e.Position
		s.considered++
		if s.considered == s.filter.Interval && !s.checkpoint() {
			return false
		}
	}
	return true
}

func (s *allSubscription) checkpoint() bool {
	s.considered = 0
	return s.yield(Signal{Checkpoint: s.cursor}, nil)
}

// goLive tells that the subscription is live, and first how far it has looked:
// a filter that matches nothing would else be resumed from its start.
func (s *allSubscription) goLive() bool {
	s.live = true
	if s.filter.Interval > 0 && s.cursor > 0 && !s.checkpoint() {
		return false
	}
	return s.yield(Signal{CaughtUp: true, At: s.cursor}, nil)
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

// SubscribeStream follows a stream, which need not exist yet, behind a revision
// (NoRevision: from its first event; End: only what is new). It ends with an
// error only: DeletedError, ErrUnavailable or the context's.
func (e *Engine) SubscribeStream(ctx context.Context, stream string, after int64) (iter.Seq2[Signal, error], error) {
	if after == End {
		info, err := e.store.Info(ctx, stream)
		if err != nil {
			return nil, err
		}
		after = info.Last
	}
	return func(yield func(Signal, error) bool) {
		s := &streamSubscription{engine: e, stream: stream, cursor: after, yield: yield}
		for more := true; more; {
			var err error
			if more, err = s.turn(ctx); err != nil {
				yield(Signal{}, err)
				return
			}
		}
	}, nil
}

// streamSubscription reads the storage each time the stream has changed.
type streamSubscription struct {
	engine *Engine
	stream string
	yield  func(Signal, error) bool
	cursor int64 // revision of the last event seen
	live   bool
}

// turn delivers what there is and waits for more; false means that the consumer
// has had enough.
func (s *streamSubscription) turn(ctx context.Context) (bool, error) {
	more, release := s.engine.tail.stream(s.stream)
	defer release()
	if ok, err := s.deliver(ctx); !ok || err != nil {
		return false, err
	}
	if !s.live {
		s.live = true
		if !s.yield(Signal{CaughtUp: true, At: s.cursor}, nil) {
			return false, nil
		}
	}
	return true, s.engine.wait(ctx, more)
}

// deliver reads what is visible behind the cursor. An event of after this moment
// wakes the waiter that was taken before it.
func (s *streamSubscription) deliver(ctx context.Context) (bool, error) {
	info, err := s.engine.store.Info(ctx, s.stream)
	if err != nil {
		return false, err
	}
	if info.Tombstoned {
		return false, &DeletedError{s.stream}
	}
	for event, err := range s.engine.visible(ctx, s.stream, info, Range{From: s.cursor + 1, To: info.Last}, End) {
		if err != nil {
			return false, err
		}
		s.cursor = event.Revision
		if !s.yield(Signal{Event: event}, nil) {
			return false, nil
		}
	}
	return true, nil
}
