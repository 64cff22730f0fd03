package eventstore_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// checkpoints stands for the checkpoint rows of consumers.
type checkpoints struct {
	mu    sync.Mutex
	at    map[string]eventstore.Position
	reads int
	fails int // so many reads fail first
}

func (c *checkpoints) get(_ context.Context, topic string) (eventstore.Position, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	if c.fails > 0 {
		c.fails--
		return 0, errors.New("no database")
	}
	return c.at[topic], nil
}

func (c *checkpoints) set(topic string, p eventstore.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == nil {
		c.at = map[string]eventstore.Position{}
	}
	c.at[topic] = p
}

// subscribe closes the subscriber with the test.
func subscribe(t *testing.T, store eventstore.Store, c *checkpoints, limit int) (*eventstore.Subscriber, <-chan *message.Message) {
	t.Helper()
	s := eventstore.NewSubscriber(store, eventstore.SubscriberConfig{Checkpoint: c.get, Limit: limit})
	t.Cleanup(func() { _ = s.Close() })
	messages, err := s.Subscribe(eventstoretest.Context(t), "consumer")
	if err != nil {
		t.Fatal(err)
	}
	return s, messages
}

// receive takes the next message that has events.
func receive(t *testing.T, messages <-chan *message.Message) (*message.Message, eventstore.Slice) {
	t.Helper()
	for {
		select {
		case msg, open := <-messages:
			if !open {
				t.Fatal("the channel was closed")
			}
			slice, ok := eventstore.SliceOf(msg)
			if !ok {
				t.Fatal("a message without a slice")
			}
			if len(slice.Events) > 0 {
				return msg, slice
			}
			msg.Ack()
		case <-eventstoretest.Context(t).Done():
			t.Fatal("no message")
		}
	}
}

func TestMessagesCarrySlicesInLogOrder(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	var written eventstoretest.Ledger
	var writing sync.WaitGroup
	for range 3 {
		writing.Go(func() { written.Write(t, env.Store, 40) })
	}
	var c checkpoints
	_, messages := subscribe(t, env.Store, &c, 7)
	var got []eventstore.Recorded
	for at := eventstore.Position(0); len(got) < 120; {
		msg, slice := receive(t, messages)
		if slice.After < at {
			t.Fatalf("slice after %s follows %s", slice.After, at)
		}
		var note map[string]any
		if err := json.Unmarshal(msg.Payload, &note); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"after": slice.After.String(), "to": slice.To.String(), "events": float64(len(slice.Events))}
		if diff := cmp.Diff(want, note); diff != "" {
			t.Fatalf("payload (-want +got):\n%s", diff)
		}
		at, got = slice.To, append(got, slice.Events...)
		msg.Ack()
		<-msg.Context().Done()
	}
	writing.Wait()
	written.Check(t, got)
}

func TestANackBringsTheSameSliceAgainAsANewMessage(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(6)...)
	var c checkpoints
	_, messages := subscribe(t, env.Store, &c, 3)
	first, want := receive(t, messages)
	for range 3 {
		first.Nack()
		<-first.Context().Done()
		again, got := receive(t, messages)
		if again == first || again.UUID != first.UUID || again.Context().Err() != nil {
			t.Fatal("the message after a nack is not a fresh one of the same slice")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("slice (-want +got):\n%s", diff)
		}
		first = again
	}
	first.Ack()
	if _, next := receive(t, messages); next.After != want.To {
		t.Errorf("slice after %s follows the one to %s", next.After, want.To)
	}
}

func TestANackWithAMovedCheckpointFollowsFromThere(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	stream := eventstoretest.Stream()
	eventstoretest.Append(t, env.Store, stream, eventstore.NoStream(), eventstoretest.Events(3)...)
	moved := eventstoretest.Append(t, env.Store, stream, eventstore.At(2), eventstoretest.Events(1)...)
	eventstoretest.Append(t, env.Store, stream, eventstore.At(3), eventstoretest.Events(1)...)
	var c checkpoints
	_, messages := subscribe(t, env.Store, &c, 1)
	msg, _ := receive(t, messages)
	c.set("consumer", moved.Position)
	msg.Nack()
	if _, slice := receive(t, messages); slice.After != moved.Position || slice.Events[0].Revision != 4 {
		t.Errorf("slice after %s, want after the checkpoint %s", slice.After, moved.Position)
	}
}

func TestACheckpointThatCannotBeReadIsReadAgain(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	a := eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)...)
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)...)
	c := checkpoints{fails: 2}
	c.set("consumer", a.Position)
	_, messages := subscribe(t, env.Store, &c, 10)
	if _, slice := receive(t, messages); slice.After != a.Position || len(slice.Events) != 1 {
		t.Errorf("slice of %d events after %s, want 1 after %s", len(slice.Events), slice.After, a.Position)
	}
}

func TestCloseWaitsAndAcksNothing(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(2)...)
	var c checkpoints
	s, messages := subscribe(t, env.Store, &c, 1)
	msg, _ := receive(t, messages)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, open := <-messages; open {
		t.Error("a message after Close")
	}
	if msg.Context().Err() == nil {
		t.Error("the message's context goes on after Close")
	}
	select {
	case <-msg.Acked():
		t.Error("Close acked the message")
	case <-msg.Nacked():
		t.Error("Close nacked the message")
	default:
	}
	if _, err := s.Subscribe(t.Context(), "consumer"); !errors.Is(err, eventstore.ErrSubscriberClosed) {
		t.Errorf("subscribe after Close: %v", err)
	}
}

func TestTheEndOfItsContextEndsOnlyThatSubscription(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	var c checkpoints
	s, other := subscribe(t, env.Store, &c, 1)
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := s.Subscribe(ctx, "another")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for msg := range messages {
		msg.Ack()
	}
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)...)
	receive(t, other)
}

func TestALogThatCannotBeFollowedIsTriedAgainFromTheCheckpointWithPauses(t *testing.T) {
	client := eventstoretest.New(t).Dial(t)
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var c checkpoints
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		s := eventstore.NewSubscriber(client, eventstore.SubscriberConfig{Checkpoint: c.get})
		messages, err := s.Subscribe(ctx, "consumer")
		if err != nil {
			t.Fatal(err)
		}
		<-messages // closed at the end of the context
		if c.reads < 10 || c.reads > 30 {
			t.Errorf("%d attempts in 20 seconds, want growing pauses of at most 2 seconds", c.reads)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
