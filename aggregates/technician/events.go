package technician

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ technicianEvent() }

// TimerTaken grants the technician's one timer to a task from At on; Turn is
// the task's count of its timers.
type TimerTaken struct {
	Technician string    `json:"technician"`
	Task       uuid.UUID `json:"task"`
	Turn       int       `json:"turn"`
	At         time.Time `json:"at"`
}

// TimerReleased frees the timer.
type TimerReleased struct {
	Task uuid.UUID `json:"task"`
	Turn int       `json:"turn"`
}

func (TimerTaken) technicianEvent()    {}
func (TimerReleased) technicianEvent() {}

// Model is the technician aggregate: streams "technician-<actor id>", see Stream.
var Model = aggregates.NewModel("technician", evolve,
	aggregates.Define[TimerTaken]("technician-timer-taken"),
	aggregates.Define[TimerReleased]("technician-timer-released"),
)

// Stream is that of the technician with the actor id.
func Stream(actor string) string { return aggregates.StreamOf(Model.Category, actor) }
