package commands_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
	"aftersales/commands"
)

// planned is a visit of technician "tech".
func (w *world) planned(name string) uuid.UUID {
	w.t.Helper()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.do("address "+name, &commands.RegisterCustomer{ID: ref("at " + name), Name: "Customer B", Address: "Street 1"})
	w.do("ticket "+name, &commands.OpenTicket{ID: ref("ticket " + name), TicketDetails: commands.TicketDetails{
		Title: "Visit", Team: id("team"), Customer: id("at " + name),
	}})
	w.do("plan "+name, &commands.PlanIntervention{Ticket: id("ticket " + name), ID: ref(name)})
	w.do("assign "+name, &commands.AssignTask{Task: id(name), Assignee: "tech"})
	w.do("schedule "+name, &commands.ScheduleTask{Task: id(name), PlannedStart: at, PlannedEnd: at.Add(time.Hour)})
	return id(name)
}

// running are the tasks whose timers run, by the log.
func (w *world) running() map[uuid.UUID]task.Timer {
	w.t.Helper()
	states := map[string]task.State{}
	for _, e := range w.log() {
		if category, _ := aggregates.SplitStream(e.Stream); category == task.Model.Category {
			states[e.Stream] = task.Model.Evolve(states[e.Stream], e.Event)
		}
	}
	all := map[uuid.UUID]task.Timer{}
	for _, s := range states {
		if s.Running != (task.Timer{}) {
			all[s.ID] = s.Running
		}
	}
	return all
}

func code(err error) string {
	if refused, ok := errors.AsType[*aggregates.Refusal](err); ok {
		return refused.Code
	}
	return ""
}

// 2.10, one running timer per technician: of two tasks started at the same
// moment one runs, the other is refused; when the first is paused, given to
// somebody else, done or cancelled, the other can be started.
func TestTwoStartsOfOneTechnicianDoNotBothRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	tasks := []uuid.UUID{w.planned("one"), w.planned("two")}
	for round, stop := range []func(running uuid.UUID) commands.Command{
		func(running uuid.UUID) commands.Command { return &commands.PauseTask{Task: running} },
		func(running uuid.UUID) commands.Command {
			return &commands.CancelTask{Task: running, Reason: "withdrawn"}
		},
	} {
		run := func(id uuid.UUID) commands.Command { return &commands.StartTask{Task: id} }
		if round > 0 { // both have begun
			run = func(id uuid.UUID) commands.Command { return &commands.ResumeTask{Task: id} }
		}
		var wg sync.WaitGroup
		codes := make([]string, len(tasks))
		for i, started := range tasks {
			wg.Go(func() {
				_, err := w.try(fmt.Sprint("round ", round, started), run(started))
				codes[i] = code(err)
			})
		}
		wg.Wait()
		running := w.running()
		if len(running) != 1 || codes[0] == codes[1] || codes[0]+codes[1] != "timer_running" {
			t.Fatalf("round %d: %q, running %v", round, codes, running)
		}
		for first := range running {
			other := tasks[0]
			if other == first {
				other = tasks[1]
			}
			key := strconv.Itoa(round)
			w.do("stop "+key, stop(first))
			w.do("other "+key, run(other))
			if got := w.running(); len(got) != 1 || got[other] == (task.Timer{}) {
				t.Fatalf("round %d: running %v, want %s", round, got, other)
			}
			w.do("pause "+key, &commands.PauseTask{Task: other})
		}
	}
}

// A process that dies after the technician's timer was taken leaves the other
// task refused, also before anybody has completed what was begun.
func TestATimerTakenBeforeACrashCountsAsRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	one, two := w.planned("one"), w.planned("two")
	w.store.dieAt(0)
	if _, err := w.try("start one", &commands.StartTask{Task: one}); err == nil || !w.store.live() {
		t.Fatalf("it did not die: %v", err)
	}
	w.restart()
	if _, err := w.try("start two", &commands.StartTask{Task: two}); code(err) != "timer_running" {
		t.Fatalf("got %v", err)
	}
	// The task was given to somebody else before the start was completed: the
	// timer is void, and free again.
	w.do("reassign", &commands.AssignTask{Task: one, Assignee: "somebody else"})
	w.react()
	if got := w.running(); len(got) != 0 {
		t.Fatalf("running %v", got)
	}
	w.do("start two again", &commands.StartTask{Task: two})
	if got := w.running(); len(got) != 1 || got[two].Technician != "tech" {
		t.Errorf("running %v", got)
	}
}
