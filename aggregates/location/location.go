// Package location is a place where goods are kept or sent back to.
package location

import (
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// DefaultKind is that of a location that names none.
const DefaultKind = "internal"

// State is a location as folded from its events; ID is nil before the first.
type State struct {
	ID             uuid.UUID
	Name           string
	ReturnLocation bool
	Kind           string
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{ID: e.Location, Name: e.Name, ReturnLocation: e.ReturnLocation, Kind: e.Kind}
	}
	return s
}

// Register begins the location; the kind defaults to DefaultKind.
func (s State) Register(l Registered) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	l.Name = strings.TrimSpace(l.Name)
	if l.Kind == "" {
		l.Kind = DefaultKind
	}
	var fields check.Fields
	fields.Name("name", l.Name)
	fields.Within(check.MaxName, "kind", string(l.Kind))
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{l}, nil
}
