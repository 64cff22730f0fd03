package documents_test

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/documents"
	"aftersales/projections/projectionstest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// kinds are those of the HTTP API.
var kinds = strings.Fields(`team customer product lot journal location project worksheet_template coupon_program
	order invoice credit_note delivery return ticket coupon repair task payment access_token portal_link`)

// streams are the events of a story by stream.
func streams(t *testing.T, s *projectionstest.Story) map[string][]eventstore.Envelope {
	t.Helper()
	all := map[string][]eventstore.Envelope{}
	for _, e := range projectionstest.Envelopes(t, s.Facts) {
		all[e.Stream] = append(all[e.Stream], e)
	}
	return all
}

// Each kind of document has the JSON of its golden file, which a person has
// compared with the documented shape.
func TestEveryKindHasItsDocumentedShape(t *testing.T) {
	byKind := map[string][]documents.Document{}
	all := streams(t, projectionstest.NewStory("golden"))
	for _, stream := range slices.Sorted(maps.Keys(all)) {
		rendered, err := documents.Render(stream, all[stream])
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range rendered {
			byKind[d.Kind] = append(byKind[d.Kind], d)
		}
	}
	for _, kind := range kinds {
		if len(byKind[kind]) == 0 {
			t.Errorf("the story has no %s", kind)
		}
		golden := filepath.Join("testdata", kind+".json")
		got := projectionstest.JSON(t, byKind[kind])
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-golden +got):\n%s", kind, diff)
		}
	}
}

// What is read from the tables is what the log says, for every document.
func TestADocumentReadIsTheDocumentRendered(t *testing.T) {
	env := eventstoretest.New(t)
	story := projectionstest.NewStory("read")
	last := projectionstest.Record(t, env, story.Facts)
	r := projectionstest.Start(t, env, nil, documents.Projection)
	projectionstest.Wait(t, r, "documents", last)
	seen := map[string]int{}
	for stream, events := range streams(t, story) {
		all, err := documents.Render(stream, events)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range all {
			want.Historical = false
			got, ok, err := documents.Get(t.Context(), r.Pool(), want.Kind, want.ID)
			if err != nil || !ok {
				t.Fatalf("%s %s: %v %v", want.Kind, want.ID, ok, err)
			}
			if diff := cmp.Diff(projectionstest.JSON(t, want), projectionstest.JSON(t, got)); diff != "" {
				t.Errorf("%s (-rendered +read):\n%s", want.Kind, diff)
			}
			if got.Stream != stream || got.Entity != want.Entity || got.Customer != want.Customer || got.Sealed != want.Sealed {
				t.Errorf("%s: read %+v, rendered %+v", want.Kind, got, want)
			}
			seen[want.Kind]++
		}
	}
	for _, kind := range kinds {
		if seen[kind] == 0 {
			t.Errorf("no %s was read", kind)
		}
	}
}

func TestPastStatesFollowFromTheFirstEvents(t *testing.T) {
	story := projectionstest.NewStory("past")
	id := story.ID("invoice")
	stream := "invoice-" + id.String()
	events := streams(t, story)[stream]
	want := []string{"draft", "posted", "posted"}
	for n, state := range want {
		all, err := documents.Render(stream, events[:n+1])
		if err != nil {
			t.Fatal(err)
		}
		d := all[0]
		if d.ID != id || d.State != state || d.Revision != uint64(n) || !d.Historical ||
			!d.CreatedAt.Equal(events[0].Meta.RecordedAt.Truncate(1000)) || d.Position != events[n].Position {
			t.Errorf("after %d events: %+v", n+1, d)
		}
	}
	if none, err := documents.Render(stream, nil); err != nil || len(none) != 0 {
		t.Errorf("before the first event: %v, %v", none, err)
	}
	if none, err := documents.Render("sequence-INV", events); err != nil || len(none) != 0 {
		t.Errorf("a stream without documents: %v, %v", none, err)
	}
}

// An event moves on the documents that it changes, and no others.
func TestAnEventConcernsWhatItChanges(t *testing.T) {
	story := projectionstest.NewStory("concerns")
	stream := "invoice-" + story.ID("invoice").String()
	events := streams(t, story)[stream]
	all, err := documents.Render(stream, events)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		var want string
		switch d.ID {
		case story.ID("payment"):
			want = "payment-registered"
		case story.ID("credit note"):
			want = "credit-note-numbered"
		case story.ID("invoice"), story.ID("draft credit note"):
			want = "credit-note-drafted"
		}
		var got string
		for _, e := range events {
			if e.Position == d.Position {
				got = e.Type
			}
		}
		if got != want {
			t.Errorf("%s %s was last changed by %s, want %s", d.Kind, d.ID, got, want)
		}
	}
}

