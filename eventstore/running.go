package eventstore

import (
	"context"
	"errors"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// ErrSubscriberClosed is what Subscribe answers after Close.
var ErrSubscriberClosed = errors.New("the subscriber was closed")

// running are the subscriptions of one subscriber of Watermill's.
type running struct {
	ctx context.Context // ends with Close
	end context.CancelFunc

	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

func newRunning() *running {
	r := &running{}
	r.ctx, r.end = context.WithCancel(context.Background())
	return r
}

// start runs a subscription until ctx ends or the subscriber is closed; then
// its channel is closed.
func (r *running) start(ctx context.Context, run func(context.Context, chan<- *message.Message)) (<-chan *message.Message, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrSubscriberClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(r.ctx, cancel)
	out := make(chan *message.Message)
	r.wg.Go(func() {
		defer close(out)
		defer stop()
		defer cancel()
		run(ctx, out)
	})
	return out, nil
}

// Close ends all subscriptions and waits for them. What was not acked stays so.
// It may be called again.
func (r *running) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.end()
	r.wg.Wait()
	return nil
}

// send hands over one message and waits for its ack or nack, or the context's
// end.
func send(ctx context.Context, out chan<- *message.Message, msg *message.Message) (acked bool, err error) {
	select {
	case out <- msg:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case <-msg.Acked():
		return true, nil
	case <-msg.Nacked():
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}
