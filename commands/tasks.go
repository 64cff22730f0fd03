package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

// changeTask decides about a task that must exist.
func (x *execution) changeTask(ctx context.Context, id uuid.UUID, rule func(task.State) ([]aggregates.Event, error)) error {
	if _, err := x.task(ctx, id); err != nil {
		return err
	}
	_, err := change(ctx, x, "task", task.Model, id, rule)
	return err
}

// task is the task that a command of the company's people is about.
func (x *execution) task(ctx context.Context, id uuid.UUID) (task.State, error) {
	if err := x.authorise(); err != nil {
		return task.State{}, err
	}
	l, err := load(ctx, x, task.Model, id)
	if err == nil && !l.Exists {
		err = aggregates.Refuse("task_not_found")
	}
	if err != nil {
		return l.State, err
	}
	return l.State, x.madeFrom(ctx, "task", l.State.Ticket)
}

// TaskDetails are what people enter of a task; what is not named stays.
type TaskDetails struct {
	Title       *string          `json:"title"`
	Description *string          `json:"description"`
	Deadline    *aggregates.Date `json:"deadline"`
	Priority    *int             `json:"priority"`
	Tags        *[]string        `json:"tags"`
}

// ChangeTaskDetails changes what a task says of the visit, until it is closed.
type ChangeTaskDetails struct {
	Task uuid.UUID `json:"-"`
	TaskDetails
}

func (ChangeTaskDetails) commandName() string { return "change-task-details" }

func (c ChangeTaskDetails) execute(ctx context.Context, x *execution) error {
	if _, err := x.task(ctx, c.Task); err != nil {
		return err
	}
	rule := func(s task.State) ([]aggregates.Event, error) { return s.ChangeDetails(task.Edit(c.TaskDetails)) }
	if c.Tags != nil {
		x.match = task.Model.Stream(c.Task)
		tags, err := tagged(ctx, x, task.Model, c.Task, *c.Tags, rule)
		if err != nil {
			return err
		}
		c.Tags = &tags
	}
	return x.changeTask(ctx, c.Task, rule)
}

// AssignTask makes a user of the company the technician of a task.
type AssignTask struct {
	Task     uuid.UUID `json:"-"`
	Assignee string    `json:"assignee"`
}

func (AssignTask) commandName() string { return "assign-task" }

func (c AssignTask) execute(ctx context.Context, x *execution) error {
	internal, err := x.worksHere(ctx, c.Assignee)
	if err != nil {
		return err
	}
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) {
		return s.Assign(task.Assignee{ID: c.Assignee, Internal: internal}, x.now)
	})
}

// ScheduleTask plans the visit, at the customer's address.
type ScheduleTask struct {
	Task         uuid.UUID `json:"-"`
	PlannedStart time.Time `json:"planned_start"`
	PlannedEnd   time.Time `json:"planned_end"`
}

func (ScheduleTask) commandName() string { return "schedule-task" }

func (c ScheduleTask) execute(ctx context.Context, x *execution) error {
	s, err := x.task(ctx, c.Task)
	if err != nil {
		return err
	}
	visited, err := x.customer(ctx, "", s.Customer)
	if err != nil {
		return err
	}
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) {
		return s.Schedule(c.PlannedStart, c.PlannedEnd, visited.Address != "")
	})
}

// CompleteTask ends the work.
type CompleteTask struct {
	Task uuid.UUID `json:"-"`
}

func (CompleteTask) commandName() string { return "complete-task" }

func (c CompleteTask) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) { return s.Complete(x.now) })
}

// ReopenTask takes a done task up again.
type ReopenTask struct {
	Task uuid.UUID `json:"-"`
}

func (ReopenTask) commandName() string { return "reopen-task" }

func (c ReopenTask) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, task.State.Reopen)
}

// CancelTask gives a task up, for a reason.
type CancelTask struct {
	Task   uuid.UUID `json:"-"`
	Reason string    `json:"reason"`
}

func (CancelTask) commandName() string { return "cancel-task" }

func (c CancelTask) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) { return s.Cancel(c.Reason, x.now) })
}
