package conformance

import (
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

// Of many writers at one revision exactly one wins, again and again.
func TestRow02OneOfManyWritersAtOneRevisionWins(t *testing.T) {
	c := connect(t)
	const writers, rounds = 16, 20
	stream := newStream("race")
	var expected esdb.ExpectedRevision = esdb.NoStream{}
	for round := range uint64(rounds) {
		var wins atomic.Int32
		var group errgroup.Group
		for range writers {
			group.Go(func() error {
				result, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events(1)...)
				if err == nil {
					wins.Add(1)
					expected := round
					if result.NextExpectedVersion != expected {
						t.Errorf("round %d: revision %d", round, result.NextExpectedVersion)
					}
					return nil
				}
				wantCode(t, err, esdb.ErrorCodeWrongExpectedVersion)
				return nil
			})
		}
		if err := group.Wait(); err != nil || wins.Load() != 1 {
			t.Fatalf("round %d: %d winners, %v", round, wins.Load(), err)
		}
		expected = esdb.Revision(round)
	}
	if diff := cmp.Diff(span(0, rounds-1), revisions(t, c, stream, esdb.ReadStreamOptions{}, 100)); diff != "" {
		t.Error(diff)
	}
}

// Writers that take the same command twice at once store its events once.
func TestRow02ConcurrentRepeatsAreStoredOnce(t *testing.T) {
	c := connect(t)
	for range 20 {
		stream, batch := newStream("twice"), events(3)
		var group errgroup.Group
		for range 8 {
			group.Go(func() error {
				_, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, batch...)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(span(0, 2), revisions(t, c, stream, esdb.ReadStreamOptions{}, 100)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Appends to one stream that expect nothing neither interleave nor get lost.
func TestRow03TheEventsOfOneAppendStayTogether(t *testing.T) {
	c := connect(t)
	const writers, each, size = 8, 20, 3
	stream := newStream("together")
	var group errgroup.Group
	for range writers {
		group.Go(func() error {
			for range each {
				batch := events(size)
				if _, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, batch...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10_000)
	if err != nil || len(got) != writers*each*size {
		t.Fatalf("%d events, %v", len(got), err)
	}
	for i, e := range got {
		want := `{"n":` + id(uint64(i%size)) + `}`
		if e.Event.EventNumber != uint64(i) || string(e.Event.Data) != want {
			t.Fatalf("event %d is revision %d with %s, want %s", i, e.Event.EventNumber, e.Event.Data, want)
		}
	}
}
