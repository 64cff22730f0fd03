package technician_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/technician"
)

var now = time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)

func id(name string) uuid.UUID { return aggregates.DeriveID("technician test", name) }

type rule = func(technician.State) ([]aggregates.Event, error)

func take(task string, turn int) rule {
	return func(s technician.State) ([]aggregates.Event, error) { return s.Take("tech", id(task), turn, now) }
}

func release(task string, turn int) rule {
	return func(s technician.State) ([]aggregates.Event, error) { return s.Release(id(task), turn) }
}

func taken(task string, turn int) technician.TimerTaken {
	return technician.TimerTaken{Technician: "tech", Task: id(task), Turn: turn, At: now}
}

// 2.10: one running timer per technician.
func TestATechnicianHasOneTimer(t *testing.T) {
	free := aggregatetest.For(t, technician.Model)
	free.When(take("a", 2)).Then(taken("a", 2))
	free.When(release("a", 2)).Then()
	busy := aggregatetest.For(t, technician.Model, taken("a", 2))
	busy.When(take("b", 2)).Refused("timer_running")
	busy.When(take("a", 2)).Then()
	busy.When(release("a", 2)).Then(technician.TimerReleased{Task: id("a"), Turn: 2})
	aggregatetest.For(t, technician.Model, taken("a", 2), technician.TimerReleased{Task: id("a"), Turn: 2}).
		When(take("b", 1)).Then(taken("b", 1))
}

// A release that comes late, after the task went on, frees nothing.
func TestALateReleaseFreesNoLaterTurn(t *testing.T) {
	again := aggregatetest.For(t, technician.Model, taken("a", 2), taken("a", 3))
	again.When(release("a", 2)).Then()
	again.When(release("b", 3)).Then()
	again.When(take("a", 2)).Refused("stale_version")
}

// Whatever is taken and released in whatever order: the timer goes from one task
// to another only through a release.
func TestTheTimerChangesTasksOnlyWhenFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s technician.State
		for range 30 {
			step := rapid.SampledFrom([]func(string, int) rule{take, release}).Draw(t, "step")
			events, err := step(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "task"), rapid.IntRange(1, 3).Draw(t, "turn"))(s)
			if err != nil && len(events) > 0 {
				t.Fatalf("%v and yet %d events", err, len(events))
			}
			for _, e := range events {
				next := technician.Model.Evolve(s, e)
				if s.Task != uuid.Nil && next.Task != uuid.Nil && s.Task != next.Task {
					t.Fatalf("from %v to %v", s, next)
				}
				s = next
			}
		}
	})
}
