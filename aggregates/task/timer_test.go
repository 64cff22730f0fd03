package task_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

func grant(t task.Timer) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Begin(t, start) }
}

// A grant is for the task's next turn alone: whatever happens to the task in
// between makes it void for ever.
func TestAGrantedTimerBeginsOnceAndAtItsTurn(t *testing.T) {
	planned := []rule{create(), assign("technician-1"), schedule(start, end)}
	given(t, planned...).When(grant(turn(2))).Then(task.Started{Timer: turn(2), At: start})
	given(t, with(planned, grant(turn(2)))...).When(grant(turn(2))).Then()
	given(t, with(planned, grant(turn(2)), pause())...).When(grant(turn(2))).Refused("stale_version")
	given(t, with(planned, assign("technician-2"))...).When(grant(turn(2))).Refused("stale_version")
	given(t, with(planned, assign("technician-2"), assign("technician-1"))...).When(grant(turn(2))).Refused("stale_version")
	given(t, with(planned, cancel("withdrew"))...).When(grant(turn(2))).Refused("task_not_open")
	done := with(visit(), pause(), save(filled), sign(), complete())
	given(t, done...).When(grant(turn(3))).Refused("task_not_open")
	given(t, with(done, reopen())...).When(grant(turn(3))).Refused("stale_version")
	given(t, with(done, reopen())...).When(resume()).Then(task.Resumed{Timer: turn(4), At: start})
}

// Who gets running work may be at another task.
func TestAssigningRunningWorkPausesIt(t *testing.T) {
	given(t, visit()...).When(assign("technician-2")).
		Then(task.Paused{Timer: turn(2), At: end}, task.Assigned{Assignee: "technician-2"})
	given(t, with(visit(), pause())...).When(assign("technician-2")).Then(task.Assigned{Assignee: "technician-2"})
}

// The stopped timers count the time worked: two hours each here.
func TestTheTimeWorkedAddsUp(t *testing.T) {
	for want, rules := range map[int64][]rule{
		0:     visit(),
		7200:  with(visit(), pause()),
		14400: with(visit(), pause(), resume(), save(filled), sign(), complete()),
	} {
		if got := given(t, rules...).When(none).State().Worked; got != want {
			t.Errorf("worked %d s, want %d", got, want)
		}
	}
}
