// Package tag is a tag of repairs and tasks under its one spelling: whoever writes
// it otherwise means the same (P-10).
package tag

import (
	"strings"
	"unicode"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is the one below and nothing else.
//
//sumtype:decl
type Event interface{ tagEvent() }

// Created makes a tag known as it was first written.
type Created struct {
	Tag  uuid.UUID `json:"tag"`
	Name string    `json:"name"`
}

func (Created) tagEvent() {}

// Model is the tag aggregate: streams "tag-<id>", see IDOf.
var Model = aggregates.NewModel("tag", evolve, aggregates.Define[Created]("tag-created"))

// State is a tag as folded from its events; ID is nil before the first.
type State struct {
	ID   uuid.UUID
	Name string
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		s = State{e.Tag, e.Name}
	}
	return s
}

// IDOf is the id of the tag with a name, tidy as check.Tags has it: the same for
// names that differ in case alone.
func IDOf(name string) uuid.UUID { return aggregates.DeriveID("tag", strings.Map(folded, name)) }

// folded is the least of the runes that differ in case alone.
func folded(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// Create makes the tag known; one that is keeps its spelling.
func (s State) Create(name string) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, nil
	}
	return []aggregates.Event{Created{IDOf(name), name}}, nil
}
