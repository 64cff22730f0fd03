package conformance

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// group makes a persistent subscription to a stream, from its first event, with
// the default settings as changed by set.
func group(t *testing.T, c *esdb.Client, stream string, set func(*esdb.PersistentSubscriptionSettings)) string {
	t.Helper()
	settings := esdb.SubscriptionSettingsDefault()
	settings.ResolveLinkTos = true
	if set != nil {
		set(&settings)
	}
	name := "group-" + uuid.NewString()
	err := c.CreatePersistentSubscription(t.Context(), stream, name, esdb.PersistentStreamSubscriptionOptions{
		Settings: &settings, StartFrom: esdb.Start{},
	})
	made(t, err)
	return name
}

// made checks that a group was created.
func made(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// consumer reads a persistent subscription with a deadline for the whole test.
type consumer struct {
	t   *testing.T
	sub *esdb.PersistentSubscription
}

func consume(t *testing.T, sub *esdb.PersistentSubscription, err error) *consumer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	context.AfterFunc(ctx, func() { _ = sub.Close() })
	t.Cleanup(cancel)
	return &consumer{t, sub}
}

func join(t *testing.T, c *esdb.Client, stream, group string, buffer uint32) *consumer {
	t.Helper()
	sub, err := c.SubscribeToPersistentSubscription(t.Context(), stream, group, esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: buffer})
	return consume(t, sub, err)
}

// leave closes the subscription of a group's only consumer and waits until the
// group knows: a consumer that joins before that is handed the events behind
// those that the leaving one still holds.
func (c *consumer) leave(client *esdb.Client, stream, group string) {
	c.t.Helper()
	if err := c.sub.Close(); err != nil {
		c.t.Fatal(err)
	}
	deadline, tick := time.After(patience), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for {
		info, err := client.GetPersistentSubscriptionInfo(c.t.Context(), stream, group, esdb.GetPersistentSubscriptionOptions{})
		if err != nil {
			c.t.Fatal(err)
		}
		if len(info.Connections) == 0 {
			return
		}
		select {
		case <-deadline:
			c.t.Fatalf("%d consumers are left", len(info.Connections))
		case <-tick.C:
		}
	}
}

// next is the next event that is handed out.
func (c *consumer) next() *esdb.EventAppeared {
	c.t.Helper()
	e := c.sub.Recv()
	if e.SubscriptionDropped != nil {
		c.t.Fatalf("dropped: %v", e.SubscriptionDropped.Error)
	}
	return e.EventAppeared
}

// want checks which event comes next, how often it came before, and answers it.
func (c *consumer) want(revision uint64, retry int) *esdb.ResolvedEvent {
	c.t.Helper()
	e := c.next()
	if e.Event.Event == nil || e.Event.Event.EventNumber != revision || e.RetryCount != retry {
		c.t.Fatalf("got %+v, retry %d; want revision %d, retry %d", e.Event.OriginalEvent(), e.RetryCount, revision, retry)
	}
	return e.Event
}

func (c *consumer) ack(events ...*esdb.ResolvedEvent) {
	c.t.Helper()
	if err := c.sub.Ack(events...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *consumer) nack(action esdb.NackAction, events ...*esdb.ResolvedEvent) {
	c.t.Helper()
	if err := c.sub.Nack("for the test", action, events...); err != nil {
		c.t.Fatal(err)
	}
}

// dropped waits for the end that the server makes.
func (c *consumer) dropped() {
	c.t.Helper()
	for e := c.sub.Recv(); e.SubscriptionDropped == nil; e = c.sub.Recv() {
		continue
	}
}

func parkedStream(stream, group string) string {
	return "$persistentsubscription-" + stream + "::" + group + "-parked"
}

// parked waits until so many events are parked and answers what they link to.
func parked(t *testing.T, c *esdb.Client, stream, group string, n int) []string {
	t.Helper()
	sub, err := c.SubscribeToStream(t.Context(), parkedStream(stream, group), esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	got := []string{}
	for _, e := range follow(t, sub, err).events(n) {
		if e.EventType != "$>" {
			t.Errorf("parked as %s, want a link", e.EventType)
		}
		got = append(got, string(e.Data))
	}
	return got
}

func TestRow13EventsAreSharedAmongConsumers(t *testing.T) {
	c := connect(t)
	const n = 40
	stream := filled(t, c, n)
	name := group(t, c, stream, nil)
	a, b := join(t, c, stream, name, 4), join(t, c, stream, name, 4)
	seen := make(chan uint64, n)
	for _, member := range []*consumer{a, b} {
		go func() {
			for {
				e := member.sub.Recv()
				if e.SubscriptionDropped != nil {
					return
				}
				_ = member.sub.Ack(e.EventAppeared.Event) // before the test can end and close
				seen <- e.EventAppeared.Event.Event.EventNumber
			}
		}()
	}
	got := []uint64{}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for len(got) < n {
		select {
		case revision := <-seen:
			got = append(got, revision)
		case <-ctx.Done():
			t.Fatalf("%d events, want %d", len(got), n)
		}
	}
	slices.Sort(got)
	if diff := gocmp.Diff(span(0, n-1), got); diff != "" {
		t.Error(diff)
	}
}

// A consumer has no more events than its buffer holds; each ack makes room.
func TestRow13AConsumerHasNoMoreThanItsBuffer(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 6)
	name := group(t, c, stream, nil)
	full := join(t, c, stream, name, 2)
	first, second := full.want(0, 0), full.want(1, 0)
	other := join(t, c, stream, name, 1)
	held := other.want(2, 0) // not handed to the full one
	full.ack(first)
	third := full.want(3, 0)
	full.ack(second, third)
	other.ack(held)
}

func TestRow13ANackSaysWhatHappensToAnEvent(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 4)
	name := group(t, c, stream, nil)
	m := join(t, c, stream, name, 1)
	m.nack(esdb.NackActionRetry, m.want(0, 0))
	m.nack(esdb.NackActionUnknown, m.want(0, 1)) // as a retry
	m.nack(esdb.NackActionPark, m.want(0, 2))
	m.nack(esdb.NackActionSkip, m.want(1, 0))
	m.nack(esdb.NackActionPark, m.want(2, 0))
	m.ack(m.want(3, 0))
	if diff := gocmp.Diff([]string{"0@" + stream, "2@" + stream}, parked(t, c, stream, name, 2)); diff != "" {
		t.Error(diff)
	}
}

