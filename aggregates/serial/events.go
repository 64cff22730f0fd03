package serial

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ serialEvent() }

// Taken says that a command is about to decide, in Stream, what keeps the serial
// number from then on, and will have done so or given up by Until. Claims for one
// stream stand beside each other: there only one of them can succeed.
type Taken struct {
	Serial  uuid.UUID `json:"serial"`
	Kind    Kind      `json:"kind"`
	Stream  string    `json:"stream"`
	Command uuid.UUID `json:"command"`
	Until   time.Time `json:"until"`
}

// Released ends the claim of a command that was refused: Turn is how many times the
// number had been taken when the command took it.
type Released struct {
	Turn int `json:"turn"`
}

func (Taken) serialEvent()    {}
func (Released) serialEvent() {}

// Model is the guard of a serial number: streams "serial-<lot id>".
var Model = aggregates.NewModel("serial", evolve,
	aggregates.Define[Taken]("serial-number-taken"),
	aggregates.Define[Released]("serial-number-released"),
)
