package commands

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// RequestOwnReturn is a customer's wish, told in the portal, to give goods of a
// delivery back (domain.md 4). It is noted on their ticket, from which the team makes
// the return; without lines it is all that can be returned. It is held against what
// was delivered and not returned, and reserves nothing.
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
	if c.Ticket == uuid.Nil {
		return aggregates.Refuse("required").On("ticket")
	}
	request := ticket.ReturnRequested{
		Request: x.newID(c.ID), Delivery: c.Delivery, Customer: x.req.Principal.Customer, At: x.now, Reason: strings.TrimSpace(c.Reason),
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
	announced, err := d.State.Announce(picking.ReturnRequest{Product: product, Lines: wished})
	var lines []ticket.ReturnLine
	for _, l := range announced {
		lines = append(lines, ticket.ReturnLine{DeliveryLine: l.DeliveryLine, Product: l.Product, Quantity: l.Quantity, Lots: l.Lots})
	}
	return lines, err
}
