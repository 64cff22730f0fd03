package commands

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/task"
	"aftersales/aggregates/technician"
)

// StartTask begins the work, by the assignee or a lead.
type StartTask struct {
	Task uuid.UUID `json:"-"`
}

func (StartTask) commandName() string { return "start-task" }

func (c StartTask) execute(ctx context.Context, x *execution) error {
	p := x.req.Principal
	return x.runTimer(ctx, c.Task, func(s task.State) (task.Timer, error) {
		return s.Start(p.Actor.ID, p.Has(accesstoken.Lead))
	})
}

// ResumeTask lets the timer of a task run again.
type ResumeTask struct {
	Task uuid.UUID `json:"-"`
}

func (ResumeTask) commandName() string { return "resume-task" }

func (c ResumeTask) execute(ctx context.Context, x *execution) error {
	return x.runTimer(ctx, c.Task, task.State.Resume)
}

// PauseTask stops the timer of a task.
type PauseTask struct {
	Task uuid.UUID `json:"-"`
}

func (PauseTask) commandName() string { return "pause-task" }

func (c PauseTask) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) { return s.Pause(x.now) })
}

// runTimer takes the timer that the rule names in its technician's stream, which
// grants one at a time. That the task's timer then runs follows from it, also
// after a crash.
func (x *execution) runTimer(ctx context.Context, id uuid.UUID, rule func(task.State) (task.Timer, error)) error {
	if _, err := x.task(ctx, id); err != nil {
		return err
	}
	l, err := load(ctx, x, task.Model, id)
	if err != nil {
		return err
	}
	x.concerns("task", id, l.Stream)
	if x.did(l.Stream) {
		return nil // begun by an earlier attempt
	}
	if x.req.IfMatch != nil && *x.req.IfMatch != l.Revision {
		return aggregates.Refuse("stale_version")
	}
	timer, err := rule(l.State)
	if err != nil || timer == (task.Timer{}) {
		return err
	}
	if err := x.takeTimer(ctx, id, timer); err != nil {
		return err
	}
	if x.req.DryRun {
		_, err := decide(ctx, x, task.Model, id, func(s task.State) ([]aggregates.Event, error) { return s.Begin(timer, x.now) })
		return err
	}
	if err := x.follow(ctx); err != nil {
		return err
	}
	if l, err = load(ctx, x, task.Model, id); err == nil && l.State.Running != timer && !x.did(l.Stream) {
		err = aggregates.Refuse("stale_version") // assigned to somebody else, or closed, at the same moment
	}
	return err
}

// takeTimer asks again after an attempt under the same key whose timer was
// released since.
func (x *execution) takeTimer(ctx context.Context, id uuid.UUID, timer task.Timer) error {
	for {
		s, err := decideStream(ctx, x, technician.Model, technician.Stream(timer.Technician), func(s technician.State) ([]aggregates.Event, error) {
			return s.Take(timer.Technician, id, timer.Turn, x.now)
		})
		if err != nil || s.Has(id, timer.Turn) {
			return err
		}
	}
}

// beginWork lets a task's timer run that its technician's stream granted, or
// gives it back when the task cannot begin it any more.
func beginWork(t technician.TimerTaken) consequence {
	return func(ctx context.Context, x *execution) error {
		held, err := loadStream(ctx, x, technician.Model, technician.Stream(t.Technician), uuid.Nil)
		if err != nil || !held.State.Has(t.Task, t.Turn) {
			return err
		}
		timer := task.Timer{Technician: t.Technician, Turn: t.Turn}
		_, err = decide(ctx, x, task.Model, t.Task, func(s task.State) ([]aggregates.Event, error) { return s.Begin(timer, t.At) })
		if refused := (*aggregates.Refusal)(nil); !errors.As(err, &refused) || refused.Code == "contended" {
			return err
		}
		return x.releaseTimer(ctx, t.Task, timer)
	}
}

// releaseTimer frees the technician for other tasks after a timer was stopped.
func releaseTimer(id uuid.UUID, t task.Timer) []consequence {
	if t == (task.Timer{}) {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error { return x.releaseTimer(ctx, id, t) }}
}

func (x *execution) releaseTimer(ctx context.Context, id uuid.UUID, t task.Timer) error {
	_, err := decideStream(ctx, x, technician.Model, technician.Stream(t.Technician), func(s technician.State) ([]aggregates.Event, error) {
		return s.Release(id, t.Turn)
	})
	return err
}
