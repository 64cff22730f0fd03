package journal

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive lets nothing more be posted in the journal. Refusal:
// journal_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("journal_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}

// Unarchive takes that back. Refusal: journal_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("journal_not_found")
	case !s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Unarchived{}}, nil
}
