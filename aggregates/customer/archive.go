package customer

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the customer out of what comes. Refusal: customer_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "customer_not_found", s.Archived, Archived{})
}

// Unarchive takes that back. Refusal: customer_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "customer_not_found", !s.Archived, Unarchived{})
}
