package location

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ locationEvent() }

// Registered makes a stock location known. ReturnLocation flags it as a place
// to which returned goods may be directed (T-09); Kind is a label such as
// "internal" or "quarantine" that no rule reads.
type Registered struct {
	Location       uuid.UUID `json:"location"`
	Name           string    `json:"name"`
	ReturnLocation bool      `json:"return_location"`
	Kind           string    `json:"kind"`
}

func (Registered) locationEvent() {}

// Model is the location aggregate: streams "location-<id>".
var Model = aggregates.NewModel("location", evolve,
	aggregates.Define[Registered]("location-registered"),
)
