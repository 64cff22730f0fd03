package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// GrantPortalAccess lets a customer and its contacts into the portal; tokens
// are issued apart.
type GrantPortalAccess struct {
	Customer uuid.UUID `json:"-"`
}

func (GrantPortalAccess) commandName() string { return "grant-portal-access" }

func (c GrantPortalAccess) execute(ctx context.Context, x *execution) error {
	return x.changeCustomer(ctx, c.Customer, func(s customer.State) ([]aggregates.Event, error) {
		return s.GrantPortalAccess(x.req.Principal.Actor.ID)
	})
}

// RevokePortalAccess shuts a customer out at once, with every token so far.
type RevokePortalAccess struct {
	Customer uuid.UUID `json:"-"`
}

func (RevokePortalAccess) commandName() string { return "revoke-portal-access" }

func (c RevokePortalAccess) execute(ctx context.Context, x *execution) error {
	return x.changeCustomer(ctx, c.Customer, func(s customer.State) ([]aggregates.Event, error) {
		return s.RevokePortalAccess(x.req.Principal.Actor.ID, x.now)
	})
}

func (x *execution) changeCustomer(ctx context.Context, id uuid.UUID, rule func(customer.State) ([]aggregates.Event, error)) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "customer", customer.Model, id, rule)
	return err
}

// portalAccess is what was decided about a customer's access: their own, else
// their commercial entity's. It is read afresh, so that a revocation counts at
// once.
func (x *execution) portalAccess(ctx context.Context, id uuid.UUID) (customer.Portal, error) {
	own, err := load(ctx, x, customer.Model, id)
	if err != nil {
		return customer.Portal{}, err
	}
	entity, err := load(ctx, x, customer.Model, own.State.Entity)
	return own.State.Portal.Of(entity.State.Portal), err
}

// ReplyToOwnTicket is a customer's message on their ticket; a closed one is
// open again.
type ReplyToOwnTicket struct {
	Ticket      uuid.UUID  `json:"-"`
	ID          *uuid.UUID `json:"id"`
	Body        string     `json:"body"`
	Attachments Uploads    `json:"attachments"`
}

func (ReplyToOwnTicket) commandName() string { return "reply-to-own-ticket" }

func (c ReplyToOwnTicket) execute(ctx context.Context, x *execution) error {
	return x.changeOwnTicket(ctx, c.Ticket, ticketMessage(ctx, x, c.Ticket, c.ID, c.Body, c.Attachments))
}

// CloseOwnTicket ends the work on a customer's ticket, if its team lets them.
type CloseOwnTicket struct {
	Ticket uuid.UUID `json:"-"`
}

func (CloseOwnTicket) commandName() string { return "close-own-ticket" }

func (c CloseOwnTicket) execute(ctx context.Context, x *execution) error {
	return x.changeOwnTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		if err := owner.State.LetsCustomersClose(); err != nil {
			return nil, err
		}
		return s.Close(owner.State)
	})
}

// RateOwnTicket is a customer's opinion of the work on their ticket.
type RateOwnTicket struct {
	Ticket  uuid.UUID     `json:"-"`
	Rating  ticket.Rating `json:"rating"`
	Comment string        `json:"comment"`
}

func (RateOwnTicket) commandName() string { return "rate-own-ticket" }

func (c RateOwnTicket) execute(ctx context.Context, x *execution) error {
	return x.changeOwnTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		return s.Rate(ticket.Rated{Rating: c.Rating, Comment: c.Comment})
	})
}

// changeOwnTicket decides about a ticket of the customer's commercial entity;
// others do not exist for them.
func (x *execution) changeOwnTicket(ctx context.Context, id uuid.UUID, rule func(ticket.State) ([]aggregates.Event, error)) error {
	entity, err := x.portalEntity(ctx)
	if err != nil {
		return err
	}
	x.ticket = &id
	_, err = change(ctx, x, "ticket", ticket.Model, id, func(s ticket.State) ([]aggregates.Event, error) {
		if s.Details.Entity != entity {
			return nil, aggregates.Refuse("ticket_not_found")
		}
		return rule(s)
	})
	return err
}
