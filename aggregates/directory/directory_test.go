package directory_test

import (
	"testing"

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
