package sequence

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ sequenceEvent() }

// Allotted gives a document the number that follows from this event's revision.
// Kind is that of the HTTP API: invoice, credit_note, ticket …
type Allotted struct {
	Document uuid.UUID `json:"document"`
	Kind     string    `json:"kind"`
	Number   string    `json:"number"`
}

func (Allotted) sequenceEvent() {}

// Model is the sequence aggregate: streams "sequence-<key>", see Series.Stream.
var Model = aggregates.NewModel("sequence", evolve,
	aggregates.Define[Allotted]("number-allotted"),
)
