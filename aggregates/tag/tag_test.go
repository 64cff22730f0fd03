package tag_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/tag"
)

func create(name string) func(tag.State) ([]aggregates.Event, error) {
	return func(s tag.State) ([]aggregates.Event, error) { return s.Create(name) }
}

// P-10: a tag is written as it was first written.
func TestATagKeepsItsFirstSpelling(t *testing.T) {
	first := tag.Created{Tag: tag.IDOf("Seal"), Name: "Seal"}
	aggregatetest.For(t, tag.Model).When(create("Seal")).Then(first)
	aggregatetest.For(t, tag.Model, first).When(create("seal")).Then()
}

func TestNamesThatDifferInCaseAloneAreOneTag(t *testing.T) {
	for _, name := range []string{"seal", "SEAL", "ſeal"} {
		if tag.IDOf(name) != tag.IDOf("Seal") {
			t.Errorf("%s is another tag", name)
		}
	}
	for _, name := range []string{"seals", "sea l", ""} {
		if tag.IDOf(name) == tag.IDOf("Seal") {
			t.Errorf("%s is the same tag", name)
		}
	}
}
