package eventstoretest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
)

// read collects a read or fails the test.
func read(t testing.TB, events iter.Seq2[eventstore.Recorded, error]) []eventstore.Recorded {
	t.Helper()
	var all []eventstore.Recorded
	for r, err := range events {
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		all = append(all, r)
	}
	return all
}

// end is the head of the log, from which a test reads its own events.
func end(t testing.TB, s eventstore.Store) eventstore.Position {
	t.Helper()
	p, err := s.Head(Context(t))
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return p
}

func readStream(t *testing.T, s eventstore.Store) {
	before := time.Now().Add(-time.Minute)
	stream, events := Stream(), Events(300)
	Append(t, s, stream, eventstore.NoStream(), events[:100]...)
	Append(t, s, stream, eventstore.At(99), events[100:]...)

	all := read(t, s.ReadStream(Context(t), stream, 0))
	for i, r := range all {
		want := eventstore.Recorded{
			ID: events[i].ID, Stream: stream, Revision: uint64(i), Position: r.Position,
			Type: events[i].Type, Created: r.Created, Data: events[i].Data, Metadata: events[i].Metadata,
		}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Fatalf("event %d (-want +got):\n%s", i, diff)
		}
		if r.Created.Before(before) || r.Created.Location() != time.UTC {
			t.Fatalf("event %d was created %v", i, r.Created)
		}
		if i > 0 && r.Position <= all[i-1].Position {
			t.Fatalf("event %d at %s follows one at %s", i, r.Position, all[i-1].Position)
		}
	}
	if len(all) != len(events) {
		t.Fatalf("%d events, want %d", len(all), len(events))
	}
	if diff := cmp.Diff(all[298:], read(t, s.ReadStream(Context(t), stream, 298))); diff != "" {
		t.Errorf("from revision 298 (-want +got):\n%s", diff)
	}
	if beyond := read(t, s.ReadStream(Context(t), stream, 300)); len(beyond) > 0 {
		t.Errorf("%d events beyond the end", len(beyond))
	}
	slices.Reverse(all)
	if diff := cmp.Diff(all, read(t, s.ReadStreamBackwards(Context(t), stream))); diff != "" {
		t.Errorf("backwards (-want +got):\n%s", diff)
	}
}

func readNothing(t *testing.T, s eventstore.Store) {
	stream := Stream()
	if got := read(t, s.ReadStream(Context(t), stream, 0)); len(got) > 0 {
		t.Errorf("forwards: %d events", len(got))
	}
	if got := read(t, s.ReadStreamBackwards(Context(t), stream)); len(got) > 0 {
		t.Errorf("backwards: %d events", len(got))
	}
}

func readEarly(t *testing.T, s eventstore.Store) {
	stream := Stream()
	Append(t, s, stream, eventstore.NoStream(), Events(200)...)
	// More reads than a connection carries at once: each must give up its call.
	for range 150 {
		for r, err := range s.ReadStreamBackwards(Context(t), stream) {
			if err != nil || r.Revision != 199 {
				t.Fatalf("revision %d, %v; want the last event", r.Revision, err)
			}
			break
		}
	}
}

func readAll(t *testing.T, s eventstore.Store) {
	start, streams := end(t, s), []string{Stream(), Stream(), Stream()}
	var want []uuid.UUID
	for i := range 60 {
		events := Events(2)
		Append(t, s, streams[i%3], eventstore.Any(), events...)
		Append(t, s, "$"+Stream(), eventstore.Any(), Event("tested", "system stream"))
		Append(t, s, streams[i%3], eventstore.Any(), Event("$system", "system type"))
		want = append(want, events[0].ID, events[1].ID)
	}
	all := own(read(t, s.ReadAll(Context(t), start)), want)
	if diff := cmp.Diff(want, ids(all)); diff != "" {
		t.Fatalf("log (-want +got):\n%s", diff)
	}
	rest := own(read(t, s.ReadAll(Context(t), all[99].Position)), want)
	if diff := cmp.Diff(want[100:], ids(rest)); diff != "" {
		t.Errorf("after event 99 (-want +got):\n%s", diff)
	}
}

