package conformance

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// A stream holds a, b, c. Each row appends some events again, with or without
// new ones, and says which revision is answered (-1: wrong expected version).
func TestRow02ARepeatedAppendIsTheSameAppend(t *testing.T) {
	c := connect(t)
	tests := []struct {
		name     string
		expected esdb.ExpectedRevision
		repeat   string // a to c are stored, x and y are new
		want     int
		stored   uint64 // last revision afterwards
	}{
		{"no stream, all", esdb.NoStream{}, "abc", 2, 2},
		{"no stream, a prefix", esdb.NoStream{}, "ab", 1, 2},
		{"no stream, one more", esdb.NoStream{}, "abcx", -1, 2},
		{"no stream, not the first", esdb.NoStream{}, "bc", -1, 2},
		{"no stream, other events", esdb.NoStream{}, "x", -1, 2},
		{"exact, all", esdb.Revision(0), "bc", 2, 2},
		{"exact, a prefix", esdb.Revision(0), "b", 1, 2},
		{"exact, differing later", esdb.Revision(0), "bx", -1, 2},
		{"exact, beyond the end", esdb.Revision(1), "cx", -1, 2},
		{"exact, at the end", esdb.Revision(2), "c", 3, 3},
		{"exact, too high", esdb.Revision(3), "c", -1, 2},
		{"any, all", esdb.Any{}, "abc", 2, 2},
		{"any, one of them", esdb.Any{}, "b", 1, 2},
		{"any, new", esdb.Any{}, "xy", 4, 4},
		{"any, new first", esdb.Any{}, "xa", 4, 4},
		{"any, new later", esdb.Any{}, "ax", -1, 2},
		{"stream exists, all", esdb.StreamExists{}, "abc", 2, 2},
		{"stream exists, new later", esdb.StreamExists{}, "cx", -1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stream := newStream("repeat")
			known := map[rune]esdb.EventData{}
			for i, e := range events(5) {
				known[rune("abcxy"[i])] = e
			}
			mustAdd(t, c, stream, esdb.NoStream{}, known['a'], known['b'], known['c'])
			var again []esdb.EventData
			for _, letter := range test.repeat {
				again = append(again, known[letter])
			}
			result, err := add(t, c, stream, test.expected, again...)
			if test.want < 0 {
				wantCode(t, err, esdb.ErrorCodeWrongExpectedVersion)
			} else if err != nil || result.NextExpectedVersion != uint64(test.want) {
				t.Errorf("%+v, %v; want revision %d", result, err, test.want)
			}
			if diff := cmp.Diff(span(0, test.stored), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow02ARepeatAnswersTheOldPosition(t *testing.T) {
	c := connect(t)
	for _, expected := range []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Any{}} {
		stream, batch := newStream("position"), events(3)
		first := mustAdd(t, c, stream, expected, batch...)
		mustAdd(t, c, newStream("between"), esdb.Any{}, events(1)...)
		if diff := cmp.Diff(first, mustAdd(t, c, stream, expected, batch...)); diff != "" {
			t.Errorf("%s: %s", name(expected), diff)
		}
	}
}

// However long ago it was appended.
func TestRow02ARepeatIsRecognisedDeepInAStream(t *testing.T) {
	c := connect(t)
	stream, batch := newStream("deep"), events(120)
	mustAdd(t, c, stream, esdb.NoStream{}, batch...)
	result := mustAdd(t, c, stream, esdb.Revision(9), batch[10:60]...)
	if result.NextExpectedVersion != 59 {
		t.Errorf("revision %d, want 59", result.NextExpectedVersion)
	}
	_, err := add(t, c, stream, esdb.Revision(9), append(batch[10:60:60], events(1)...)...)
	wantCode(t, err, esdb.ErrorCodeWrongExpectedVersion)
}

func TestRow02TheSameIDsMayBeUsedInAnotherStream(t *testing.T) {
	c := connect(t)
	batch := events(2)
	for range 2 {
		stream := newStream("shared")
		mustAdd(t, c, stream, esdb.Any{}, batch...)
		if diff := cmp.Diff(span(0, 1), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
			t.Error(diff)
		}
	}
}
