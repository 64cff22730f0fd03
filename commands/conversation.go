package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// AssignTicket hands a ticket to a user; "" takes it back.
type AssignTicket struct {
	Ticket   uuid.UUID `json:"-"`
	Assignee *string   `json:"assignee"` // to be said: nobody is unassigned by omission
}

func (AssignTicket) commandName() string { return "assign-ticket" }

func (c AssignTicket) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		if c.Assignee == nil {
			return nil, aggregates.Refuse("required").On("assignee")
		}
		return s.Assign(*c.Assignee)
	})
}

// MoveTicketStage moves a ticket to another stage, which may close or reopen it.
type MoveTicketStage struct {
	Ticket uuid.UUID `json:"-"`
	Stage  string    `json:"stage"`
}

func (MoveTicketStage) commandName() string { return "move-ticket-stage" }

func (c MoveTicketStage) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		return s.MoveTo(c.Stage, owner.State)
	})
}

// CloseTicket ends the work on a ticket.
type CloseTicket struct {
	Ticket uuid.UUID `json:"-"`
}

func (CloseTicket) commandName() string { return "close-ticket" }

func (c CloseTicket) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		return s.Close(owner.State)
	})
}

// ReopenTicket takes up a closed ticket again.
type ReopenTicket struct {
	Ticket uuid.UUID `json:"-"`
}

func (ReopenTicket) commandName() string { return "reopen-ticket" }

func (c ReopenTicket) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		return s.Reopen(owner.State)
	})
}

// AddFollower makes a contact, or the reader of an address, follow a ticket.
type AddFollower struct {
	Ticket  uuid.UUID `json:"-"`
	Contact uuid.UUID `json:"contact"`
	Email   string    `json:"email"`
}

func (AddFollower) commandName() string { return "add-follower" }

func (c AddFollower) execute(ctx context.Context, x *execution) error {
	if _, err := x.onTicket(ctx, c.Ticket); err != nil {
		return err
	}
	contact, err := x.customer(ctx, "contact", c.Contact)
	if err != nil {
		return err
	}
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		return s.AddFollower(ticket.Follower{Contact: c.Contact, Entity: contact.Entity, Email: c.Email})
	})
}

// RemoveFollower ends that.
type RemoveFollower struct {
	Ticket  uuid.UUID `json:"-"`
	Contact uuid.UUID `json:"contact"`
	Email   string    `json:"email"`
}

func (RemoveFollower) commandName() string { return "remove-follower" }

func (c RemoveFollower) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		return s.RemoveFollower(ticket.Follower{Contact: c.Contact, Email: c.Email})
	})
}

// PostMessage adds a message that the customer sees, with its files.
type PostMessage struct {
	Ticket      uuid.UUID  `json:"-"`
	ID          *uuid.UUID `json:"id"`
	Body        string     `json:"body"`
	Attachments Uploads    `json:"attachments"`
}

func (PostMessage) commandName() string { return "post-message" }

func (c PostMessage) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, ticketMessage(ctx, x, c.Ticket, c.ID, c.Body, c.Attachments))
}

// ticketMessage posts a message on a ticket, from whoever asks.
func ticketMessage(ctx context.Context, x *execution, on uuid.UUID, id *uuid.UUID, body string, uploads Uploads) func(ticket.State) ([]aggregates.Event, error) {
	p := x.req.Principal
	of := func(s ticket.State) attachment.Stored {
		return attachment.Stored{
			Kind: "ticket", Document: on, Ticket: on, Author: p.Actor.ID, FromCustomer: p.IsCustomer(), Entity: s.Details.Entity,
		}
	}
	return posting(ctx, x, uploads, of, func(s ticket.State, files []attachment.File) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		return s.PostMessage(ticket.MessagePosted{
			Message: x.newID(id), Author: p.Actor.ID, FromCustomer: p.IsCustomer(), Body: body, Attachments: files,
		}, owner.State)
	})
}

// LogNote adds an internal note, with its files.
type LogNote struct {
	Ticket      uuid.UUID  `json:"-"`
	ID          *uuid.UUID `json:"id"`
	Body        string     `json:"body"`
	Attachments Uploads    `json:"attachments"`
}

func (LogNote) commandName() string { return "log-note" }

func (c LogNote) execute(ctx context.Context, x *execution) error {
	author := x.req.Principal.Actor.ID
	of := func(s ticket.State) attachment.Stored {
		return attachment.Stored{Kind: "ticket", Document: c.Ticket, Ticket: c.Ticket, Author: author, Internal: true, Entity: s.Details.Entity}
	}
	return x.changeTicket(ctx, c.Ticket, posting(ctx, x, c.Attachments, of, func(s ticket.State, files []attachment.File) ([]aggregates.Event, error) {
		return s.LogNote(ticket.NoteLogged{Note: x.newID(c.ID), Author: author, Body: c.Body, Attachments: files})
	}))
}
