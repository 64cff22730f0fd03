package commands

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// RequestOwnReturn is a customer's wish, told in the portal, to give goods of a
// delivery back (domain.md 4). It is noted on their ticket, by default a new one of
// Config.ReturnsTeam, from which the team makes the return; without lines it is all
// that can be returned. It is held against what was delivered and not returned, and
// reserves nothing.
type RequestOwnReturn struct {
	Delivery uuid.UUID    `json:"-"`
	ID       *uuid.UUID   `json:"id"`
	Ticket   uuid.UUID    `json:"ticket"`
	Lines    []ReturnLine `json:"lines"`
	Reason   string       `json:"reason"`
}

func (RequestOwnReturn) commandName() string { return "request-own-return" }

func (c RequestOwnReturn) execute(ctx context.Context, x *execution) error {
	entity, err := x.portalEntity(ctx)
	if err != nil {
		return err
	}
	d, err := load(ctx, x, picking.Model, c.Delivery)
	if err != nil {
		return err
	}
	if !d.Exists || d.State.Entity != entity {
		return aggregates.Refuse("delivery_not_found")
	}
	request := ticket.ReturnRequested{
		Request: x.newID(c.ID), Delivery: c.Delivery, Customer: x.req.Principal.Customer, At: x.now, Reason: strings.TrimSpace(c.Reason),
	}
	if c.Ticket == uuid.Nil {
		return c.onNewTicket(ctx, x, request, d.State)
	}
	err = x.changeOwnTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
		owner, err := load(ctx, x, team.Model, s.Details.Team)
		if err != nil {
			return nil, err
		}
		if request.Lines, err = c.lines(ctx, x, s.Details.Product); err != nil {
			return nil, err
		}
		return s.RequestReturn(request, owner.State)
	})
	if refusedWith(err, "ticket_not_found") {
		err = onField(err, "ticket")
	}
	return err
}

// WithdrawOwnReturnRequest takes such a wish back before the team has answered it.
type WithdrawOwnReturnRequest struct {
	Ticket  uuid.UUID `json:"-"`
	Request uuid.UUID `json:"request"`
}

func (WithdrawOwnReturnRequest) commandName() string { return "withdraw-own-return-request" }

func (c WithdrawOwnReturnRequest) execute(ctx context.Context, x *execution) error {
	return x.changeOwnTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) { return s.WithdrawReturn(c.Request) })
}

// DeclineReturnRequest is the team's answer that they make no return of the wish. The
// customer reads the reason.
type DeclineReturnRequest struct {
	Ticket  uuid.UUID `json:"-"`
	Request uuid.UUID `json:"request"`
	Reason  string    `json:"reason"`
}

func (DeclineReturnRequest) commandName() string { return "decline-return-request" }

func (c DeclineReturnRequest) execute(ctx context.Context, x *execution) error {
	return x.changeTicket(ctx, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) { return s.DeclineReturn(c.Request, c.Reason) })
}

// onNewTicket opens a ticket with the request, both in one step.
func (c RequestOwnReturn) onNewTicket(ctx context.Context, x *execution, request ticket.ReturnRequested, d picking.State) error {
	if x.s.ReturnsTeam == uuid.Nil {
		return aggregates.Refuse("required").On("ticket")
	}
	owner, err := load(ctx, x, team.Model, x.s.ReturnsTeam)
	if err != nil {
		return err
	}
	details := ticket.Details{
		Team: x.s.ReturnsTeam, Customer: request.Customer, Entity: d.Entity, Order: d.Order,
	}
	if details.Title, err = x.returnOf(ctx, d); err != nil {
		return err
	}
	id := x.newID(nil, "ticket")
	x.ticket = &id
	x.begins("ticket", id, ticket.Model.Stream(id))
	_, err = decide(ctx, x, ticket.Model, id, func(s ticket.State) ([]aggregates.Event, error) {
		if owner.State.Archived {
			return nil, aggregates.Refuse("team_archived")
		}
		opened, err := s.Open(id, "", details, owner.State)
		if err != nil {
			return nil, err
		}
		for _, e := range opened {
			s = ticket.Model.Evolve(s, e)
		}
		if request.Lines, err = c.lines(ctx, x, uuid.Nil); err != nil {
			return nil, err
		}
		asked, err := s.RequestReturn(request, owner.State)
		return append(opened, asked...), err
	})
	return err
}

// returnOf is the title of a ticket about the return of a delivery, in the language
// of its customer.
func (x *execution) returnOf(ctx context.Context, d picking.State) (string, error) {
	language, err := x.languageOf(ctx, d.Customer)
	if language == customer.Persian {
		return "مرجوعی " + d.Number, err
	}
	return "Return of " + d.Number, err
}

// lines are those that a return of the ticket's product, nil for any, could have now.
func (c RequestOwnReturn) lines(ctx context.Context, x *execution, product uuid.UUID) ([]ticket.ReturnLine, error) {
	d, err := load(ctx, x, picking.Model, c.Delivery)
	if err != nil {
		return nil, err
	}
	wished, err := lineQuantities(ctx, x, c.Lines, d.State.Products(), ReturnLine.quantity)
	if err != nil {
		return nil, err
	}
	for i := range wished {
		wished[i].Missing, wished[i].Foreign = nil, nil // a customer hears only that they were not delivered
	}
	announced, err := d.State.Announce(picking.ReturnRequest{Product: product, Lines: wished})
	var lines []ticket.ReturnLine
	for _, l := range announced {
		lines = append(lines, ticket.ReturnLine{DeliveryLine: l.DeliveryLine, Product: l.Product, Quantity: l.Quantity, Lots: l.Lots})
	}
	return lines, err
}