func TestPagesAreStableUnderWrites(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, documents.Projection)
	var want []uuid.UUID
	for i := range 5 {
		s := projectionstest.NewStory(strconv.Itoa(i))
		want = append(want, s.ID("ticket"))
		projectionstest.Wait(t, r, "documents", projectionstest.Record(t, env, s.Facts))
	}
	var got []uuid.UUID
	f := documents.Filter{Kinds: []string{"ticket"}, Limit: 2}
	for {
		page, next, err := documents.List(t.Context(), r.Pool(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page {
			got = append(got, d.ID)
		}
		if f.Cursor = next; next == "" {
			break
		}
		if len(got) == 2 { // between two pages a ticket comes and an old one changes
			later := projectionstest.NewStory("later")
			want = append(want, later.ID("ticket"))
			projectionstest.Wait(t, r, "documents", projectionstest.Record(t, env, later.Facts))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tickets (-want +got):\n%s", diff)
	}
	if _, _, err := documents.List(t.Context(), r.Pool(), documents.Filter{Cursor: "x", Limit: 1}); !errors.Is(err, documents.ErrCursor) {
		t.Errorf("a bad cursor: %v", err)
	}
}

func TestAFilterChoosesAndPlainSQLSums(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, documents.Projection)
	one, other := projectionstest.NewStory("one"), projectionstest.NewStory("other")
	projectionstest.Record(t, env, one.Facts)
	projectionstest.Wait(t, r, "documents", projectionstest.Record(t, env, other.Facts))
	for name, c := range map[string]struct {
		filter documents.Filter
		want   int
	}{
		"kinds":          {documents.Filter{Kinds: []string{"return", "repair"}}, 4},
		"ticket":         {documents.Filter{Ticket: one.ID("ticket")}, 7},
		"entity":         {documents.Filter{Entity: one.ID("company"), Kinds: []string{"credit_note"}}, 2},
		"customer":       {documents.Filter{Customer: one.ID("contact"), Kinds: []string{"delivery"}}, 1},
		"team":           {documents.Filter{Team: one.ID("team"), Kinds: []string{"ticket"}}, 1},
		"number":         {documents.Filter{Number: "T-other", Kinds: []string{"ticket"}}, 1},
		"state":          {documents.Filter{State: "posted", Kinds: []string{"credit_note"}}, 2},
		"lots in repair": {documents.Filter{State: "in_repair", Kinds: []string{"lot"}}, 2}, // as logs tell it that are older than the streams of serial numbers
		"known lots":     {documents.Filter{State: "known", Kinds: []string{"lot"}}, 0},
		"scrapped lots":  {documents.Filter{State: "scrapped", Kinds: []string{"lot"}}, 0},
		"state, number":  {documents.Filter{State: "draft", Number: "RINV/2026/00001"}, 0},
	} {
		c.filter.Limit = 200
		got, _, err := documents.List(t.Context(), r.Pool(), c.filter)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d documents, want %d; %v", name, len(got), c.want, err)
		}
	}
	var credited, residual int64
	var returned string
	err := r.Pool().QueryRow(t.Context(), `SELECT
		(SELECT sum(total_minor) FROM documents.document WHERE kind = 'credit_note' AND state = 'posted')::bigint,
		(SELECT sum(residual_minor) FROM documents.document WHERE kind = 'invoice')::bigint,
		(SELECT sum(returned_quantity) FROM documents.document_line WHERE kind = 'delivery')::text`).
		Scan(&credited, &residual, &returned)
	// Each: 3 × 100.00 less 5 %, 9 % tax, 100.00 paid, one of three credited, one returned.
	if err != nil || credited != 2*10355 || residual != 2*(31065-10000-10355) || returned != "2" {
		t.Errorf("credited %d, residual %d, returned %s, %v", credited, residual, returned, err)
	}
}

func TestSetReplacesOrAddsAFieldAndOnlyKeeps(t *testing.T) {
	d := documents.Document{Kind: "coupon", Fields: json.RawMessage(`{"b":1,"code":"hint","a":[2]}`)}
	set, err := d.Set("code", "7Q2K")
	if err != nil {
		t.Fatal(err)
	}
	if set, err = set.Set("new", nil); err != nil || string(set.Fields) != `{"b":1,"code":"7Q2K","a":[2],"new":null}` {
		t.Errorf("%s, %v", set.Fields, err)
	}
	only, err := set.Only("a", "code", "missing")
	if err != nil || string(only.Fields) != `{"code":"7Q2K","a":[2]}` || string(d.Fields) != `{"b":1,"code":"hint","a":[2]}` {
		t.Errorf("%s, %v", only.Fields, err)
	}
}
