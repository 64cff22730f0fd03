package eventstoretest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
)

// Ledger remembers what concurrent writers appended, to compare it with what
// was followed. Its zero value is ready.
type Ledger struct {
	mu      sync.Mutex
	events  map[uuid.UUID]eventstore.Position
	streams []string
}

// Write appends n events one by one to a stream of its own, exact revisions
// expected, each again for as long as the event store cannot be reached. Any
// other error fails the test. It may run in several goroutines.
func (l *Ledger) Write(t testing.TB, s eventstore.Store, n int) {
	stream, expected := Stream(), eventstore.NoStream()
	l.mu.Lock()
	l.streams = append(l.streams, stream)
	l.mu.Unlock()
	for range n {
		e := Event("tested", "ledger")
		a, err := insist(Context(t), s, stream, expected, e)
		if err != nil {
			t.Errorf("append: %v", err)
			return
		}
		expected = eventstore.At(a.Revision)
		l.mu.Lock()
		if l.events == nil {
			l.events = map[uuid.UUID]eventstore.Position{}
		}
		l.events[e.ID] = a.Position
		l.mu.Unlock()
	}
}

// insist appends an event, again while it is ErrUnavailable, until ctx ends.
func insist(ctx context.Context, s eventstore.Store, stream string, expected eventstore.Expected, e eventstore.Proposed) (eventstore.Appended, error) {
	for {
		a, err := s.Append(ctx, stream, expected, []eventstore.Proposed{e})
		if !errors.Is(err, eventstore.ErrUnavailable) || ctx.Err() != nil {
			return a, err
		}
	}
}

// Own leaves out what others appended to the same log meanwhile.
func (l *Ledger) Own(events []eventstore.Recorded) []eventstore.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(events), func(r eventstore.Recorded) bool { return !slices.Contains(l.streams, r.Stream) })
}

// Check fails the test unless followed holds each written event once, in the
// order and at the positions that the appends answered.
func (l *Ledger) Check(t testing.TB, followed []eventstore.Recorded) {
	t.Helper()
	l.mu.Lock()
	written := maps.Clone(l.events)
	l.mu.Unlock()
	got, last := map[uuid.UUID]eventstore.Position{}, eventstore.Position(0)
	for _, r := range followed {
		if r.Position <= last {
			t.Fatalf("event at %s came after one at %s", r.Position, last)
		}
		got[r.ID], last = r.Position, r.Position
	}
	if diff := cmp.Diff(written, got); diff != "" {
		t.Errorf("events followed (-appended +followed):\n%s", diff)
	}
}

// FollowUntil follows the log until enough says so of the number of events
// seen, and returns them. It fails the test if slices do not join or do not
// hold what they say.
func FollowUntil(t testing.TB, s eventstore.Store, after eventstore.Position, limit int, enough func(seen int) bool) []eventstore.Recorded {
	t.Helper()
	return followUntil(t, s, after, limit, func(all []eventstore.Recorded) bool { return enough(len(all)) })
}

func followUntil(t testing.TB, s eventstore.Store, after eventstore.Position, limit int, enough func([]eventstore.Recorded) bool) []eventstore.Recorded {
	t.Helper()
	var all []eventstore.Recorded
	at := after
	err := s.Follow(Context(t), after, limit, func(_ context.Context, slice eventstore.Slice) error {
		if slice.After != at || slice.To < slice.After || len(slice.Events) > limit {
			t.Errorf("slice from %s to %s with %d events follows %s", slice.After, slice.To, len(slice.Events), at)
		}
		for _, r := range slice.Events {
			if r.Position <= slice.After || r.Position > slice.To {
				t.Errorf("event at %s in a slice from %s to %s", r.Position, slice.After, slice.To)
			}
		}
		at, all = slice.To, append(all, slice.Events...)
		if enough(all) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("follow: %v, %d events seen", err, len(all))
	}
	return all
}
