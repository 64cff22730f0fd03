package eventstore

import (
	"context"
	"errors"
	"sync"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
)

// SubscriberConfig configures a Subscriber.
type SubscriberConfig struct {
	// Checkpoint is the position up to which the consumer named by the topic
	// has handled the log. It is read at the start and after every nack. Nil
	// begins each subscription before the first event.
	Checkpoint func(ctx context.Context, topic string) (Position, error)

	// Limit is the greatest number of events in a slice; 0 means 500.
	Limit int

	// Logger is Watermill's; nil logs nothing.
	Logger watermill.LoggerAdapter
}

// Subscriber is Watermill's subscriber over Store.Follow. A topic is the name
// of a consumer, a message is one slice of the log; see SliceOf. The next slice
// comes after the ack of the one before, so order is kept whatever the router
// does. After a nack the checkpoint decides: if it is still where the slice
// begins, the same slice comes again as a new message, otherwise the log is
// followed from the checkpoint. A consumer that finds its checkpoint elsewhere
// than at Slice.After therefore only has to nack.
type Subscriber struct {
	store Store
	cfg   SubscriberConfig
	ctx   context.Context // ends with Close
	end   context.CancelFunc

	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

var _ message.Subscriber = (*Subscriber)(nil)

// ErrSubscriberClosed is what Subscribe answers after Close.
var ErrSubscriberClosed = errors.New("the subscriber was closed")

const defaultLimit = 500

// NewSubscriber makes a subscriber that reads the log through store, which it
// does not close.
func NewSubscriber(store Store, cfg SubscriberConfig) *Subscriber {
	if cfg.Limit == 0 {
		cfg.Limit = defaultLimit
	}
	if cfg.Logger == nil {
		cfg.Logger = watermill.NopLogger{}
	}
	if cfg.Checkpoint == nil {
		cfg.Checkpoint = func(context.Context, string) (Position, error) { return 0, nil }
	}
	s := &Subscriber{store: store, cfg: cfg}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// Subscribe delivers slices for the consumer named topic until ctx ends or the
// subscriber is closed; then the channel is closed. Two subscriptions for one
// topic both get everything.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrSubscriberClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.ctx, cancel)
	sub := &subscription{
		store: s.store, cfg: s.cfg, topic: topic,
		out: make(chan *message.Message),
		log: s.cfg.Logger.With(watermill.LogFields{"topic": topic}),
	}
	s.wg.Go(func() {
		defer close(sub.out)
		defer stop()
		defer cancel()
		sub.run(ctx)
	})
	return sub.out, nil
}

// Close ends all subscriptions and waits for them. What was not acked stays so.
// It may be called again.
func (s *Subscriber) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.wg.Wait()
	return nil
}

// subscription is one running Subscribe.
type subscription struct {
	store Store
	cfg   SubscriberConfig
	topic string
	out   chan *message.Message
	log   watermill.LoggerAdapter
}

// errMoved ends a Follow because the checkpoint is no longer where it stands.
var errMoved = errors.New("the checkpoint moved")

// run follows the log from the checkpoint until ctx ends.
func (s *subscription) run(ctx context.Context) {
	var wait backoff
	for {
		at, err := s.checkpoint(ctx)
		if err == nil {
			err = s.store.Follow(ctx, at, s.cfg.Limit, func(ctx context.Context, slice Slice) error {
				return s.deliver(ctx, slice)
			})
		}
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errMoved) {
			s.log.Info("Following the log from a moved checkpoint", nil)
			continue
		}
		s.log.Error("Following the log ended", err, nil)
		if wait.sleep(ctx) != nil {
			return
		}
	}
}

// checkpoint reads the consumer's checkpoint, again until that succeeds.
func (s *subscription) checkpoint(ctx context.Context) (Position, error) {
	var wait backoff
	for {
		at, err := s.cfg.Checkpoint(ctx, s.topic)
		if err == nil {
			return at, nil
		}
		if wait.sleep(ctx) != nil {
			return 0, ctx.Err()
		}
		s.log.Error("Cannot read the checkpoint", err, nil)
	}
}

// deliver sends the slice until it is acked. It returns errMoved when a nack
// left the checkpoint elsewhere, the context's error when that ends.
func (s *subscription) deliver(ctx context.Context, slice Slice) error {
	var wait backoff
	for {
		acked, err := s.send(ctx, slice)
		if acked || err != nil {
			return err
		}
		s.log.Debug("Slice was nacked", watermill.LogFields{"after": slice.After.String(), "to": slice.To.String()})
		if err := wait.sleep(ctx); err != nil {
			return err
		}
		at, err := s.checkpoint(ctx)
		if err != nil {
			return err
		}
		if at != slice.After {
			return errMoved
		}
	}
}

// send hands over one message and waits for its ack or nack.
func (s *subscription) send(ctx context.Context, slice Slice) (acked bool, err error) {
	msg, cancel := newMessage(ctx, s.topic, slice)
	defer cancel()
	select {
	case s.out <- msg:
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
