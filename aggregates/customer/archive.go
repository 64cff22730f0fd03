package customer

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the customer out of what comes. Refusal: customer_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("customer_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}

// Unarchive takes that back. Refusal: customer_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("customer_not_found")
	case !s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Unarchived{}}, nil
}
