package eventstore_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// publisher is Watermill's publisher for its own suite: a topic is a stream. The
// program has no use for one, since aggregates append with the revision that
// they expect.
type publisher struct{ store eventstore.Store }

func (p publisher) Publish(topic string, messages ...*message.Message) error {
	events := make([]eventstore.Proposed, len(messages))
	for i, msg := range messages {
		metadata, err := json.Marshal(msg.Metadata)
		if err != nil {
			return err
		}
		id, err := uuid.Parse(msg.UUID)
		if err != nil {
			return err
		}
		events[i] = eventstore.Proposed{ID: id, Type: "message", Data: msg.Payload, Metadata: metadata, Binary: true}
	}
	_, err := p.store.Append(context.Background(), topic, eventstore.Any(), events)
	return err
}

func (publisher) Close() error { return nil }

// projector stands between the subscriber and the suite as a projector stands
// behind it: it passes over what its topic does not concern, and keeps its
// checkpoint when a message was acked. Messages, their acks, nacks and contexts
// are the subscriber's own.
type projector struct {
	*eventstore.Subscriber
	checkpoints *checkpoints
	group       string
	passing     sync.WaitGroup
}

func newProjector(store eventstore.Store, c *checkpoints, group string) *projector {
	s := eventstore.NewSubscriber(store, eventstore.SubscriberConfig{Checkpoint: c.get, Limit: 1})
	return &projector{Subscriber: s, checkpoints: c, group: group}
}

func (p *projector) Close() error {
	defer p.passing.Wait()
	return p.Subscriber.Close()
}

func (p *projector) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	consumer := p.group + " " + topic
	slices, err := p.Subscriber.Subscribe(ctx, consumer)
	if err != nil {
		return nil, err
	}
	out := make(chan *message.Message)
	p.passing.Go(func() {
		defer close(out)
		for msg := range slices {
			slice, _ := eventstore.SliceOf(msg)
			if len(slice.Events) == 0 || slice.Events[0].Stream != topic {
				p.checkpoints.set(consumer, slice.To)
				msg.Ack()
				continue
			}
			e := slice.Events[0]
			if err := json.Unmarshal(e.Metadata, &msg.Metadata); err != nil {
				panic(err)
			}
			msg.UUID, msg.Payload = e.ID.String(), e.Data
			select {
			case out <- msg:
			case <-msg.Context().Done():
				continue
			}
			select {
			case <-msg.Acked():
				p.checkpoints.set(consumer, slice.To)
			case <-msg.Context().Done():
			}
		}
	})
	return out, nil
}

// The suite's short form: a nacked slice comes again after pauses of up to two
// seconds, and the long form nacks hundreds of times. Its test of reconnecting is
// left out, since it compares what was received with a list that it still adds to;
// TestWritersAndFollowersPassRestartsOfTheNodeExactlyOnce stands in.
func TestTheCatchUpSubscriberPassesWatermillsSuite(t *testing.T) {
	env := eventstoretest.New(t)
	var all checkpoints
	tests.TestPubSub(t, tests.Features{
		ConsumerGroups:                      true,
		GuaranteedOrder:                     true,
		GuaranteedOrderWithSingleSubscriber: true,
		Persistent:                          true,
		NewSubscriberReceivesOldMessages:    true, // without a group
		ForceShort:                          true,
	}, func(t *testing.T) (message.Publisher, message.Subscriber) {
		t.Helper()
		store := env.Dial(t)
		return publisher{store}, newProjector(store, &all, uuid.NewString())
	}, func(t *testing.T, group string) (message.Publisher, message.Subscriber) {
		t.Helper()
		store := env.Dial(t)
		return publisher{store}, newProjector(store, &all, group)
	})
}
