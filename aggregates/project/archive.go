package project

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the project out of what comes. Refusal: project_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "project_not_found", s.Archived, Archived{})
}

// Unarchive takes that back. Refusal: project_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "project_not_found", !s.Archived, Unarchived{})
}
