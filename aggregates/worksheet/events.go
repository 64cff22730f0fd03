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
// Project is the only one whose tasks may have the template, nil for all.
type Defined struct {
	Template uuid.UUID `json:"template"`
	Version  int       `json:"version"`
	Name     string    `json:"name"`
	Project  uuid.UUID `json:"project,omitzero"`
	Fields   []Field   `json:"fields"`
}

// Archived keeps the template out of new tasks, for ever; tasks that have it keep it
// (domain.md 2.11).
type Archived struct{}

func (Defined) worksheetEvent()  {}
func (Archived) worksheetEvent() {}

// Model is the worksheet template aggregate: streams "worksheet_template-<id>".
var Model = aggregates.NewModel("worksheet_template", evolve,
	aggregates.Define[Defined]("worksheet-template-defined"),
	aggregates.Define[Archived]("worksheet-template-archived"),
)