func TestRow13RetriesComeBeforeNewEvents(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 8)
	name := group(t, c, stream, nil)
	m := join(t, c, stream, name, 3)
	a, b, d := m.want(0, 0), m.want(1, 0), m.want(2, 0)
	m.nack(esdb.NackActionRetry, b)
	m.want(1, 1)
	m.ack(a, d)
	m.want(3, 0)
}

func TestRow13AnEventThatTakesTooLongComesAgain(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	name := group(t, c, stream, func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 200 })
	m := join(t, c, stream, name, 5)
	m.want(0, 0)
	m.ack(m.want(0, 1))
}

func TestRow13AnEventThatComesTooOftenIsParked(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 2)
	name := group(t, c, stream, func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 3 })
	m := join(t, c, stream, name, 1)
	for retry := range 4 {
		m.nack(esdb.NackActionRetry, m.want(0, retry))
	}
	m.ack(m.want(1, 0))
	if diff := gocmp.Diff([]string{"0@" + stream}, parked(t, c, stream, name, 1)); diff != "" {
		t.Error(diff)
	}
}

func TestRow13WhatALeavingConsumerHadComesAgainElsewhere(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	name := group(t, c, stream, nil)
	leaving := join(t, c, stream, name, 2)
	leaving.want(0, 0)
	leaving.want(1, 0)
	staying := join(t, c, stream, name, 3)
	third := staying.want(2, 0)
	if err := leaving.sub.Close(); err != nil {
		t.Fatal(err)
	}
	got := []*esdb.EventAppeared{staying.next(), staying.next()}
	slices.SortFunc(got, func(a, b *esdb.EventAppeared) int {
		return cmp.Compare(a.Event.Event.EventNumber, b.Event.Event.EventNumber)
	})
	for i, e := range got {
		if e.Event.Event.EventNumber != uint64(i) || e.RetryCount != 1 {
			t.Errorf("revision %d, retry %d; want %d, 1", e.Event.Event.EventNumber, e.RetryCount, i)
		}
	}
	staying.ack(third, got[0].Event, got[1].Event)
}

func TestRow13ParkedEventsAreReplayedUpToAPoint(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	name := group(t, c, stream, nil)
	m := join(t, c, stream, name, 1)
	for revision := range uint64(3) {
		m.nack(esdb.NackActionPark, m.want(revision, 0))
	}
	parked(t, c, stream, name, 3)
	if err := c.ReplayParkedMessages(t.Context(), stream, name, esdb.ReplayParkedMessagesOptions{StopAt: 2}); err != nil {
		t.Fatal(err)
	}
	for revision := range uint64(2) {
		m.ack(m.want(revision, 0))
	}
	if err := c.ReplayParkedMessages(t.Context(), stream, name, esdb.ReplayParkedMessagesOptions{}); err != nil {
		t.Fatal(err)
	}
	m.ack(m.want(2, 0))
	mustAdd(t, c, stream, esdb.Revision(2), events(1)...)
	m.ack(m.want(3, 0)) // and nothing between
}
