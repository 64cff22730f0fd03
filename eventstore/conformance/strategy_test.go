package conformance

import (
	"context"
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

func strategy(s esdb.ConsumerStrategy) func(*esdb.PersistentSubscriptionSettings) {
	return func(settings *esdb.PersistentSubscriptionSettings) { settings.ConsumerStrategyName = s }
}

func TestRow14RoundRobinTakesTurns(t *testing.T) {
	c := connect(t)
	stream := newStream("turns")
	name := group(t, c, stream, strategy(esdb.ConsumerStrategyRoundRobin))
	a, b := join(t, c, stream, name, 10), join(t, c, stream, name, 10)
	mustAdd(t, c, stream, esdb.NoStream{}, events(6)...)
	first, second := a.next(), b.next()
	one, other := first.Event.Event.EventNumber, second.Event.Event.EventNumber
	if one+other != 1 {
		t.Fatalf("they begin with %d and %d, want 0 and 1", one, other)
	}
	for turn := range uint64(2) {
		a.want(one+2*(turn+1), 0)
		b.want(other+2*(turn+1), 0)
	}
}

// The second consumer is there for what the first has no room for.
func TestRow14DispatchToSingleKeepsToOneConsumer(t *testing.T) {
	c := connect(t)
	stream := newStream("single")
	name := group(t, c, stream, strategy(esdb.ConsumerStrategyDispatchToSingle))
	first := join(t, c, stream, name, 4)
	second := join(t, c, stream, name, 4)
	mustAdd(t, c, stream, esdb.NoStream{}, events(5)...)
	for revision := range uint64(4) {
		first.want(revision, 0)
	}
	second.want(4, 0)
}

// pinned tells how two consumers of a group share events: to which of them each
// of the streams came that the events are from.
func pinned(t *testing.T, a, b *consumer, n int) map[string]string {
	t.Helper()
	type received struct{ stream, consumer string }
	all := make(chan received, 2*n)
	for name, member := range map[string]*consumer{"a": a, "b": b} {
		go func() {
			for e := member.sub.Recv(); e.SubscriptionDropped == nil; e = member.sub.Recv() {
				_ = member.sub.Ack(e.EventAppeared.Event) // before the test can end and close
				all <- received{e.EventAppeared.Event.Event.StreamID, name}
			}
		}()
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	owners := map[string]string{}
	for range n {
		select {
		case r := <-all:
			if owner := owners[r.stream]; owner != "" && owner != r.consumer {
				t.Errorf("%s came to both consumers", r.stream)
			}
			owners[r.stream] = r.consumer
		case <-ctx.Done():
			t.Fatal("not all events came")
		}
	}
	return owners
}

// bothHave checks that both consumers have some of so many streams.
func bothHave(t *testing.T, owners map[string]string, streams int) {
	t.Helper()
	names := map[string]bool{}
	for _, owner := range owners {
		names[owner] = true
	}
	if len(owners) != streams || len(names) != 2 {
		t.Errorf("%d streams, which came to %v", len(owners), names)
	}
}

const pinnedStreams = 16

func TestRow14PinnedKeepsAStreamAtOneConsumer(t *testing.T) {
	c := connect(t)
	category, name := newStream("pinned"), "group-"+uuid.NewString()
	settings := esdb.SubscriptionSettingsDefault()
	settings.ConsumerStrategyName = esdb.ConsumerStrategyPinned
	made(t, c.CreatePersistentSubscriptionToAll(t.Context(), name, esdb.PersistentAllSubscriptionOptions{
		Settings: &settings, StartFrom: esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{category}},
	}))
	t.Cleanup(func() {
		_ = c.DeletePersistentSubscriptionToAll(context.WithoutCancel(t.Context()), name, esdb.DeletePersistentSubscriptionOptions{})
	})
	consumers := make([]*consumer, 2)
	for i := range consumers {
		sub, err := c.SubscribeToPersistentSubscriptionToAll(t.Context(), name, esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 100})
		consumers[i] = consume(t, sub, err)
	}
	for range 3 {
		for i := range pinnedStreams {
			mustAdd(t, c, fmt.Sprintf("%s-%d", category, i), esdb.Any{}, events(1)...)
		}
	}
	bothHave(t, pinned(t, consumers[0], consumers[1], 3*pinnedStreams), pinnedStreams)
}

// Of links it is the streams that they lead to, whether they are resolved or not.
func TestRow14PinnedGoesByTheStreamThatALinkLeadsTo(t *testing.T) {
	c := connect(t)
	links := newStream("links")
	name := group(t, c, links, strategy(esdb.ConsumerStrategyPinned))
	a, b := join(t, c, links, name, 100), join(t, c, links, name, 100)
	for range pinnedStreams {
		target := filled(t, c, 2)
		for revision := range 2 {
			link := esdb.EventData{EventID: uuid.New(), EventType: "$>", Data: fmt.Appendf(nil, "%d@%s", revision, target)}
			mustAdd(t, c, links, esdb.Any{}, link)
		}
	}
	bothHave(t, pinned(t, a, b, 2*pinnedStreams), pinnedStreams)
}
