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

// The stopped timers count the time worked, two hours each here: what the
// customer has signed, and no more than that (2.10).
func TestTheTimeWorkedAddsUp(t *testing.T) {
	unsigned := visit(func(d *task.Draft) { d.Project.SignatureRequired = false })
	signed := with(visit(), pause(), resume(), save(filled), sign())
	for name, c := range map[string]struct {
		want  int64
		rules []rule
	}{
		"at work":                  {0, visit()},
		"paused":                   {7200, with(visit(), pause())},
		"done without a signature": {14400, with(unsigned, pause(), resume(), save(filled), complete())},
		"done as signed":           {7200, with(signed, complete())},
		"paused as signed":         {7200, with(signed, pause())},
		"worked on":                {14400, with(signed, pause(), resume(), pause())},
	} {
		if got := given(t, c.rules...).When(none).State().Worked; got != c.want {
			t.Errorf("%s: worked %d s, want %d", name, got, c.want)
		}
	}
	g, _ := given(t, with(signed, complete())...).When(none).State().Signature()
	if want := task.Hash(1, filled, task.Effort{WorkedSeconds: 7200}); g.Hash != want {
		t.Errorf("signed %s, want %s", g.Hash, want)
	}
}
