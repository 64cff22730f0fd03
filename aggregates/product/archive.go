package product

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the product out of what comes. Refusal: product_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "product_not_found", s.Archived, Archived{})
}

// Unarchive takes that back. Refusal: product_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "product_not_found", !s.Archived, Unarchived{})
}
