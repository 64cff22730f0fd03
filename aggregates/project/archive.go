package project

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the project out of what comes. Refusal: project_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("project_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}

// Unarchive takes that back. Refusal: project_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("project_not_found")
	case !s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Unarchived{}}, nil
}
