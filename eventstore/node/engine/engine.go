// Package engine is the event store without its protocol: one goroutine decides
// and commits all writes, in groups; readers and subscriptions read the storage
// and the tail of the log beside it.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	queueSize   = 1024
	batchEvents = 2000
	batchBytes  = 4 << 20
	// maxPatience bounds how long a group of writes waits for more of them.
	maxPatience = 5 * time.Millisecond
	// storageTimeout bounds one exchange with the storage; past it the outcome
	// of a commit is unknown.
	storageTimeout = 10 * time.Second
	// idleCheck is how often an idle writer makes sure that it may still write.
	idleCheck = time.Second
	// grace is how long writes wait for a lost storage before they are refused:
	// a quick restart is then a pause and no error.
	grace      = 2 * time.Second
	maxBackoff = time.Second
)

// Engine serves one log. Its methods may be called from many goroutines.
type Engine struct {
	store  Store
	tail   *tail
	log    *slog.Logger
	queue  chan *request
	down   atomic.Pointer[error] // why nothing can be written just now
	ctx    context.Context       // done when Close begins
	cancel context.CancelFunc
	done   chan struct{} // closed when the writer has ended
}

// request is a write on its way to the writer, which answers each exactly once.
type request struct {
	ctx    context.Context
	write  Write
	answer chan answer
}

type answer struct {
	result Result
	err    error
}

// Open takes the right to write to a store, which it closes with itself.
// ErrLocked: another engine has it.
func Open(ctx context.Context, store Store, log *slog.Logger) (*Engine, error) {
	s, err := newState(ctx, store)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		store: store, tail: newTail(s.last), log: log,
		queue: make(chan *request, queueSize), done: make(chan struct{}),
	}
	e.ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go e.run(s)
	return e, nil
}

// Close ends the writer after the commit it is at, then everything else.
func (e *Engine) Close() {
	e.Stop()
	<-e.done
	e.store.Close()
}

// Stop ends subscriptions and refuses writes, without waiting.
func (e *Engine) Stop() { e.cancel() }

// Ready is nil when events can be written and read.
func (e *Engine) Ready(ctx context.Context) error {
	if e.ctx.Err() != nil {
		return errClosing
	}
	if err := e.down.Load(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, *err)
	}
	return e.store.Ping(ctx)
}

// Write decides and stores a write; when it returns without an error, the
// events are durable. Errors: WrongVersionError, DeletedError, ErrUnavailable,
// or the context's, after which the events may be stored all the same.
func (e *Engine) Write(ctx context.Context, w Write) (Result, error) {
	r := &request{ctx: ctx, write: w, answer: make(chan answer, 1)}
	select {
	case e.queue <- r:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	case <-e.done:
		return Result{}, ErrUnavailable
	}
	select {
	case a := <-r.answer:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, ctx.Err()
	case <-e.done:
	}
	select { // the writer has ended, perhaps after its answer
	case a := <-r.answer:
		return a.result, a.err
	default:
		return Result{}, ErrUnavailable
	}
}

func (r *request) refuse(err error) {
	r.answer <- answer{err: fmt.Errorf("%w: %w", ErrUnavailable, err)}
}

// run writes until the engine is closed, whatever happens to the storage.
func (e *Engine) run(s *state) {
	defer close(e.done)
	for s != nil {
		err := e.serve(s)
		s.writer.Close()
		if e.ctx.Err() != nil {
			return
		}
		e.log.Error("event log not writable", slog.Any("error", err))
		s = e.recover(err)
	}
}

// recover takes the right to write again and brings the tail up to date: a
// commit whose outcome was unknown is in the log, or never will be. It returns
// nil when the engine is closed.
func (e *Engine) recover(cause error) *state {
	patience := time.NewTimer(grace)
	defer patience.Stop()
	var queue chan *request // nil while writes may still wait
	backoff := 20 * time.Millisecond
	for {
		why := cause
		e.down.Store(&why)
		if !errors.Is(cause, ErrSecondWriter) {
			s, err := e.reopen()
			if err == nil {
				e.down.Store(nil)
				e.log.Info("event log writable again")
				return s
			}
			cause = err
		}
		retry := time.After(backoff)
		for waiting := true; waiting; {
			select {
			case <-retry:
				waiting = false
			case <-patience.C:
				queue = e.queue
			case r := <-queue:
				r.refuse(cause)
			case <-e.ctx.Done():
				return nil
			}
		}
		backoff = min(2*backoff, maxBackoff)
	}
}

// reopen is one attempt to go on writing.
func (e *Engine) reopen() (*state, error) {
	ctx, cancel := context.WithTimeout(e.ctx, storageTimeout)
	defer cancel()
	s, err := newState(ctx, e.store)
	if err != nil {
		return nil, err
	}
	if err := e.catchUp(ctx, s); err != nil {
		s.writer.Close()
		return nil, err
	}
	return s, nil
}

// catchUp publishes what was stored without the engine knowing.
func (e *Engine) catchUp(ctx context.Context, s *state) error {
	for event, err := range e.events(ctx, All, Range{From: e.tail.position() + 1, To: s.last}, End, nil) {
		if err != nil {
			return err
		}
		e.tail.publish([]*Event{event})
	}
	if at := e.tail.position(); at != s.last {
		return fmt.Errorf("%w: it ends at %d, not at %d", ErrSecondWriter, s.last, at)
	}
	return nil
}
