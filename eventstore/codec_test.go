package eventstore_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

type opened struct {
	Title string             `json:"title"`
	Hours aggregates.Decimal `json:"hours"`
}

type closed struct {
	Reason string `json:"reason"`
}

// titled and counted turn versions 1 and 2 of opened into the next.
func titled(old json.RawMessage) (json.RawMessage, error) {
	var v1 struct{ Name string }
	if err := json.Unmarshal(old, &v1); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"title": v1.Name, "minutes": 90})
}

func counted(old json.RawMessage) (json.RawMessage, error) {
	var v2 struct {
		Title   string
		Minutes int
	}
	if err := json.Unmarshal(old, &v2); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"title": v2.Title, "hours": aggregates.MustDecimal("1.5")})
}

func codec(t testing.TB) *eventstore.Codec {
	t.Helper()
	c, err := eventstore.NewCodec(
		aggregates.Catalogue{aggregates.Define[opened]("work-opened", titled, counted)},
		aggregates.Catalogue{aggregates.Define[closed]("work-closed")},
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACatalogueWithANameOrAStructTwiceIsRefusedNamingBoth(t *testing.T) {
	for _, test := range []struct {
		second aggregates.Definition
		named  []string
	}{
		{aggregates.Define[closed]("work-opened"), []string{"work-opened", "eventstore_test.opened", "eventstore_test.closed"}},
		{aggregates.Define[opened]("work-begun"), []string{"eventstore_test.opened", "work-opened", "work-begun"}},
	} {
		_, err := eventstore.NewCodec(aggregates.Catalogue{aggregates.Define[opened]("work-opened")}, aggregates.Catalogue{test.second})
		if err == nil {
			t.Fatalf("%s: no error", test.second.Name)
		}
		for _, name := range test.named {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%q does not name %s", err, name)
			}
		}
	}
}

func TestDefinitionsAreListedByName(t *testing.T) {
	var names []string
	for _, d := range codec(t).Definitions() {
		names = append(names, d.Name)
	}
	if diff := cmp.Diff([]string{"work-closed", "work-opened"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsEncodedDecodesToTheSame(t *testing.T) {
	c := codec(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.Rune())
		var e aggregates.Event = closed{Reason: text.Draw(t, "reason")}
		version := 1
		if rapid.Bool().Draw(t, "opened") {
			e, version = opened{Title: text.Draw(t, "title"), Hours: aggregates.Decimal(rapid.Int64Range(-1e15, 1e15).Draw(t, "hours"))}, 3
		}
		ticket := aggregates.DeriveID(text.Draw(t, "ticket"))
		meta := aggregates.Metadata{
			RecordedAt: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at")).UTC(),
			Actor:      aggregates.Actor{ID: text.Draw(t, "actor"), Role: "agent", Channel: "agent"},
			Command:    "open", CommandID: aggregates.DeriveID("c"), CorrelationID: aggregates.DeriveID("r"),
			CausationID: aggregates.DeriveID("a"), Ticket: &ticket, Company: "main",
		}
		id := aggregates.DeriveID(text.Draw(t, "id"))
		p, err := c.Encode(id, e, meta)
		if err != nil {
			t.Fatal(err)
		}
		r := eventstore.Recorded{ID: p.ID, Type: p.Type, Data: p.Data, Metadata: p.Metadata}
		got, err := c.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		meta.SchemaVersion = version
		if diff := cmp.Diff(eventstore.Envelope{Recorded: r, Event: e, Meta: meta}, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestOldVersionsAreUpcastThroughTheChain(t *testing.T) {
	c := codec(t)
	want := opened{Title: "Leak", Hours: aggregates.MustDecimal("1.5")}
	for _, stored := range []struct {
		metadata, data string
		version        int
	}{
		{"", `{"Name":"Leak"}`, 1},
		{`{}`, `{"Name":"Leak"}`, 1},
		{`{"schema_version":1}`, `{"Name":"Leak"}`, 1},
		{`{"schema_version":2}`, `{"title":"Leak","minutes":90}`, 2},
		{`{"schema_version":3}`, `{"title":"Leak","hours":"1.5"}`, 3},
	} {
		got, err := c.Decode(eventstore.Recorded{Type: "work-opened", Data: []byte(stored.data), Metadata: []byte(stored.metadata)})
		if err != nil || got.Event != want || got.Meta.SchemaVersion != stored.version {
			t.Errorf("metadata %q: got %+v in version %d, %v", stored.metadata, got.Event, got.Meta.SchemaVersion, err)
		}
	}
}

func TestAnUnknownTypeIsAnErrorOfItsOwn(t *testing.T) {
	c := codec(t)
	_, decoding := c.Decode(eventstore.Recorded{Type: "work-lost"})
	_, encoding := c.Encode(uuid.New(), struct{ X int }{}, aggregates.Metadata{})
	_, nothing := c.Encode(uuid.New(), nil, aggregates.Metadata{})
	for err, named := range map[error]string{decoding: "work-lost", encoding: "struct { X int }", nothing: "<nil>"} {
		if unknown, ok := errors.AsType[*eventstore.UnknownType](err); !ok || unknown.Type != named {
			t.Errorf("got %v, want an unknown type %s", err, named)
		}
	}
}

func TestWhatCannotBeReadIsAnErrorNotAnEmptyEvent(t *testing.T) {
	c := codec(t)
	for _, r := range []eventstore.Recorded{
		{Type: "work-closed"},
		{Type: "work-closed", Data: []byte(`{"reason":1}`)},
		{Type: "work-closed", Data: []byte(`{}`), Metadata: []byte(`{"schema_version":2}`)},
		{Type: "work-closed", Data: []byte(`{}`), Metadata: []byte(`{"schema_version":-1}`)},
		{Type: "work-closed", Data: []byte(`{}`), Metadata: []byte(`[]`)},
		{Type: "work-opened", Data: []byte(`[]`)},
	} {
		if got, err := c.Decode(r); err == nil {
			t.Errorf("data %q with metadata %q decoded to %+v", r.Data, r.Metadata, got.Event)
		}
	}
}
