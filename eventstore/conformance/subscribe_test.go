package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// patience bounds a wait for what must come.
const patience = 30 * time.Second

// follower reads a subscription with a deadline for the whole test.
type follower struct {
	t   *testing.T
	sub *esdb.Subscription
}

func follow(t *testing.T, sub *esdb.Subscription, err error) *follower {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	context.AfterFunc(ctx, func() { _ = sub.Close() })
	t.Cleanup(cancel)
	return &follower{t, sub}
}

// next is what the subscription tells next.
func (f *follower) next() *esdb.SubscriptionEvent {
	f.t.Helper()
	e := f.sub.Recv()
	if e.SubscriptionDropped != nil {
		f.t.Fatalf("subscription dropped: %v", e.SubscriptionDropped.Error)
	}
	return e
}

// caughtUp is everything until the subscription is live.
func (f *follower) caughtUp() (events []*esdb.RecordedEvent, checkpoints []esdb.Position) {
	f.t.Helper()
	for {
		switch e := f.next(); {
		case e.CaughtUp != nil:
			return events, checkpoints
		case e.EventAppeared != nil:
			events = append(events, e.EventAppeared.OriginalEvent())
		case e.CheckPointReached != nil:
			checkpoints = append(checkpoints, *e.CheckPointReached)
		}
	}
}

// events is the next n events, whatever is told between.
func (f *follower) events(n int) (out []*esdb.RecordedEvent) {
	f.t.Helper()
	for len(out) < n {
		if e := f.next(); e.EventAppeared != nil {
			out = append(out, e.EventAppeared.OriginalEvent())
		}
	}
	return out
}

func numbers(events []*esdb.RecordedEvent) []uint64 {
	out := []uint64{}
	for _, e := range events {
		out = append(out, e.EventNumber)
	}
	return out
}

func TestRow05AStreamSubscriptionStartsBehindItsRevision(t *testing.T) {
	c := connect(t)
	for _, test := range []struct {
		name string
		from esdb.StreamPosition
		want []uint64
	}{
		{"start", esdb.Start{}, span(0, 4)},
		{"revision 0", esdb.Revision(0), span(1, 4)},
		{"revision 2", esdb.Revision(2), span(3, 4)},
		{"the last revision", esdb.Revision(4), []uint64{}},
		{"end", esdb.End{}, []uint64{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stream := filled(t, c, 5)
			sub, err := c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: test.from})
			f := follow(t, sub, err)
			mustAdd(t, c, stream, esdb.Revision(4), events(2)...)
			want := append(test.want, 5, 6)
			if diff := cmp.Diff(want, numbers(f.events(len(want)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow09ASubscriptionTellsWhenItIsLive(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	sub, err := c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	f := follow(t, sub, err)
	history, _ := f.caughtUp()
	if diff := cmp.Diff(span(0, 2), numbers(history)); diff != "" {
		t.Error(diff)
	}
	mustAdd(t, c, stream, esdb.Any{}, events(1)...)
	if e := f.next(); e.EventAppeared == nil || e.EventAppeared.Event.EventNumber != 3 {
		t.Errorf("live: %+v", e)
	}
}

func TestRow09AStreamThatIsNotYetThereCanBeFollowed(t *testing.T) {
	c := connect(t)
	stream := newStream("future")
	sub, err := c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	f := follow(t, sub, err)
	f.caughtUp()
	mustAdd(t, c, stream, esdb.NoStream{}, events(2)...)
	if diff := cmp.Diff(span(0, 1), numbers(f.events(2))); diff != "" {
		t.Error(diff)
	}
}

func TestRow09ASubscriptionToATombstonedStreamIsRefused(t *testing.T) {
	c := connect(t)
	stream := tombstoned(t, c, filled(t, c, 1))
	sub, err := c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	if err != nil {
		return // some servers refuse before they confirm
	}
	defer sub.Close()
	if e := sub.Recv(); e.SubscriptionDropped == nil {
		t.Errorf("got %+v, want it dropped", e)
	}
}

func TestRow05ALogSubscriptionStartsBehindItsPosition(t *testing.T) {
	c := connect(t)
	stream := newStream("behind")
	first := mustAdd(t, c, stream, esdb.NoStream{}, events(1)...)
	mustAdd(t, c, stream, esdb.Revision(0), events(2)...)
	for name, from := range map[string]esdb.AllPosition{
		"a position": esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition},
		"the start":  esdb.Start{},
	} {
		t.Run(name, func(t *testing.T) {
			sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: from})
			history, _ := follow(t, sub, err).caughtUp()
			got := []uint64{}
			for _, e := range history {
				if e.StreamID == stream {
					got = append(got, e.EventNumber)
				}
			}
			want := span(1, 2)
			if name == "the start" {
				want = span(0, 2)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("the end", func(t *testing.T) {
		sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.End{}})
		f := follow(t, sub, err)
		mustAdd(t, c, stream, esdb.Any{}, events(1)...)
		if e := f.events(1)[0]; e.StreamID != stream || e.EventNumber != 3 {
			t.Errorf("first new event %s %d", e.StreamID, e.EventNumber)
		}
	})
}
