package eventstore_test

import (
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// The short form, because an event that is nacked eleven times is parked, and
// the long form nacks hundreds of times. Order is kept by one consumer; among
// several, and after retries, it is not promised.
func TestTheGroupSubscriberPassesWatermillsSuite(t *testing.T) {
	env := eventstoretest.New(t)
	open := func(t *testing.T, group string) (message.Publisher, message.Subscriber) {
		t.Helper()
		store := env.Dial(t)
		return publisher{store}, eventstore.NewGroupSubscriber(store, eventstore.GroupSubscriberConfig{Group: group})
	}
	tests.TestPubSub(t, tests.Features{
		ConsumerGroups:                      true,
		GuaranteedOrder:                     true,
		GuaranteedOrderWithSingleSubscriber: true,
		Persistent:                          true,
		ForceShort:                          true,
	}, func(t *testing.T) (message.Publisher, message.Subscriber) {
		t.Helper()
		return open(t, "everybody")
	}, open)
}

// consumer subscribes to a stream of n events as one of a group of that name.
func consumer(t *testing.T, env *eventstoretest.Env, settings eventstore.GroupSettings, n int) (*eventstore.GroupSubscriber, string, <-chan *message.Message) {
	t.Helper()
	stream := eventstoretest.Stream()
	s := eventstore.NewGroupSubscriber(env.Store, eventstore.GroupSubscriberConfig{Group: stream, Settings: settings})
	t.Cleanup(func() { _ = s.Close() })
	eventstoretest.Append(t, env.Store, stream, eventstore.NoStream(), eventstoretest.Events(n)...)
	messages, err := s.Subscribe(eventstoretest.Context(t), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s, stream, messages
}

// delivered takes the next message, which must be of an event that came so often
// before.
func delivered(t *testing.T, messages <-chan *message.Message, revision uint64, retry int) *message.Message {
	t.Helper()
	select {
	case msg, open := <-messages:
		if !open {
			t.Fatal("the channel was closed")
		}
		d, ok := eventstore.DeliveryOf(msg)
		if !ok || d.Revision != revision || d.Retry != retry || msg.UUID != d.ID.String() || string(msg.Payload) != string(d.Data) {
			t.Fatalf("message %s with revision %d, retry %d; want revision %d, retry %d", msg.UUID, d.Revision, d.Retry, revision, retry)
		}
		return msg
	case <-eventstoretest.Context(t).Done():
		t.Fatal("no message")
	}
	return nil
}

func TestANackedEventComesAgainUntilItIsParked(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	_, _, messages := consumer(t, env, eventstore.GroupSettings{Retries: 2}, 3)
	for retry := range 3 {
		msg := delivered(t, messages, 0, retry)
		msg.Nack()
		<-msg.Context().Done()
	}
	if !eventstore.ParkMessage(delivered(t, messages, 1, 0)) {
		t.Error("not parked")
	}
	delivered(t, messages, 2, 0).Ack()
}

// An event that is out at Close is neither acked nor nacked: its next delivery
// is a retry, to whoever is left.
func TestCloseLeavesTheEventToTheGroup(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	s, stream, messages := consumer(t, env, eventstore.GroupSettings{}, 2)
	delivered(t, messages, 0, 0).Ack()
	msg := delivered(t, messages, 1, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-messages; open || msg.Context().Err() == nil {
		t.Error("a message, or its context, outlives Close")
	}
	select {
	case <-msg.Acked():
		t.Error("Close acked the message")
	case <-msg.Nacked():
		t.Error("Close nacked the message")
	default:
	}
	next := eventstore.NewGroupSubscriber(env.Store, eventstore.GroupSubscriberConfig{Group: stream})
	t.Cleanup(func() { _ = next.Close() })
	messages, err := next.Subscribe(eventstoretest.Context(t), stream)
	if err != nil {
		t.Fatal(err)
	}
	delivered(t, messages, 1, 1).Ack()
}

// Restarts of the node lose no event of a group and drop nobody for good.
func TestAGroupPassesRestartsOfTheNode(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	const n = 12
	_, _, messages := consumer(t, env, eventstore.GroupSettings{}, n)
	seen := map[uint64]bool{}
	for len(seen) < n {
		select {
		case msg, open := <-messages:
			if !open {
				t.Fatal("the channel was closed")
			}
			d, _ := eventstore.DeliveryOf(msg)
			again := seen[d.Revision] // the ack did not reach the node before its end
			seen[d.Revision] = true
			msg.Ack()
			if len(seen)%5 == 0 && !again {
				env.StopNode(t)
				env.StartNode(t)
			}
		case <-eventstoretest.Context(t).Done():
			t.Fatalf("%d of %d events", len(seen), n)
		}
	}
}
