package node

import (
	"context"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// Of ten events a consumer acknowledges some, with a gap, and parks one. After
// the node's end those behind the checkpoint do not come again, all others do,
// and what is parked is still there. Closing the node makes a checkpoint; before
// a kill -9 the test waits for one.
func TestGroupsGoOnWhereTheyWereWhenTheirNodeEnded(t *testing.T) {
	for _, test := range []struct {
		name    string
		begin   func(t *testing.T) (url string, again func() string)
		bounds  int32 // acknowledgements from one checkpoint to the next
		settled func(esdb.PersistentSubscriptionStats) bool
	}{
		{"closed", closedNode, 1000, func(s esdb.PersistentSubscriptionStats) bool {
			return s.OutstandingMessagesCount == 5 && s.ParkedMessagesCount == 1
		}},
		{"killed", killedNode, 1, func(s esdb.PersistentSubscriptionStats) bool {
			return s.LastCheckpointedEventRevision != nil && *s.LastCheckpointedEventRevision == 2 &&
				s.OutstandingMessagesCount == 5 && s.ParkedMessagesCount == 1
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			url, again := test.begin(t)
			g := &groupLife{t: t, ctx: ctx, client: connect(t, url)}
			events := make([]esdb.EventData, 10)
			for i := range events {
				events[i] = event()
			}
			if _, err := appendTo(ctx, g.client, "s", esdb.NoStream{}, events...); err != nil {
				t.Fatal(err)
			}
			settings := esdb.SubscriptionSettingsDefault()
			settings.CheckpointLowerBound, settings.CheckpointUpperBound = test.bounds, test.bounds
			settings.MessageTimeout = 600_000 // nothing comes again but for the node's end
			err := g.client.CreatePersistentSubscription(ctx, "s", "g", esdb.PersistentStreamSubscriptionOptions{
				Settings: &settings, StartFrom: esdb.Start{},
			})
			if err != nil {
				t.Fatal(err)
			}
			g.join()
			held := g.take(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
			g.must(g.sub.Ack(held[0], held[1], held[2], held[4]))
			g.must(g.sub.Nack("for the test", esdb.NackActionPark, held[9]))
			g.wait(test.settled)

			g.client = connect(t, again())
			g.join()
			held = g.take(3, 4, 5, 6, 7, 8, 9) // 4 and 9 are behind the gap
			g.must(g.sub.Ack(held...))
			g.wait(func(s esdb.PersistentSubscriptionStats) bool { return s.OutstandingMessagesCount == 0 })
			g.must(g.client.ReplayParkedMessages(ctx, "s", "g", esdb.ReplayParkedMessagesOptions{}))
			g.must(g.sub.Ack(g.take(9)...))
		})
	}
}

// closedNode is a node that is closed and opened again.
func closedNode(t *testing.T) (string, func() string) {
	t.Helper()
	database := newDatabase(t)
	n := open(t, database)
	return n.URL(), func() string {
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		return open(t, database).URL()
	}
}

// killedNode is a node in a process that is killed and started again.
func killedNode(t *testing.T) (string, func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	n := &nodeProcess{database: newDatabase(t), listen: "127.0.0.1:0"}
	start := func() string {
		if err := n.start(ctx); err != nil {
			t.Fatal(err)
		}
		return n.url
	}
	url := start()
	t.Cleanup(func() { n.kill() })
	return url, func() string { n.kill(); return start() }
}

// groupLife is a consumer of group g of stream s.
type groupLife struct {
	t      *testing.T
	ctx    context.Context
	client *esdb.Client
	sub    *esdb.PersistentSubscription
}

func (g *groupLife) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *groupLife) join() {
	g.t.Helper()
	sub, err := g.client.SubscribeToPersistentSubscription(g.ctx, "s", "g", esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 20})
	g.must(err)
	g.sub = sub
	context.AfterFunc(g.ctx, func() { _ = sub.Close() })
}

// take receives events and checks that they are those.
func (g *groupLife) take(revisions ...uint64) []*esdb.ResolvedEvent {
	g.t.Helper()
	var held []*esdb.ResolvedEvent
	var got []uint64
	for range revisions {
		e := g.sub.Recv()
		if e.EventAppeared == nil {
			g.t.Fatalf("after %v: %+v", got, e.SubscriptionDropped)
		}
		held, got = append(held, e.EventAppeared.Event), append(got, e.EventAppeared.Event.Event.EventNumber)
	}
	if diff := cmp.Diff(revisions, got); diff != "" {
		g.t.Fatal(diff)
	}
	return held
}

func (g *groupLife) wait(settled func(esdb.PersistentSubscriptionStats) bool) {
	g.t.Helper()
	g.must(until(g.ctx, func() bool {
		info, err := g.client.GetPersistentSubscriptionInfo(g.ctx, "s", "g", esdb.GetPersistentSubscriptionOptions{})
		return err == nil && settled(*info.Stats)
	}))
}
