package conformance

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// typed are events of the given types.
func typed(types ...string) []esdb.EventData {
	out := events(len(types))
	for i := range out {
		out[i].EventType = types[i]
	}
	return out
}

func TestRow10AFilterChoosesByStreamNameOrEventType(t *testing.T) {
	c := connect(t)
	mark := uuid.NewString() // in names and types, so that nothing else matches
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	mustAdd(t, c, mark+"-order-1", esdb.NoStream{}, typed(mark+"-placed", mark+"-paid")...)
	mustAdd(t, c, mark+"-ticket-1", esdb.NoStream{}, typed(mark+"-opened")...)
	mustAdd(t, c, mark+"-order-2", esdb.NoStream{}, typed(mark+"-placed")...)
	for _, test := range []struct {
		name   string
		filter esdb.SubscriptionFilter
		want   []string
	}{
		{
			"stream prefix",
			esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{mark + "-order-"}},
			[]string{"order-1 placed", "order-1 paid", "order-2 placed"},
		},
		{
			"several prefixes",
			esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{mark + "-order-2", mark + "-ticket"}},
			[]string{"ticket-1 opened", "order-2 placed"},
		},
		{
			"stream regex",
			esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: "^" + mark + "-.*-1$"},
			[]string{"order-1 placed", "order-1 paid", "ticket-1 opened"},
		},
		{
			"type prefix",
			esdb.SubscriptionFilter{Type: esdb.EventFilterType, Prefixes: []string{mark + "-p"}},
			[]string{"order-1 placed", "order-1 paid", "order-2 placed"},
		},
		{
			"type regex",
			esdb.SubscriptionFilter{Type: esdb.EventFilterType, Regex: mark + "-(paid|opened)"},
			[]string{"order-1 paid", "ticket-1 opened"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{
				From:   esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition},
				Filter: &test.filter,
			})
			history, _ := follow(t, sub, err).caughtUp()
			got := []string{}
			for _, e := range history {
				got = append(got, e.StreamID[len(mark)+1:]+" "+e.EventType[len(mark)+1:])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The window times the interval is how many events are looked at between two
// checkpoints, whether they match or not; going live is worth another.
func TestRow10AFilteredSubscriptionTellsHowFarItHasLooked(t *testing.T) {
	c := connect(t)
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	last := mustAdd(t, c, newStream("looked-at"), esdb.NoStream{}, events(25)...)
	nothing := &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{newStream("nothing")}}
	sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{
		From:   esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition},
		Filter: nothing, MaxSearchWindow: 5, CheckpointInterval: 2,
	})
	f := follow(t, sub, err)
	matched, checkpoints := f.caughtUp()
	if len(matched) > 0 || len(checkpoints) < 3 {
		t.Fatalf("%d events, %d checkpoints; want none, and at least 3", len(matched), len(checkpoints))
	}
	for i := 1; i < len(checkpoints); i++ {
		if checkpoints[i].Commit < checkpoints[i-1].Commit {
			t.Errorf("checkpoint %v after %v", checkpoints[i], checkpoints[i-1])
		}
	}
	if got := checkpoints[len(checkpoints)-1].Commit; got < last.CommitPosition {
		t.Errorf("live at %d, want at least %d", got, last.CommitPosition)
	}
	mustAdd(t, c, newStream("live"), esdb.NoStream{}, events(10)...)
	for e := f.next(); e.CheckPointReached == nil || e.CheckPointReached.Commit <= last.CommitPosition; e = f.next() {
		if e.EventAppeared != nil {
			t.Fatalf("unmatched event %+v", e.EventAppeared.Event)
		}
	}
}

func TestRow10ResumingFromACheckpointSkipsNothing(t *testing.T) {
	c := connect(t)
	category := newStream("resume")
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	for i := range 12 {
		mustAdd(t, c, category+"-"+id(uint64(i)), esdb.NoStream{}, events(1)...)
		mustAdd(t, c, newStream("other"), esdb.NoStream{}, events(3)...)
	}
	options := esdb.SubscribeToAllOptions{
		From:   esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{category}}, MaxSearchWindow: 3,
	}
	whole, err := c.SubscribeToAll(t.Context(), options)
	all, checkpoints := follow(t, whole, err).caughtUp()
	for _, at := range checkpoints {
		options.From = at
		sub, err := c.SubscribeToAll(t.Context(), options)
		rest, _ := follow(t, sub, err).caughtUp()
		want := []string{}
		for _, e := range all {
			if e.Position.Commit > at.Commit {
				want = append(want, e.StreamID)
			}
		}
		got := []string{}
		for _, e := range rest {
			got = append(got, e.StreamID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("from %v: %s", at, diff)
		}
	}
}

func TestRow10AFilterThatCannotBeReadIsRefused(t *testing.T) {
	c := connect(t)
	_, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{
		Filter: &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Regex: "("},
	})
	if err == nil {
		t.Error("subscribed")
	}
}
