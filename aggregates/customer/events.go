package customer

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ customerEvent() }

// Registered makes a customer known. Entity is the commercial entity: the
// parent's, or the customer itself without a parent (domain.md 2.3). TimeZone
// is an IANA name, "" for the company's.
type Registered struct {
	Customer uuid.UUID `json:"customer"`
	Name     string    `json:"name" personal:"true"`
	Email    string    `json:"email,omitempty" personal:"true"`
	Phone    string    `json:"phone,omitempty" personal:"true"`
	Language Language  `json:"language"`
	Parent   uuid.UUID `json:"parent,omitzero"`
	Entity   uuid.UUID `json:"entity"`
	Address  string    `json:"address,omitempty" personal:"true"`
	TimeZone string    `json:"time_zone,omitempty"`
}

func (Registered) customerEvent() {}

// Model is the customer aggregate: streams "customer-<id>".
var Model = aggregates.NewModel("customer", evolve,
	aggregates.Define[Registered]("customer-registered"),
)
