package commands

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// ReverseTransfer takes goods of a delivery back (T-01 to T-15). With an order
// instead of a delivery it is the order's only one that can be meant.
type ReverseTransfer struct {
	Ticket         uuid.UUID    `json:"-"`
	ID             *uuid.UUID   `json:"id"`
	Delivery       uuid.UUID    `json:"delivery"`
	Order          uuid.UUID    `json:"order"`
	ReturnLocation uuid.UUID    `json:"return_location"`
	Lines          []ReturnLine `json:"lines"`
	Reason         string       `json:"reason"`
	// UpdateOrderQuantities says that what arrives is no longer delivered in the
	// eyes of the order; nil is yes.
	UpdateOrderQuantities *bool `json:"update_order_quantities"`
}

// ReturnLine is a quantity of a delivery line that is to come back.
type ReturnLine struct {
	DeliveryLine uuid.UUID             `json:"delivery_line"`
	Quantity     *aggregates.Decimal   `json:"quantity"`
	Lots         []picking.LotQuantity `json:"lots"`
}

func (l ReturnLine) quantity() picking.LineQuantity {
	return picking.LineQuantity{Line: l.DeliveryLine, Quantity: l.Quantity, Lots: l.Lots}
}

func (ReverseTransfer) commandName() string { return "reverse-transfer" }

func (c ReverseTransfer) execute(ctx context.Context, x *execution) error {
	t, err := x.service(ctx, c.Ticket, team.Returns)
	if err != nil {
		return err
	}
	delivery, err := c.delivery(ctx, x, t)
	if err != nil {
		return err
	}
	place, err := load(ctx, x, location.Model, c.ReturnLocation)
	if err != nil {
		return err
	}
	lines, err := lineQuantities(ctx, x, c.Lines, delivery.State.Products(), ReturnLine.quantity)
	if err != nil {
		return err
	}
	id := x.newID(c.ID)
	request := picking.ReturnRequest{
		Return: id, Ticket: c.Ticket, Customer: delivery.State.Customer, Entity: delivery.State.Entity,
		Product: t.Details.Product, Location: c.ReturnLocation, LocationTakesReturns: place.State.ReturnLocation,
		Reason: c.Reason, KeepsOrder: c.UpdateOrderQuantities != nil && !*c.UpdateOrderQuantities, Lines: lines,
	}
	x.creates("return", id, delivery.Stream)
	return createWithin(ctx, x, "return", c.ID, delivery.Stream, picking.Model, delivery.ID,
		func(s picking.State) ([]aggregates.Event, error) { return s.CreateReturn(request) })
}

// delivery finds the delivery to return and holds it against the ticket and
// the order, in the order of domain.md 3.3.
func (c ReverseTransfer) delivery(ctx context.Context, x *execution, t ticket.State) (loaded[picking.State], error) {
	var none loaded[picking.State]
	switch {
	case c.Delivery == uuid.Nil && c.Order == uuid.Nil:
		return none, aggregates.Refuse("order_or_delivery_required").On("delivery")
	case c.Delivery == uuid.Nil:
		return c.deliveryOf(ctx, x, t)
	}
	d, incoming, err := c.transfer(ctx, x)
	if err != nil {
		return none, err
	}
	if d.State.Entity != t.Details.Entity {
		return none, aggregates.Refuse("delivery_other_customer").On("delivery")
	}
	if _, err := c.order(ctx, x, t); err != nil {
		return none, err
	}
	switch {
	case c.Order != uuid.Nil && d.State.Order != c.Order:
		return none, aggregates.Refuse("delivery_other_order").On("delivery")
	case incoming:
		return none, aggregates.Refuse("delivery_not_outgoing").On("delivery")
	}
	return d, nil
}

// transfer is the delivery named. A return is a transfer too, but an incoming
// one: then it is the delivery that the return is of.
func (c ReverseTransfer) transfer(ctx context.Context, x *execution) (d loaded[picking.State], incoming bool, err error) {
	d, err = load(ctx, x, picking.Model, c.Delivery)
	if err != nil || d.Exists {
		return d, false, err
	}
	home, err := x.home(ctx, "return", c.Delivery.String())
	if refusedWith(err, "return_not_found") {
		return d, false, aggregates.Refuse("delivery_not_found").On("delivery")
	}
	if err != nil {
		return d, false, err
	}
	d, err = load(ctx, x, picking.Model, home)
	return d, true, err
}

// order is the order named, if any, of the ticket's customer.
func (c ReverseTransfer) order(ctx context.Context, x *execution, t ticket.State) (order.State, error) {
	o, err := named(ctx, x, "order", "order", order.Model, c.Order)
	if err == nil && c.Order != uuid.Nil && o.Entity != t.Details.Entity {
		err = aggregates.Refuse("order_other_customer").On("order")
	}
	return o, err
}

