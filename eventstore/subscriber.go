package eventstore

import (
	"context"
	"errors"

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
	*running
	store Store
	cfg   SubscriberConfig
}

var _ message.Subscriber = (*Subscriber)(nil)

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
	return &Subscriber{running: newRunning(), store: store, cfg: cfg}
}

// Subscribe delivers slices for the consumer named topic until ctx ends or the
// subscriber is closed; then the channel is closed. Two subscriptions for one
// topic both get everything.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	return s.start(ctx, func(ctx context.Context, out chan<- *message.Message) {
		sub := &subscription{
			store: s.store, cfg: s.cfg, topic: topic, out: out,
			log: s.cfg.Logger.With(watermill.LogFields{"topic": topic}),
		}
		sub.run(ctx)
	})
}

// subscription is one running Subscribe.
type subscription struct {
	store Store
	cfg   SubscriberConfig
	topic string
	out   chan<- *message.Message
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

// send makes a message of the slice and hands it over.
func (s *subscription) send(ctx context.Context, slice Slice) (acked bool, err error) {
	msg, cancel := newMessage(ctx, s.topic, slice)
	defer cancel()
	return send(ctx, s.out, msg)
}
