package technician_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
	"aftersales/aggregates/technician"
)

// shift is two tasks and two technicians, whose streams commands and reactions
// append to, one append at a time. Open is what is yet to be done: a command
// that has looked and not yet appended, or a consequence, which may be done more
// than once, in any order, after any delay.
type shift struct {
	tasks       map[string]task.State
	technicians map[string]technician.State
	open        []func()
}

func (s *shift) later(f func()) { s.open = append(s.open, f) }

// append appends to a task what its rule says, and owes what follows.
func (s *shift) append(name string, events []aggregates.Event, err error) bool {
	if err != nil {
		return false
	}
	for _, e := range events {
		s.tasks[name] = task.Model.Evolve(s.tasks[name], e)
		var stopped task.Timer
		switch e := e.(type) {
		case task.Paused:
			stopped = e.Timer
		case task.Completed:
			stopped = e.Timer
		case task.Cancelled:
			stopped = e.Timer
		}
		if stopped != (task.Timer{}) {
			s.later(func() { s.release(name, stopped) })
		}
	}
	return true
}

// run takes the timer that a command has read from the task, at some moment.
func (s *shift) run(name string, t task.Timer) {
	events, err := s.technicians[t.Technician].Take(t.Technician, id(name), t.Turn, now)
	if err != nil {
		return
	}
	for _, e := range events {
		s.technicians[t.Technician] = technician.Model.Evolve(s.technicians[t.Technician], e)
		s.later(func() { s.begin(name, t) })
	}
}

// begin is the consequence of a taken timer: it looks, and only later appends.
func (s *shift) begin(name string, t task.Timer) {
	if !s.technicians[t.Technician].Has(id(name), t.Turn) {
		return
	}
	s.later(func() {
		events, err := s.tasks[name].Begin(t, now)
		if !s.append(name, events, err) {
			s.later(func() { s.release(name, t) })
		}
	})
}

func (s *shift) release(name string, t task.Timer) {
	events, _ := s.technicians[t.Technician].Release(id(name), t.Turn)
	for _, e := range events {
		s.technicians[t.Technician] = technician.Model.Evolve(s.technicians[t.Technician], e)
	}
}

// step is a command on the task.
func (s *shift) step(t *rapid.T, name string) {
	state := s.tasks[name]
	var timer task.Timer
	var err error
	switch rapid.SampledFrom([]string{"start", "start", "resume", "resume", "pause", "assign", "complete", "reopen", "cancel"}).Draw(t, "command") {
	case "start":
		timer, err = state.Start(state.Assignee, false)
	case "resume":
		timer, err = state.Resume()
	case "pause":
		events, err := state.Pause(now)
		s.append(name, events, err)
	case "assign":
		events, err := state.Assign(task.Assignee{ID: rapid.SampledFrom([]string{"one", "other"}).Draw(t, "to"), Internal: true}, now)
		s.append(name, events, err)
	case "complete":
		events, err := state.Complete(now)
		s.append(name, events, err)
	case "reopen":
		events, err := state.Reopen()
		s.append(name, events, err)
	case "cancel":
		if rapid.IntRange(0, 20).Draw(t, "really") == 0 {
			events, err := state.Cancel("withdrawn", now)
			s.append(name, events, err)
		}
	}
	if err == nil && timer != (task.Timer{}) {
		s.later(func() { s.run(name, timer) })
	}
}

// lawful holds what runs against what was granted.
func (s *shift) lawful(t *rapid.T) {
	for name, state := range s.tasks {
		r := state.Running
		if r != (task.Timer{}) && !s.technicians[r.Technician].Has(id(name), r.Turn) {
			t.Fatalf("%s runs as %+v, granted is %+v", name, r, s.technicians[r.Technician])
		}
	}
}

// 2.10, one running timer per technician: whatever tasks are started, stopped,
// reassigned and reopened, however commands and reactions interleave, repeat or
// come late, a task's timer runs only while its technician's stream grants it;
// and when all is done, a technician whose timer does not run is free.
func TestNoInterleavingRunsTwoTimers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &shift{tasks: map[string]task.State{}, technicians: map[string]technician.State{}}
		for _, name := range []string{"a", "b"} {
			s.tasks[name] = task.Model.Fold(
				task.Created{Task: id(name)}, task.Assigned{Assignee: "one"},
				task.Scheduled{PlannedStart: now, PlannedEnd: now.Add(time.Hour)},
			)
		}
		for range 80 {
			if len(s.open) > 0 && rapid.Bool().Draw(t, "react") {
				i := rapid.IntRange(0, len(s.open)-1).Draw(t, "which")
				f := s.open[i]
				if !rapid.Bool().Draw(t, "again") {
					s.open = append(s.open[:i:i], s.open[i+1:]...)
				}
				f()
			} else {
				s.step(t, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "task"))
			}
			s.lawful(t)
		}
		for len(s.open) > 0 {
			f := s.open[0]
			s.open = s.open[1:]
			f()
			s.lawful(t)
		}
		for name, state := range s.technicians {
			if state.Task == uuid.Nil {
				continue
			}
			if s.tasks["a"].Running.Technician != name && s.tasks["b"].Running.Technician != name {
				t.Fatalf("%s is held up by %+v", name, state)
			}
		}
	})
}
