package conformance

import (
	"math"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

func TestRow05AStreamIsReadBothWaysFromAnywhere(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 10)
	none := []uint64{}
	tests := []struct {
		name      string
		direction esdb.Direction
		from      esdb.StreamPosition
		count     uint64
		want      []uint64
	}{
		{"forwards from the start", esdb.Forwards, esdb.Start{}, 100, span(0, 9)},
		{"forwards, no more than counted", esdb.Forwards, esdb.Start{}, 4, span(0, 3)},
		{"forwards from a revision, inclusive", esdb.Forwards, esdb.Revision(7), 100, span(7, 9)},
		{"forwards from the last", esdb.Forwards, esdb.Revision(9), 100, span(9, 9)},
		{"forwards from behind the last", esdb.Forwards, esdb.Revision(10), 100, none},
		{"forwards from the end", esdb.Forwards, esdb.End{}, 100, none},
		{"backwards from the end", esdb.Backwards, esdb.End{}, 100, span(9, 0)},
		{"backwards, no more than counted", esdb.Backwards, esdb.End{}, 3, span(9, 7)},
		{"backwards from a revision, inclusive", esdb.Backwards, esdb.Revision(2), 100, span(2, 0)},
		{"backwards from behind the last", esdb.Backwards, esdb.Revision(50), 2, span(9, 8)},
		{"backwards from the start", esdb.Backwards, esdb.Start{}, 100, span(0, 0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			opts := esdb.ReadStreamOptions{Direction: test.direction, From: test.from}
			if diff := cmp.Diff(test.want, revisions(t, c, stream, opts, test.count)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow06AnAbsentStreamIsNotFound(t *testing.T) {
	c := connect(t)
	for _, direction := range []esdb.Direction{esdb.Forwards, esdb.Backwards} {
		_, err := read(t, c, newStream("absent"), esdb.ReadStreamOptions{Direction: direction, From: esdb.Start{}}, 1)
		wantCode(t, err, esdb.ErrorCodeResourceNotFound)
	}
}

// Longer than any page that a server reads at once, and with big events.
func TestRow05LongReadsMissNothing(t *testing.T) {
	c := connect(t)
	stream := newStream("long")
	for range 6 {
		mustAdd(t, c, stream, esdb.Any{}, events(500)...)
	}
	for range 12 {
		big := events(1)[0]
		big.Data = make([]byte, 900_000)
		mustAdd(t, c, stream, esdb.Any{}, big)
	}
	if diff := cmp.Diff(span(0, 3011), revisions(t, c, stream, esdb.ReadStreamOptions{}, math.MaxUint64)); diff != "" {
		t.Error(diff)
	}
	opts := esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}
	if diff := cmp.Diff(span(3011, 0), revisions(t, c, stream, opts, math.MaxUint64)); diff != "" {
		t.Error(diff)
	}
}

func TestRow05TheLogIsReadBothWaysInTheOrderOfCommits(t *testing.T) {
	c := connect(t)
	stream := newStream("all")
	var positions []esdb.Position
	for range 5 {
		result := mustAdd(t, c, stream, esdb.Any{}, events(1)...)
		positions = append(positions, esdb.Position{Commit: result.CommitPosition, Prepare: result.PreparePosition})
	}
	const whole = math.MaxUint64
	none := []uint64{}
	for _, test := range []struct {
		name      string
		direction esdb.Direction
		from      esdb.AllPosition
		count     uint64
		want      []uint64
	}{
		{"forwards from the start", esdb.Forwards, esdb.Start{}, whole, span(0, 4)},
		{"forwards from a position, inclusive", esdb.Forwards, positions[2], whole, span(2, 4)},
		{"forwards, no more than counted", esdb.Forwards, positions[2], 1, span(2, 2)},
		{"forwards from the end", esdb.Forwards, esdb.End{}, whole, none},
		{"backwards from the end", esdb.Backwards, esdb.End{}, whole, span(4, 0)},
		{"backwards from a position, exclusive", esdb.Backwards, positions[2], whole, span(1, 0)},
		{"backwards, no more than counted", esdb.Backwards, positions[2], 1, span(1, 1)},
		{"backwards from the start", esdb.Backwards, esdb.Start{}, whole, none},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := c.ReadAll(t.Context(), esdb.ReadAllOptions{Direction: test.direction, From: test.from}, test.count)
			found, err := collect(t, s, err)
			if err != nil {
				t.Fatal(err)
			}
			got := []uint64{}
			for i, e := range found {
				if e.Event.StreamID == stream {
					got = append(got, e.Event.EventNumber)
				}
				if i > 0 && (test.direction == esdb.Forwards) != (e.Event.Position.Commit > found[i-1].Event.Position.Commit) {
					t.Errorf("position %v after %v", e.Event.Position, found[i-1].Event.Position)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A position is opaque: above 0, and the next event's is not one more.
func TestRow04PositionsStartAboveZeroAndHaveGaps(t *testing.T) {
	c := connect(t)
	mustAdd(t, c, newStream("gaps"), esdb.Any{}, events(3)...)
	s, err := c.ReadAll(t.Context(), esdb.ReadAllOptions{}, 3)
	found, err := collect(t, s, err)
	if err != nil || len(found) != 3 {
		t.Fatalf("%d events, %v", len(found), err)
	}
	last := uint64(0)
	for _, e := range found {
		if e.Event.Position.Commit <= last+1 {
			t.Errorf("position %d after %d", e.Event.Position.Commit, last)
		}
		last = e.Event.Position.Commit
	}
}