// deliveryOf is the order's only delivery that is done and has the ticket's
// product, if the ticket has one; what was returned entirely is meant only where
// nothing else can be. An order without a delivery that is done is
// delivery_not_done; of several the delivery must be named.
func (c ReverseTransfer) deliveryOf(ctx context.Context, x *execution, t ticket.State) (loaded[picking.State], error) {
	var none loaded[picking.State]
	o, err := c.order(ctx, x, t)
	if err != nil {
		return none, err
	}
	var done, fitting, returnable []loaded[picking.State]
	for _, id := range o.Deliveries {
		d, err := load(ctx, x, picking.Model, id)
		if err != nil {
			return none, err
		}
		if d.State.Status != picking.Done {
			continue
		}
		done = append(done, d)
		if t.Details.Product == uuid.Nil || d.State.Delivered(t.Details.Product) {
			fitting = append(fitting, d)
			if d.State.Returnable() {
				returnable = append(returnable, d)
			}
		}
	}
	if len(returnable) > 0 {
		fitting = returnable
	}
	switch {
	case len(done) == 0:
		return none, aggregates.Refuse("delivery_not_done").On("order")
	case len(fitting) == 0:
		return none, aggregates.Refuse("delivery_without_product").On("order")
	case len(fitting) > 1:
		return none, aggregates.Refuse("order_or_delivery_required").On("delivery")
	}
	return fitting[0], nil
}

// onField moves a refusal to the field of the body that it is about here.
func onField(err error, field string) error {
	if refused := (*aggregates.Refusal)(nil); errors.As(err, &refused) {
		return refused.On(field)
	}
	return err
}

// changeReturn decides about a return, and lines of it, in its delivery's stream.
func (x *execution) changeReturn(ctx context.Context, id uuid.UUID, lines []ReceivedLine,
	rule func(picking.State, []picking.LineQuantity) ([]aggregates.Event, error),
) error {
	if err := x.authorise(); err != nil {
		return err
	}
	home, err := x.home(ctx, "return", id.String())
	if err != nil {
		return err
	}
	l, err := load(ctx, x, picking.Model, home)
	if err != nil {
		return err
	}
	r, _ := l.State.Return(id)
	if err := x.madeFrom(ctx, "return", r.Ticket); err != nil {
		return err
	}
	wishes, err := lineQuantities(ctx, x, lines, l.State.Products(), func(l ReceivedLine) picking.LineQuantity {
		return picking.LineQuantity{Line: l.ID, Quantity: l.Quantity, Lots: l.Lots}
	})
	if err != nil {
		return err
	}
	x.match = l.Stream
	x.concerns("return", id, l.Stream)
	_, err = decide(ctx, x, picking.Model, home, func(s picking.State) ([]aggregates.Event, error) { return rule(s, wishes) })
	return err
}

// ReceiveReturn says what of a return has arrived; without lines, all that is
// open.
type ReceiveReturn struct {
	Return uuid.UUID      `json:"-"`
	Lines  []ReceivedLine `json:"lines"`
}

// ReceivedLine is what of a return line has arrived. Without a quantity it is
// the sum of the lots, without both all that is open.
type ReceivedLine struct {
	ID       uuid.UUID             `json:"id"`
	Quantity *aggregates.Decimal   `json:"quantity"`
	Lots     []picking.LotQuantity `json:"lots"`
}

func (ReceiveReturn) commandName() string { return "receive-return" }

func (c ReceiveReturn) execute(ctx context.Context, x *execution) error {
	return x.changeReturn(ctx, c.Return, c.Lines, func(s picking.State, lines []picking.LineQuantity) ([]aggregates.Event, error) {
		return s.Receive(c.Return, lines)
	})
}

// CancelReturn ends a return and releases what it had not received.
type CancelReturn struct {
	Return uuid.UUID `json:"-"`
}

func (CancelReturn) commandName() string { return "cancel-return" }

func (c CancelReturn) execute(ctx context.Context, x *execution) error {
	return x.changeReturn(ctx, c.Return, nil, func(s picking.State, _ []picking.LineQuantity) ([]aggregates.Event, error) {
		return s.CancelReturn(c.Return)
	})
}

// CloseReturnShort ends a return with what arrived and releases the rest.
type CloseReturnShort struct {
	Return uuid.UUID `json:"-"`
}

func (CloseReturnShort) commandName() string { return "close-return-short" }

func (c CloseReturnShort) execute(ctx context.Context, x *execution) error {
	return x.changeReturn(ctx, c.Return, nil, func(s picking.State, _ []picking.LineQuantity) ([]aggregates.Event, error) {
		return s.CloseShort(c.Return)
	})
}
