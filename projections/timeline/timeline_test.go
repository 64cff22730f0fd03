package timeline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/commandlog"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/documents"
	"aftersales/projections/projectionstest"
	"aftersales/projections/timeline"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

func started(t *testing.T, facts []projectionstest.Fact) *projections.Runner {
	t.Helper()
	env := eventstoretest.New(t)
	last := projectionstest.Record(t, env, facts)
	r := projectionstest.Start(t, env, nil, documents.Projection, timeline.Projection)
	projectionstest.Wait(t, r, "timeline", last)
	return r
}

func types(events []timeline.Item) (all []string) {
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}

func TestATicketsTimelineIsItsOwnEventsAndThoseOfItsDocumentsInLogOrder(t *testing.T) {
	story := projectionstest.NewStory("timeline")
	r := started(t, story.Facts)
	var got []timeline.Item
	var after eventstore.Position
	for {
		page, next, err := timeline.Ticket(t.Context(), r.Pool(), "en", story.ID("ticket"), after, 4)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page...)
		if after = next; next == 0 {
			break
		}
	}
	var want []string
	for _, e := range projectionstest.Envelopes(t, story.Facts) {
		category, key := aggregates.SplitStream(e.Stream)
		if e.Meta.Ticket != nil || category == "ticket" && key == story.ID("ticket").String() {
			want = append(want, e.Type)
		}
	}
	if diff := cmp.Diff(want, types(got)); diff != "" {
		t.Errorf("types (-log +timeline):\n%s", diff)
	}
	first := got[0]
	var actor aggregates.Actor
	if err := json.Unmarshal(first.Actor, &actor); err != nil || !strings.HasPrefix(actor.ID, "agent-") {
		t.Errorf("actor %s, %v", first.Actor, err)
	}
	if first.Summary != "Ticket opened: The lamp flickers" || first.Revision != 0 || first.RecordedAt.Location() != time.UTC {
		t.Errorf("first item %+v", first)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Position <= got[i-1].Position {
			t.Errorf("position %s follows %s", got[i].Position, got[i-1].Position)
		}
	}
}

// What must not leave the log is nowhere in the table, not only not in answers.
func TestSecretsAndImagesAreNotInTheTimeline(t *testing.T) {
	facts := projectionstest.NewStory("secret").Facts
	id := aggregates.DeriveID("token")
	facts = append(facts, projectionstest.Fact{
		Stream: accesstoken.Model.Stream(id),
		Event:  accesstoken.Issued{Token: id, Hash: "hash-of-the-token"},
	})
	r := started(t, facts)
	rows := strings.Join(projectionstest.Dump(t, r, "timeline")["event"], "\n")
	for _, secret := range projectionstest.Secrets {
		if strings.Contains(rows, secret) {
			t.Errorf("the timeline holds %q", secret)
		}
	}
	events, _, err := timeline.Audit(t.Context(), r.Pool(), timeline.Filter{Type: "worksheet-signed", Limit: 10})
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	var data struct{ Signature, Name, Hash string }
	if err := json.Unmarshal(events[0].Data, &data); err != nil {
		t.Fatal(err)
	}
	if data.Signature != timeline.Redacted || data.Name != "Customer A" || len(data.Hash) != 64 {
		t.Errorf("data %+v", data)
	}
}

// Streams that only serve commands are left out; every other event is there.
func TestTheAuditHasEveryEventOfTheLogButThoseOfCommands(t *testing.T) {
	story := projectionstest.NewStory("audit")
	id := aggregates.DeriveID("command")
	facts := append(story.Facts, projectionstest.Fact{
		Stream: commandlog.Model.Stream(id),
		Event:  commandlog.Succeeded{Command: "test"},
	})
	r := started(t, facts)
	count := func(f timeline.Filter) int {
		t.Helper()
		f.Limit = 1000
		events, next, err := timeline.Audit(t.Context(), r.Pool(), f)
		if err != nil || next != 0 {
			t.Fatalf("%v %v", next, err)
		}
		return len(events)
	}
	all := count(timeline.Filter{})
	if all != len(story.Facts) {
		t.Errorf("the audit has %d events, the story %d", all, len(story.Facts))
	}
	ours := projectionstest.Envelopes(t, story.Facts)
	middle := ours[10].Meta.RecordedAt.Truncate(time.Microsecond)
	for name, c := range map[string]struct {
		filter timeline.Filter
		want   int
	}{
		"stream":          {timeline.Filter{Stream: aggregates.StreamOf("team", story.ID("team").String())}, 7},
		"actor":           {timeline.Filter{Actor: "agent-0"}, (all + 1) / 2},
		"type":            {timeline.Filter{Type: "ticket-closed"}, 1},
		"from":            {timeline.Filter{From: middle}, all - 10},
		"to":              {timeline.Filter{To: middle}, 10},
		"between":         {timeline.Filter{From: middle, To: middle.Add(3 * time.Second)}, 3},
		"ticket and type": {timeline.Filter{Ticket: story.ID("ticket"), Type: "coupon-generated"}, 1},
		"other ticket":    {timeline.Filter{Ticket: id}, 0},
	} {
		if got := count(c.filter); got != c.want {
			t.Errorf("%s: %d events, want %d", name, got, c.want)
		}
	}
	page, next, err := timeline.Audit(t.Context(), r.Pool(), timeline.Filter{Limit: 3})
	if err != nil || len(page) != 3 || next.String() != page[2].Position {
		t.Fatalf("page %v, next %s, %v", page, next, err)
	}
	if rest := count(timeline.Filter{After: next}); rest != all-3 {
		t.Errorf("%d events after the first page, want %d", rest, all-3)
	}
}

func TestRedactingKeepsAllElseExactly(t *testing.T) {
	for stream, c := range map[string][2]string{
		"coupon-1":       {`{"code_hash":"x","code_sealed":"eA==","code_hint":"7Q"}`, `{"code_hash":"[redacted]","code_hint":"7Q","code_sealed":"[redacted]"}`},
		"access_token-1": {`{"actor":"a","hash":"y"}`, `{"actor":"a","hash":"[redacted]"}`},
		"task-1":         {`{"hash":"x","n":12345678901234567890.10,"l":[{"i":"data:image/png;base64,AA"}]}`, `{"hash":"x","l":[{"i":"[redacted]"}],"n":12345678901234567890.10}`},
	} {
		got, err := timeline.Redact(eventstore.Recorded{Stream: stream, Data: []byte(c[0])})
		if err != nil || string(got) != c[1] {
			t.Errorf("%s: %s, %v", stream, got, err)
		}
	}
	if _, err := timeline.Redact(eventstore.Recorded{Stream: "coupon-1", Data: []byte("{")}); err == nil {
		t.Error("broken JSON was redacted")
	}
}
