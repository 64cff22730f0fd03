package worksheet

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ worksheetEvent() }

// Defined publishes a version of a template, counted from 1. A published
// version never changes, so that what was signed stays readable as it was.
type Defined struct {
	Template uuid.UUID `json:"template"`
	Version  int       `json:"version"`
	Name     string    `json:"name"`
	Fields   []Field   `json:"fields"`
}

func (Defined) worksheetEvent() {}

// Model is the worksheet template aggregate: streams "worksheet_template-<id>".
var Model = aggregates.NewModel("worksheet_template", evolve,
	aggregates.Define[Defined]("worksheet-template-defined"),
)
