package task_test

import (
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

func status(t *testing.T, want task.Status, rules ...rule) {
	t.Helper()
	if got := given(t, rules...).When(none).State().Status; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func none(task.State) ([]aggregates.Event, error) { return nil, nil }

// 2.10: new, planned once assigned and scheduled in either order, in progress,
// done, reopened.
func TestTheWayOfATask(t *testing.T) {
	status(t, task.StatusNew, create())
	status(t, task.StatusNew, create(), assign("technician-1"))
	status(t, task.StatusNew, create(), schedule(start, end))
	status(t, task.StatusPlanned, create(), assign("technician-1"), schedule(start, end))
	status(t, task.StatusPlanned, create(), schedule(start, end), assign("technician-1"))
	status(t, task.StatusInProgress, visit()...)
	status(t, task.StatusInProgress, with(visit(), assign("technician-2"), schedule(end, end.Add(time.Hour)))...)
	signed := with(visit(), save(filled), sign())
	status(t, task.StatusDone, with(signed, complete())...)
	status(t, task.StatusInProgress, with(signed, complete(), reopen())...)
	status(t, task.StatusCancelled, create(), cancel("customer withdrew"))
}

// 2.10: start < end, and a place to go to.
func TestAVisitNeedsATimeAndAnAddress(t *testing.T) {
	g := given(t, create())
	g.When(schedule(start, start)).Refused("end_not_after_start")
	g.When(schedule(end, start)).Refused("end_not_after_start")
	g.When(schedule(time.Time{}, end)).Refused("required")
	g.When(func(s task.State) ([]aggregates.Event, error) { return s.Schedule(start, end, false) }).
		Refused("customer_without_address")
	g.When(schedule(start.In(time.FixedZone("Tehran", 12600)), end)).Then(task.Scheduled{PlannedStart: start, PlannedEnd: end})
	given(t, create(), schedule(start, end)).When(schedule(start, end)).Then()
	g.When(assign("")).Refused("required")
	g.When(assign(" ")).Refused("required")
	g.When(func(s task.State) ([]aggregates.Event, error) { return s.Assign(task.Assignee{ID: "visitor"}, end) }).Refused("responsible_not_internal")
	given(t, create(), assign("technician-1")).When(assign("technician-1")).Then()
}

// 2.10: the assignee or a lead starts a planned task.
func TestTheAssigneeOrALeadStarts(t *testing.T) {
	planned := []rule{create(), assign("technician-1"), schedule(start, end)}
	given(t, planned...).When(begin("technician-2", false)).Refused("forbidden")
	given(t, planned...).When(begin("lead-1", true)).Then(task.Started{Timer: turn(2), At: start})
	given(t, planned...).When(begin("technician-1", false)).Then(task.Started{Timer: turn(2), At: start})
	given(t, create()).When(begin("lead-1", true)).Refused("task_not_planned")
	given(t, visit()...).When(begin("technician-1", false)).Then()
}

func TestPausingAndResuming(t *testing.T) {
	given(t, create()).When(pause()).Refused("task_not_in_progress")
	given(t, visit()...).When(resume()).Then()
	given(t, visit()...).When(pause()).Then(task.Paused{Timer: turn(2), At: end})
	given(t, with(visit(), pause())...).When(pause()).Then()
	given(t, with(visit(), pause())...).When(resume()).Then(task.Resumed{Timer: turn(3), At: start})
	given(t, with(visit(), pause(), resume())...).When(resume()).Then()
}

func TestCancellingNeedsAReasonAndAnOpenTask(t *testing.T) {
	given(t, create()).When(cancel(" ")).Refused("required")
	given(t, visit()...).When(cancel("customer withdrew")).Then(task.Cancelled{Timer: turn(2), At: end, Reason: "customer withdrew"})
	given(t, create(), cancel("a")).When(cancel("b")).Then()
	done := with(visit(), save(filled), sign(), complete())
	given(t, done...).When(cancel("late")).Refused("task_not_open")
}

func TestAClosedTaskTakesNoMoreWork(t *testing.T) {
	cancelled := []rule{create(), cancel("a")}
	done := with(visit(), save(filled), sign(), complete())
	for _, closed := range [][]rule{cancelled, done, nil} {
		given(t, closed...).When(assign("technician-2")).Refused("task_not_open")
		given(t, closed...).When(schedule(start, end.Add(1))).Refused("task_not_open")
		given(t, closed...).When(begin("lead-1", true)).Refused("task_not_open")
		given(t, closed...).When(pause()).Refused("task_not_in_progress")
		given(t, closed...).When(resume()).Refused("task_not_in_progress")
		given(t, closed...).When(save(filled)).Refused("task_not_in_progress")
	}
	given(t, cancelled...).When(complete()).Refused("task_not_in_progress")
	given(t, cancelled...).When(reopen()).Refused("task_not_done")
	given(t, done...).When(complete()).Then()
	given(t, visit()...).When(reopen()).Then()
}
