package eventstore

import (
	"context"
	"encoding/json"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
)

// GroupSubscriberConfig configures a GroupSubscriber.
type GroupSubscriberConfig struct {
	// Group is the name of the group, the same for all consumers that share
	// the events of a topic.
	Group string

	// Settings are those of groups that SubscribeInitialize creates.
	Settings GroupSettings

	// Logger is Watermill's; nil logs nothing.
	Logger watermill.LoggerAdapter
}

// GroupSubscriber is Watermill's subscriber over persistent subscriptions, for
// side effects that need no order and may happen more than once. A topic is a
// stream, or AllStreams; a message is one event, and at most one is out at a
// time for each Subscribe. Ack tells the event store that the event is done
// with; Nack, after a pause that grows with each time, to hand it out again,
// until it is parked; see ParkMessage. At the end of a subscription the event
// that is out is neither acked nor nacked: the group hands it out again.
type GroupSubscriber struct {
	*running
	client *Client
	cfg    GroupSubscriberConfig
}

var (
	_ message.Subscriber           = (*GroupSubscriber)(nil)
	_ message.SubscribeInitializer = (*GroupSubscriber)(nil)
)

// NewGroupSubscriber makes a subscriber on a client, which it does not close.
func NewGroupSubscriber(client *Client, cfg GroupSubscriberConfig) *GroupSubscriber {
	if cfg.Logger == nil {
		cfg.Logger = watermill.NopLogger{}
	}
	return &GroupSubscriber{running: newRunning(), client: client, cfg: cfg}
}

// SubscribeInitialize creates the group on the topic unless it is there.
func (s *GroupSubscriber) SubscribeInitialize(topic string) error {
	return s.client.CreateGroup(s.ctx, Group{Stream: topic, Name: s.cfg.Group}, s.cfg.Settings)
}

// Subscribe creates the group unless it is there, and delivers events until ctx
// ends or the subscriber is closed; then the channel is closed.
func (s *GroupSubscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	if err := s.SubscribeInitialize(topic); err != nil {
		return nil, err
	}
	group := Group{Stream: topic, Name: s.cfg.Group}
	return s.start(ctx, func(ctx context.Context, out chan<- *message.Message) {
		var wait backoff
		for {
			err := s.client.Consume(ctx, group, func(ctx context.Context, d Delivery) (Verdict, error) { return deliver(ctx, out, d) })
			if ctx.Err() != nil {
				return
			}
			s.cfg.Logger.Error("Consuming ended", err, watermill.LogFields{"topic": topic, "group": group.Name})
			if wait.sleep(ctx) != nil {
				return
			}
		}
	})
}

// deliver makes a message of an event, and a verdict of its ack or nack.
func deliver(ctx context.Context, out chan<- *message.Message, d Delivery) (Verdict, error) {
	state := &delivered{Delivery: d}
	inner, cancel := context.WithCancel(context.WithValue(ctx, deliveryKey{}, state))
	defer cancel()
	msg := message.NewMessageWithContext(inner, d.ID.String(), d.Data)
	msg.Metadata = texts(d.Metadata)
	acked, err := send(ctx, out, msg)
	switch {
	case err != nil:
		return Retry, err
	case acked:
		return Ack, nil
	case state.parked.Load():
		return Park, nil
	}
	cancel() // the message is done with, whatever its successor waits for
	wait := min(firstPause<<min(d.Retry, maxDoublings), lastPause)
	return Retry, pause(ctx, wait)
}

// maxDoublings of the first pause are beyond the last one.
const maxDoublings = 10

type deliveryKey struct{}

type delivered struct {
	Delivery
	parked atomic.Bool
}

// DeliveryOf is the event that a message of GroupSubscriber carries. It is false
// for messages of others, and for copies made without their context.
func DeliveryOf(msg *message.Message) (Delivery, bool) {
	d, ok := msg.Context().Value(deliveryKey{}).(*delivered)
	if !ok {
		return Delivery{}, false
	}
	return d.Delivery, true
}

// ParkMessage nacks a message of GroupSubscriber so that its event is parked at
// once: it comes again when somebody replays what was parked. It is false when
// the message was acked or nacked before, or is not of GroupSubscriber.
func ParkMessage(msg *message.Message) bool {
	d, ok := msg.Context().Value(deliveryKey{}).(*delivered)
	if !ok {
		return false
	}
	d.parked.Store(true)
	return msg.Nack()
}

// texts are the fields of an event's metadata that are texts, such as
// "$correlationId". Metadata of another form has none.
func texts(metadata []byte) message.Metadata {
	all := map[string]any{}
	_ = json.Unmarshal(metadata, &all) // what cannot be read stays out
	m := message.Metadata{}
	for key, value := range all {
		if text, ok := value.(string); ok {
			m[key] = text
		}
	}
	return m
}
