package conformance

import (
	"context"
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// What was acked does not come again to a group that all consumers left.
func TestRow13AGroupRemembersWhereItIs(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 5)
	name := group(t, c, stream, nil)
	m := join(t, c, stream, name, 1)
	for revision := range uint64(3) {
		m.ack(m.want(revision, 0))
	}
	m.want(3, 0)
	m.leave(c, stream, name)
	again := join(t, c, stream, name, 1)
	again.ack(again.want(3, 1))
	again.ack(again.want(4, 0))
}

func TestRow13DeletingOrUpdatingAGroupDropsItsConsumers(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	name := group(t, c, stream, nil)
	m := join(t, c, stream, name, 1)
	m.want(0, 0)
	settings := esdb.SubscriptionSettingsDefault()
	settings.MaxRetryCount = 99
	if err := c.UpdatePersistentSubscription(t.Context(), stream, name, esdb.PersistentStreamSubscriptionOptions{Settings: &settings, StartFrom: esdb.Start{}}); err != nil {
		t.Fatal(err)
	}
	m.dropped()
	m = join(t, c, stream, name, 1)
	if err := c.DeletePersistentSubscription(t.Context(), stream, name, esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	m.dropped()
	_, err := c.SubscribeToPersistentSubscription(t.Context(), stream, name, esdb.SubscribeToPersistentSubscriptionOptions{})
	wantCode(t, err, esdb.ErrorCodeResourceNotFound)
	err = c.DeletePersistentSubscription(t.Context(), stream, name, esdb.DeletePersistentSubscriptionOptions{})
	wantCode(t, err, esdb.ErrorCodeResourceNotFound)
}

func TestRow13AGroupIsMadeOnceAndTakesSoManyConsumers(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	name := group(t, c, stream, func(s *esdb.PersistentSubscriptionSettings) { s.MaxSubscriberCount = 1 })
	err := c.CreatePersistentSubscription(t.Context(), stream, name, esdb.PersistentStreamSubscriptionOptions{})
	wantCode(t, err, esdb.ErrorCodeResourceAlreadyExists)
	join(t, c, stream, name, 1).want(0, 0)
	if _, err := c.SubscribeToPersistentSubscription(t.Context(), stream, name, esdb.SubscribeToPersistentSubscriptionOptions{}); err == nil {
		t.Error("a second consumer joined")
	}
}

func TestRow13AGroupBeginsWhereItIsTold(t *testing.T) {
	c := connect(t)
	for _, test := range []struct {
		name string
		from esdb.StreamPosition
		want uint64
	}{
		{"the start", esdb.Start{}, 0},
		{"a revision, inclusive", esdb.Revision(2), 2},
		{"the end", esdb.End{}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			stream, name := filled(t, c, 4), "group-"+uuid.NewString()
			made(t, c.CreatePersistentSubscription(t.Context(), stream, name, esdb.PersistentStreamSubscriptionOptions{StartFrom: test.from}))
			m := join(t, c, stream, name, 1)
			mustAdd(t, c, stream, esdb.Revision(3), events(1)...)
			m.ack(m.want(test.want, 0))
		})
	}
}

func TestRow13AGroupOfTheLogFiltersIt(t *testing.T) {
	c := connect(t)
	category, name := newStream("filtered"), "group-"+uuid.NewString()
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	made(t, c.CreatePersistentSubscriptionToAll(t.Context(), name, esdb.PersistentAllSubscriptionOptions{
		StartFrom: esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition},
		Filter:    &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{category}},
	}))
	sub, err := c.SubscribeToPersistentSubscriptionToAll(t.Context(), name, esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 1})
	m := consume(t, sub, err)
	for n := range 5 {
		mustAdd(t, c, newStream("other"), esdb.Any{}, events(2)...)
		stream := fmt.Sprintf("%s-%d", category, n)
		mustAdd(t, c, stream, esdb.NoStream{}, events(1)...)
		e := m.want(0, 0)
		if e.Event.StreamID != stream {
			t.Errorf("event of %s, want %s", e.Event.StreamID, stream)
		}
		m.nack(esdb.NackActionPark, e)
	}
	got := parked(t, c, "$all", name, 5)
	if got[4] != "0@"+category+"-4" {
		t.Errorf("parked %v", got)
	}
	t.Cleanup(func() {
		_ = c.DeletePersistentSubscriptionToAll(context.WithoutCancel(t.Context()), name, esdb.DeletePersistentSubscriptionOptions{})
	})
}

// A group of the log must not be handed what it parks itself.
func TestRow11AGroupOfTheLogDoesNotSeeItsOwnStreams(t *testing.T) {
	c := connect(t)
	name := "group-" + uuid.NewString()
	before := mustAdd(t, c, newStream("before"), esdb.Any{}, events(1)...)
	made(t, c.CreatePersistentSubscriptionToAll(t.Context(), name, esdb.PersistentAllSubscriptionOptions{
		StartFrom: esdb.Position{Commit: before.CommitPosition, Prepare: before.PreparePosition},
	}))
	t.Cleanup(func() {
		_ = c.DeletePersistentSubscriptionToAll(context.WithoutCancel(t.Context()), name, esdb.DeletePersistentSubscriptionOptions{})
	})
	sub, err := c.SubscribeToPersistentSubscriptionToAll(t.Context(), name, esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 1})
	m := consume(t, sub, err)
	first, last := newStream("first"), newStream("last")
	mustAdd(t, c, first, esdb.NoStream{}, events(1)...)
	for e := m.next(); e.Event.OriginalEvent().StreamID != last; e = m.next() {
		stream := e.Event.OriginalEvent().StreamID
		if stream == parkedStream("$all", name) {
			t.Fatalf("handed out %s", stream)
		}
		if stream == first {
			m.nack(esdb.NackActionPark, e.Event)
			parked(t, c, "$all", name, 1)
			mustAdd(t, c, last, esdb.NoStream{}, events(1)...)
			continue
		}
		m.ack(e.Event)
	}
}

func TestRow13AGroupTellsHowItStands(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	name := group(t, c, stream, func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 7 })
	m := join(t, c, stream, name, 2)
	m.nack(esdb.NackActionPark, m.want(0, 0))
	m.want(1, 0)
	parked(t, c, stream, name, 1)
	info, err := c.GetPersistentSubscriptionInfo(t.Context(), stream, name, esdb.GetPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if info.EventSource != stream || info.GroupName != name || info.Settings.MaxRetryCount != 7 || len(info.Connections) != 1 {
		t.Errorf("info %+v", info)
	}
	listed, err := c.ListPersistentSubscriptionsForStream(t.Context(), stream, esdb.ListPersistentSubscriptionsOptions{})
	if err != nil || len(listed) != 1 || listed[0].GroupName != name {
		t.Errorf("listed %+v, %v", listed, err)
	}
}
