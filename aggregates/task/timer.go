package task

import (
	"time"

	"aftersales/aggregates"
)

// Start is the timer with which the work on a planned task would begin, asked
// for by its assignee or a lead; zero when it has begun already. Refusals:
// task_not_open, task_not_planned, forbidden.
func (s State) Start(by string, lead bool) (Timer, error) {
	if s.Status == StatusInProgress {
		return Timer{}, nil
	}
	if err := s.open(); err != nil {
		return Timer{}, err
	}
	if s.Status != StatusPlanned {
		return Timer{}, aggregates.Refuse("task_not_planned", "state", string(s.Status))
	}
	if by != s.Assignee && !lead {
		return Timer{}, aggregates.Refuse("forbidden")
	}
	return s.next(), nil
}

// Resume is the timer with which the work would go on; zero when one runs. More
// work needs a new signature.
// Refusal: task_not_in_progress.
func (s State) Resume() (Timer, error) {
	if err := s.inProgress(); err != nil || !s.Paused() {
		return Timer{}, err
	}
	return s.next(), nil
}

// next is the timer that the assignee's stream has to grant.
func (s State) next() Timer { return Timer{s.Assignee, s.Turn + 1} }

// Begin lets a granted timer run from a time on. Once refused, a timer is void
// for ever: task_not_open, or stale_version for one that is not the task's next
// because the work was begun, ended or given to somebody else in the meantime.
func (s State) Begin(granted Timer, at time.Time) ([]aggregates.Event, error) {
	if s.Running == granted {
		return nil, nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	switch {
	case granted != s.next():
		return nil, aggregates.Refuse("stale_version")
	case s.Status == StatusPlanned:
		return []aggregates.Event{Started{granted, at.UTC()}}, nil
	case s.Paused():
		return []aggregates.Event{Resumed{granted, at.UTC()}}, nil
	}
	return nil, aggregates.Refuse("stale_version")
}

// Pause interrupts the work at a time. Refusal: task_not_in_progress.
func (s State) Pause(at time.Time) ([]aggregates.Event, error) {
	if err := s.inProgress(); err != nil || s.Paused() {
		return nil, err
	}
	return []aggregates.Event{Paused{s.Running, at.UTC()}}, nil
}
