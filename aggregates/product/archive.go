package product

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the product out of what comes. Refusal: product_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("product_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}

// Unarchive takes that back. Refusal: product_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("product_not_found")
	case !s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Unarchived{}}, nil
}
