// Package technician guards that a technician has one running timer, whatever
// tasks are started at the same moment (domain.md 2.10).
//
// A task's timer runs only while this stream grants it: it is taken here first,
// begun by the task then, and released once the task stopped it or could not
// begin it. Taken and released name the turn of the task, so that a late release
// of one run never frees another.
package technician

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// State is which turn of which task has the timer; a nil Task is none.
type State struct {
	Task uuid.UUID
	Turn int
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case TimerTaken:
		s = State{Task: e.Task, Turn: e.Turn}
	case TimerReleased:
		s = State{}
	}
	return s
}

// Has says whether the turn of the task has the timer.
func (s State) Has(task uuid.UUID, turn int) bool {
	return task != uuid.Nil && s == State{Task: task, Turn: turn}
}

// Take grants the timer. A later turn of the task that has it takes it over: the
// earlier one has ended, and its release is on its way. Refusals: timer_running
// when another task has it, stale_version for a turn that is over.
func (s State) Take(technician string, task uuid.UUID, turn int, at time.Time) ([]aggregates.Event, error) {
	switch {
	case s.Has(task, turn):
		return nil, nil
	case s.Task != uuid.Nil && s.Task != task:
		return nil, aggregates.Refuse("timer_running", "task", s.Task.String())
	case s.Task == task && turn < s.Turn:
		return nil, aggregates.Refuse("stale_version")
	}
	return []aggregates.Event{TimerTaken{Technician: technician, Task: task, Turn: turn, At: at.UTC()}}, nil
}

// Release frees the timer if the turn of the task still has it.
func (s State) Release(task uuid.UUID, turn int) ([]aggregates.Event, error) {
	if !s.Has(task, turn) {
		return nil, nil
	}
	return []aggregates.Event{TimerReleased{Task: task, Turn: turn}}, nil
}
