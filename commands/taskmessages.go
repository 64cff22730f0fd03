package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/task"
)

// PostTaskMessage adds a message about a visit that the customer sees.
type PostTaskMessage struct {
	Task        uuid.UUID  `json:"-"`
	ID          *uuid.UUID `json:"id"`
	Body        string     `json:"body"`
	Attachments Uploads    `json:"attachments"`
}

func (PostTaskMessage) commandName() string { return "post-task-message" }

func (c PostTaskMessage) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, taskMessage(ctx, x, c.ID, c.Body, c.Attachments))
}

// ReplyToOwnTask is a customer's message about the visit to them.
type ReplyToOwnTask struct {
	Task        uuid.UUID  `json:"-"`
	ID          *uuid.UUID `json:"id"`
	Body        string     `json:"body"`
	Attachments Uploads    `json:"attachments"`
}

func (ReplyToOwnTask) commandName() string { return "reply-to-own-task" }

func (c ReplyToOwnTask) execute(ctx context.Context, x *execution) error {
	if err := x.ownTask(ctx, c.Task); err != nil {
		return err
	}
	_, err := change(ctx, x, "task", task.Model, c.Task, taskMessage(ctx, x, c.ID, c.Body, c.Attachments))
	return err
}

// taskMessage posts a message on a task, from whoever asks.
func taskMessage(ctx context.Context, x *execution, id *uuid.UUID, body string, uploads Uploads) func(task.State) ([]aggregates.Event, error) {
	p := x.req.Principal
	of := func(s task.State) attachment.Stored {
		return attachment.Stored{
			Kind: "task", Document: s.ID, Ticket: s.Ticket, Author: p.Actor.ID, FromCustomer: p.IsCustomer(), Entity: s.Entity,
		}
	}
	return posting(ctx, x, uploads, of, func(s task.State, files []attachment.File) ([]aggregates.Event, error) {
		return s.PostMessage(task.MessagePosted{
			Message: x.newID(id), Author: p.Actor.ID, FromCustomer: p.IsCustomer(), Body: body, Attachments: files,
		})
	})
}

// ownTask is a task of the customer's commercial entity, in a project that the
// portal shows; others do not exist for them.
func (x *execution) ownTask(ctx context.Context, id uuid.UUID) error {
	entity, err := x.portalEntity(ctx)
	if err != nil {
		return err
	}
	l, err := load(ctx, x, task.Model, id)
	if err != nil {
		return err
	}
	if !l.Exists || l.State.Entity != entity || !l.State.Flags.PortalVisible {
		return aggregates.Refuse("task_not_found")
	}
	if l.State.Ticket != uuid.Nil {
		x.ticket = &l.State.Ticket
	}
	return nil
}
