package journal

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive lets nothing more be posted in the journal. Refusal:
// journal_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "journal_not_found", s.Archived, Archived{})
}

// Unarchive takes that back. Refusal: journal_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "journal_not_found", !s.Archived, Unarchived{})
}
