package conformance

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// What each expectation makes of a stream in each condition.
func TestRow02AnAppendIsAcceptedOnlyIfTheStreamIsAsExpected(t *testing.T) {
	c := connect(t)
	ok, wrong, deleted := esdb.ErrorCode(-1), esdb.ErrorCodeWrongExpectedVersion, esdb.ErrorCodeStreamDeleted
	conditions := map[string]func(*testing.T) string{
		"absent":       func(*testing.T) string { return newStream("absent") },
		"of 3":         func(t *testing.T) string { return filled(t, c, 3) },
		"described":    func(t *testing.T) string { return described(t, c, newStream("described")) },
		"soft-deleted": func(t *testing.T) string { return softDeleted(t, c, filled(t, c, 3)) },
		"tombstoned":   func(t *testing.T) string { return tombstoned(t, c, filled(t, c, 3)) },
	}
	tests := []struct {
		condition string
		expected  esdb.ExpectedRevision
		want      esdb.ErrorCode
		revision  uint64
	}{
		{"absent", esdb.Any{}, ok, 0},
		{"absent", esdb.NoStream{}, ok, 0},
		{"absent", esdb.StreamExists{}, wrong, 0},
		{"absent", esdb.Revision(0), wrong, 0},
		{"of 3", esdb.Any{}, ok, 3},
		{"of 3", esdb.NoStream{}, wrong, 0},
		{"of 3", esdb.StreamExists{}, ok, 3},
		{"of 3", esdb.Revision(1), wrong, 0},
		{"of 3", esdb.Revision(2), ok, 3},
		{"of 3", esdb.Revision(3), wrong, 0},
		{"described", esdb.NoStream{}, ok, 0},
		{"described", esdb.StreamExists{}, ok, 0},
		{"soft-deleted", esdb.Any{}, ok, 3},
		{"soft-deleted", esdb.NoStream{}, ok, 3},
		{"soft-deleted", esdb.StreamExists{}, deleted, 0},
		{"soft-deleted", esdb.Revision(1), wrong, 0},
		{"soft-deleted", esdb.Revision(2), ok, 3},
		{"tombstoned", esdb.Any{}, deleted, 0},
		{"tombstoned", esdb.NoStream{}, deleted, 0},
		{"tombstoned", esdb.StreamExists{}, deleted, 0},
		{"tombstoned", esdb.Revision(2), deleted, 0},
	}
	for _, test := range tests {
		name := test.condition + " expecting " + name(test.expected)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := conditions[test.condition](t)
			result, err := add(t, c, stream, test.expected, events(1)...)
			if test.want != ok {
				wantCode(t, err, test.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if result.NextExpectedVersion != test.revision {
				t.Errorf("revision %d, want %d", result.NextExpectedVersion, test.revision)
			}
		})
	}
}

func TestRow02ARefusedAppendLeavesNothing(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 2)
	_, err := add(t, c, stream, esdb.Revision(0), events(3)...)
	wantCode(t, err, esdb.ErrorCodeWrongExpectedVersion)
	if diff := cmp.Diff(span(0, 1), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
		t.Error(diff)
	}
}

func TestRow01AnAppendAnswersTheRevisionAndPositionOfItsLastEvent(t *testing.T) {
	c := connect(t)
	stream := newStream("answer")
	result := mustAdd(t, c, stream, esdb.NoStream{}, events(3)...)
	got, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	last := got[2].Event
	want := esdb.WriteResult{
		NextExpectedVersion: last.EventNumber, CommitPosition: last.Position.Commit, PreparePosition: last.Position.Prepare,
	}
	if diff := cmp.Diff(&want, result); diff != "" {
		t.Error(diff)
	}
	for i := range 2 {
		if got[i].Event.Position.Commit >= got[i+1].Event.Position.Commit {
			t.Errorf("positions do not rise: %v, %v", got[i].Event.Position, got[i+1].Event.Position)
		}
	}
}

func TestRow01AnEventComesBackAsItWasAppended(t *testing.T) {
	c := connect(t)
	stream := newStream("content")
	want := append(events(1), esdb.EventData{EventID: events(1)[0].EventID, EventType: "bytes", Data: []byte{0, 255}})
	mustAdd(t, c, stream, esdb.NoStream{}, want...)
	got, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	for i, contentType := range []string{"application/json", "application/octet-stream"} {
		e := got[i].Event
		if e.EventID != want[i].EventID || e.EventType != want[i].EventType || e.ContentType != contentType ||
			e.StreamID != stream || string(e.Data) != string(want[i].Data) || string(e.UserMetadata) != string(want[i].Metadata) {
			t.Errorf("got %+v, want %+v as %s", e, want[i], contentType)
		}
	}
	if !got[0].Event.CreatedDate.Equal(got[0].Event.CreatedDate.UTC()) || got[0].Event.CreatedDate.Year() < 2020 {
		t.Errorf("created %v", got[0].Event.CreatedDate)
	}
}

// Data, metadata and the type in UTF-16 count; 1,048,576 bytes are allowed.
func TestRow12AnAppendIsLimitedInSize(t *testing.T) {
	c := connect(t)
	const limit = 1 << 20
	sized := func(n int) esdb.EventData {
		e := events(1)[0]
		e.Data = make([]byte, n-len(e.Metadata)-2*len(e.EventType))
		return e
	}
	mustAdd(t, c, newStream("fits"), esdb.NoStream{}, sized(limit/2), sized(limit/2))
	named := sized(limit)
	named.EventType = "возврат" // as long as events' own, in UTF-16
	mustAdd(t, c, newStream("named"), esdb.NoStream{}, named)
	for name, batch := range map[string][]esdb.EventData{
		"one event":   {sized(limit + 1)},
		"two events":  {sized(limit / 2), sized(limit/2 + 1)},
		"many events": append([]esdb.EventData{sized(limit)}, events(50)...),
	} {
		t.Run(name, func(t *testing.T) {
			stream := newStream("too-big")
			_, err := add(t, c, stream, esdb.NoStream{}, batch...)
			wantCode(t, err, esdb.ErrorCodeUnknown)
			_, err = read(t, c, stream, esdb.ReadStreamOptions{}, 1)
			wantCode(t, err, esdb.ErrorCodeResourceNotFound)
		})
	}
}

func name(expected esdb.ExpectedRevision) string {
	switch e := expected.(type) {
	case esdb.Any:
		return "any"
	case esdb.NoStream:
		return "no stream"
	case esdb.StreamExists:
		return "a stream"
	case esdb.StreamRevision:
		return "revision " + id(e.Value)
	}
	return "nothing known"
}
