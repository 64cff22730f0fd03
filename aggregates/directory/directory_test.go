package directory_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/directory"
)

func TestADocumentHasOneHome(t *testing.T) {
	placed := directory.Placed{Kind: "credit_note", ID: "c1", HomeStream: "invoice-1"}
	place := func(home string) func(directory.State) ([]aggregates.Event, error) {
		return func(s directory.State) ([]aggregates.Event, error) {
			return s.Place(directory.Placed{Kind: "credit_note", ID: "c1", HomeStream: home})
		}
	}
	aggregatetest.For(t, directory.Model).When(place("invoice-1")).Then(placed)
	given := aggregatetest.For(t, directory.Model, placed)
	given.When(place("invoice-1")).Then()
	given.When(place("invoice-2")).Refused("already_exists")
}

func TestAHomeIsFoundByKindAndID(t *testing.T) {
	stream := directory.Stream("credit_note", "0b9a4bb2-30a4-4a2c-8d51-1d3f3e7f5a01")
	if want := "directory-credit_note_0b9a4bb2-30a4-4a2c-8d51-1d3f3e7f5a01"; stream != want {
		t.Errorf("got %s, want %s", stream, want)
	}
	if category, _ := aggregates.SplitStream(stream); category != directory.Model.Category {
		t.Errorf("category %s", category)
	}
}

// While a command has claimed a document for a stream, no other stream gets it,
// and for that stream other commands may claim it too: domain.md 2.0.
func TestAClaimedDocumentGoesToNoOtherStream(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	first, second := uuid.UUID{1}, uuid.UUID{2}
	claim := func(home string, command uuid.UUID) directory.Claimed {
		return directory.Claimed{Kind: "return", ID: "r1", HomeStream: home, Command: command, Until: now.Add(time.Minute)}
	}
	claims := func(home string, command uuid.UUID, at time.Time) func(directory.State) ([]aggregates.Event, error) {
		return func(s directory.State) ([]aggregates.Event, error) {
			return s.Claim(claim(home, command), at, at.Add(time.Second))
		}
	}
	release := func(command uuid.UUID) func(directory.State) ([]aggregates.Event, error) {
		return func(s directory.State) ([]aggregates.Event, error) { return s.Release(command) }
	}
	placed := directory.Placed{Kind: "return", ID: "r1", HomeStream: "picking-1"}
	later := now.Add(2 * time.Minute)
	for what, c := range map[string]struct {
		given   []aggregates.Event
		rule    func(directory.State) ([]aggregates.Event, error)
		then    []aggregates.Event
		refused string
	}{
		"free":                 {nil, claims("picking-1", first, now), []aggregates.Event{claim("picking-1", first)}, ""},
		"claimed":              {[]aggregates.Event{claim("picking-1", first)}, claims("picking-2", second, now), nil, "already_exists"},
		"claimed again":        {[]aggregates.Event{claim("picking-1", first)}, claims("picking-1", first, now), nil, ""},
		"nearly lapsed":        {[]aggregates.Event{claim("picking-1", first)}, claims("picking-1", first, now.Add(time.Minute)), []aggregates.Event{claim("picking-1", first)}, ""},
		"claimed for the same": {[]aggregates.Event{claim("picking-1", first)}, claims("picking-1", second, now), []aggregates.Event{claim("picking-1", second)}, ""},
		"lapsed":               {[]aggregates.Event{claim("picking-1", first)}, claims("picking-2", second, later), []aggregates.Event{claim("picking-2", second)}, ""},
		"released":             {[]aggregates.Event{claim("picking-1", first), directory.Released{Command: first}}, claims("picking-2", second, now), []aggregates.Event{claim("picking-2", second)}, ""},
		"one of two released": {
			[]aggregates.Event{claim("picking-1", first), claim("picking-1", second), directory.Released{Command: first}},
			claims("picking-2", first, now), nil, "already_exists",
		},
		"placed here":      {[]aggregates.Event{claim("picking-1", first), placed}, claims("picking-1", second, now), nil, ""},
		"placed elsewhere": {[]aggregates.Event{placed}, claims("picking-2", second, later), nil, "already_exists"},
		"release":          {[]aggregates.Event{claim("picking-1", first)}, release(first), []aggregates.Event{directory.Released{Command: first}}, ""},
		"release of none":  {[]aggregates.Event{claim("picking-1", first)}, release(second), nil, ""},
		"release, placed":  {[]aggregates.Event{claim("picking-1", first), placed}, release(first), nil, ""},
	} {
		t.Run(what, func(t *testing.T) {
			outcome := aggregatetest.For(t, directory.Model, c.given...).When(c.rule)
			if c.refused != "" {
				outcome.Refused(c.refused)
				return
			}
			outcome.Then(c.then...)
		})
	}
}