func head(t *testing.T, s eventstore.Store) {
	a := Append(t, s, Stream(), eventstore.NoStream(), Events(2)...)
	for range 100 {
		Append(t, s, "$"+Stream(), eventstore.NoStream(), Event("tested", "system"))
	}
	if got := end(t, s); got < a.Position {
		t.Errorf("head %s is before %s", got, a.Position)
	}
	for r, err := range s.ReadAll(Context(t), end(t, s)) {
		if err != nil || strings.HasPrefix(r.Stream, "$") { // others may append meanwhile
			t.Errorf("event of %s after the head, %v", r.Stream, err)
		}
	}
}

// own leaves out what other tests appended to the same log meanwhile. What is
// the system's stays, so that a test sees it.
func own(events []eventstore.Recorded, mine []uuid.UUID) []eventstore.Recorded {
	return slices.DeleteFunc(events, func(r eventstore.Recorded) bool {
		return !slices.Contains(mine, r.ID) && !strings.HasPrefix(r.Type, "$") && !strings.HasPrefix(r.Stream, "$")
	})
}

func ids(events []eventstore.Recorded) []uuid.UUID {
	out := make([]uuid.UUID, len(events))
	for i, r := range events {
		out[i] = r.ID
	}
	return out
}

// errEnough ends a Follow from its handler.
var errEnough = errors.New("enough")

func followSeam(t *testing.T, s eventstore.Store) {
	start := end(t, s)
	var written Ledger
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { written.Write(t, s, 150) })
	}
	enough := func(seen []eventstore.Recorded) bool { return len(written.Own(seen)) == 600 }
	followed := followUntil(t, s, start, 50, enough)
	wg.Wait()
	written.Check(t, written.Own(followed))
	// Now all of it is old.
	written.Check(t, written.Own(followUntil(t, s, start, 50, enough)))
}

func followLimit(t *testing.T, s eventstore.Store) {
	start := end(t, s)
	Append(t, s, Stream(), eventstore.NoStream(), Events(95)...)
	var sizes []int
	err := s.Follow(Context(t), start, 10, func(_ context.Context, slice eventstore.Slice) error {
		if len(slice.Events) > 0 {
			sizes = append(sizes, len(slice.Events))
		}
		if slice.Head {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	total := 0
	for _, n := range sizes {
		total += n
	}
	if slices.Max(sizes) > 10 || total < 95 {
		t.Errorf("slices of %v events, want at most 10 each and at least 95 together", sizes)
	}
}

func followHead(t *testing.T, s eventstore.Store) {
	a := Append(t, s, Stream(), eventstore.NoStream(), Events(1)...)
	for _, after := range []eventstore.Position{0, a.Position, end(t, s)} {
		err := s.Follow(Context(t), after, 500, func(_ context.Context, slice eventstore.Slice) error {
			if slice.Head {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			t.Errorf("after %s: %v", after, err)
		}
	}
}

func followError(t *testing.T, s eventstore.Store) {
	start, stream := end(t, s), Stream()
	Append(t, s, stream, eventstore.NoStream(), Events(5)...)
	var first []eventstore.Recorded
	refuse := func(_ context.Context, slice eventstore.Slice) error {
		if len(slice.Events) == 0 {
			return nil
		}
		first = slice.Events
		return fmt.Errorf("no: %w", eventstore.ErrUnavailable) // looks like one of the store's own
	}
	for range 2 {
		if err := s.Follow(Context(t), start, 3, refuse); err == nil || err.Error() != "no: "+eventstore.ErrUnavailable.Error() {
			t.Fatalf("got %v, want the handler's error as it is", err)
		}
		if len(first) == 0 || first[0].Position <= start {
			t.Fatalf("slice of %d events", len(first))
		}
	}
}
