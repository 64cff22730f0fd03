package conformance

import (
	"context"
	"slices"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// What groups of the log park is no part of the log as it is shown.
func TestRow11TheLogDoesNotShowWhatItsOwnGroupsPark(t *testing.T) {
	c := connect(t)
	name := "group-" + uuid.NewString()
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	from := esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition}
	made(t, c.CreatePersistentSubscriptionToAll(t.Context(), name, esdb.PersistentAllSubscriptionOptions{StartFrom: from}))
	t.Cleanup(func() {
		_ = c.DeletePersistentSubscriptionToAll(context.WithoutCancel(t.Context()), name, esdb.DeletePersistentSubscriptionOptions{})
	})
	sub, err := c.SubscribeToPersistentSubscriptionToAll(t.Context(), name, esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 1})
	m := consume(t, sub, err)
	m.nack(esdb.NackActionPark, m.next().Event)
	parked(t, c, "$all", name, 1)
	last := newStream("last")
	mustAdd(t, c, last, esdb.NoStream{}, events(1)...)
	read := func(direction esdb.Direction, from esdb.AllPosition) (streams []string) {
		r, err := c.ReadAll(t.Context(), esdb.ReadAllOptions{Direction: direction, From: from}, 100)
		all, err := collect(t, r, err)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			streams = append(streams, e.OriginalEvent().StreamID)
		}
		return streams
	}
	follow := func(filter *esdb.SubscriptionFilter) (streams []string) {
		sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: from, Filter: filter})
		history, _ := follow(t, sub, err).caughtUp()
		for _, e := range history {
			streams = append(streams, e.StreamID)
		}
		return streams
	}
	for how, streams := range map[string][]string{
		"forwards": read(esdb.Forwards, from), "backwards": read(esdb.Backwards, esdb.End{}),
		"a subscription":            follow(nil),
		"one with a filter of them": follow(&esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: "^"}),
	} {
		if !slices.Contains(streams, last) {
			t.Errorf("%s: without %s", how, last)
		}
		for _, hidden := range []string{parkedStream("$all", name), "$epoch-information"} {
			if slices.Contains(streams, hidden) {
				t.Errorf("%s: %s", how, hidden)
			}
		}
	}
}
