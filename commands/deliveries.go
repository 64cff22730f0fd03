package commands

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
)

// DeliveryLine is a line of a delivery as it is sent.
type DeliveryLine struct {
	ID        uuid.UUID             `json:"id"`
	Product   uuid.UUID             `json:"product"`
	Quantity  aggregates.Decimal    `json:"quantity"`
	Lots      []picking.LotQuantity `json:"lots"`
	OrderLine uuid.UUID             `json:"order_line"`
}

// PlanDelivery reports a delivery; with Validate the goods have left.
type PlanDelivery struct {
	ID             *uuid.UUID     `json:"id"`
	Customer       uuid.UUID      `json:"customer"`
	Lines          []DeliveryLine `json:"lines"`
	Order          uuid.UUID      `json:"order"`
	Number         string         `json:"number"`
	SourceLocation uuid.UUID      `json:"source_location"`
	Validate       bool           `json:"validate"`
}

func (PlanDelivery) commandName() string { return "plan-delivery" }

func (c PlanDelivery) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	plan, err := c.plan(ctx, x)
	if err != nil {
		return err
	}
	o, err := load(ctx, x, order.Model, c.Order)
	if err != nil {
		return err
	}
	rule := func(s picking.State) ([]aggregates.Event, error) {
		switch {
		case o.State.Status == order.StatusCancelled:
			return nil, aggregates.Refuse("order_cancelled").On("order")
		case o.State.Quotation():
			return nil, aggregates.Refuse("order_not_confirmed", "state", string(o.State.Status)).On("order")
		}
		events, err := s.Plan(plan)
		if err != nil || !c.Validate {
			return events, err
		}
		for _, e := range events {
			s = picking.Model.Evolve(s, e)
		}
		done, err := s.Validate(nil, uuid.Nil)
		return append(events, done...), err
	}
	step := func(rule func(picking.State) ([]aggregates.Event, error)) error {
		return createNamed(ctx, x, "delivery", picking.Model, plan.Delivery, "number", plan.Number, rule)
	}
	if !c.Validate || !slices.ContainsFunc(plan.Lines, picking.PlannedLine.BySerial) {
		return step(rule)
	}
	place := func(serial uuid.UUID) string {
		return lineField(slices.IndexFunc(plan.Lines, func(l picking.PlannedLine) bool { return l.Names(serial) }), "lots")
	}
	return takeSerials(ctx, x, keepingDelivery, plan.Delivery, place, rule, step)
}

// plan looks up what the delivery names.
func (c PlanDelivery) plan(ctx context.Context, x *execution) (picking.DeliveryPlanned, error) {
	none := picking.DeliveryPlanned{}
	buyer, noBuyer := x.activeCustomer(ctx, c.Customer)
	o, noOrder := named(ctx, x, "order", "order", order.Model, c.Order)
	_, noLocation := fact(ctx, x, "source_location", "location", location.Model, c.SourceLocation)
	if err := together(noBuyer, noOrder, noLocation); err != nil {
		return none, err
	}
	if c.Order != uuid.Nil && o.Entity != buyer.Entity {
		return none, aggregates.Refuse("order_other_customer").On("order")
	}
	plan := picking.DeliveryPlanned{
		Delivery: x.newID(c.ID), Number: strings.TrimSpace(c.Number), Customer: c.Customer, Entity: buyer.Entity,
		Order: c.Order, SourceLocation: c.SourceLocation,
	}
	var faults error
	for i, l := range c.Lines {
		p, err := x.product(ctx, lineField(i, "product"), l.Product)
		faults = together(faults, err)
		if !orderLine(o, l.OrderLine) {
			faults = together(faults, aggregates.Refuse("invalid_value").On(lineField(i, "order_line")))
		}
		for _, lot := range l.Lots {
			if err == nil && l.Product != uuid.Nil {
				faults = together(faults, onField(x.checkLot(ctx, l.Product, lot.Lot), lineField(i, "lots")))
			}
		}
		plan.Lines = append(plan.Lines, picking.PlannedLine{
			ID: l.ID, Product: l.Product, Quantity: l.Quantity, Tracking: picking.Tracking(p.Tracking),
			Digits: p.Digits, Unit: p.Unit, Lots: l.Lots, OrderLine: l.OrderLine,
		})
	}
	return plan, faults
}

// ValidateDelivery says what of a delivery has left; without lines, all. What
// stays behind becomes a delivery of its own, unless Backorder is false.
type ValidateDelivery struct {
	Delivery  uuid.UUID  `json:"-"`
	Lines     []DoneLine `json:"lines"`
	Backorder *bool      `json:"backorder"`
}

// DoneLine is what of a delivery line has left. Without a quantity it is the
// sum of the lots, without both all that was planned.
type DoneLine struct {
	ID           uuid.UUID             `json:"id"`
	DoneQuantity *aggregates.Decimal   `json:"done_quantity"`
	Lots         []picking.LotQuantity `json:"lots"`
}

func (ValidateDelivery) commandName() string { return "validate-delivery" }

func (c ValidateDelivery) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	planned, err := load(ctx, x, picking.Model, c.Delivery)
	if err != nil {
		return err
	}
	lines, err := lineQuantities(ctx, x, c.Lines, planned.State.Products(), func(l DoneLine) picking.LineQuantity {
		return picking.LineQuantity{Line: l.ID, Quantity: l.DoneQuantity, Lots: l.Lots}
	})
	if err != nil {
		return err
	}
	id := x.newID(nil, "backorder")
	if c.Backorder != nil && !*c.Backorder {
		id = uuid.Nil
	}
	rule := func(s picking.State) ([]aggregates.Event, error) { return s.Validate(lines, id) }
	var behind *picking.DeliveryPlanned
	var s picking.State
	step := func(rule func(picking.State) ([]aggregates.Event, error)) (err error) {
		s, err = change(ctx, x, "delivery", picking.Model, c.Delivery, func(s picking.State) ([]aggregates.Event, error) {
			events, err := rule(s)
			for _, e := range events {
				if done, ok := e.(picking.DeliveryValidated); ok && done.Backorder != nil && behind == nil {
					behind = done.Backorder
					x.concerns("delivery", id, picking.Model.Stream(id))
				}
			}
			return events, err
		})
		return err
	}
	if slices.ContainsFunc(planned.State.Lines, func(l picking.Line) bool { return l.BySerial() }) {
		x.match = planned.Stream
		err = takeSerials(ctx, x, keepingDelivery, c.Delivery, func(serial uuid.UUID) string { return c.names(planned.State, serial) }, rule, step)
	} else {
		err = step(takingOnly(keepingDelivery, nil, rule))
	}
	switch {
	case err != nil || s.Backorder != id || id == uuid.Nil:
		return err
	case behind == nil: // an earlier attempt planned it
		x.concerns("delivery", id, picking.Model.Stream(id))
	case x.req.DryRun:
		return planDelivery(*behind)(ctx, x)
	}
	return nil
}

// names is the field that names a serial number, itself or as what was planned.
func (c ValidateDelivery) names(planned picking.State, serial uuid.UUID) string {
	line := slices.IndexFunc(planned.Lines, func(l picking.Line) bool { return l.Names(serial) })
	if c.Lines != nil {
		line = slices.IndexFunc(c.Lines, func(l DoneLine) bool {
			if len(l.Lots) > 0 {
				return slices.ContainsFunc(l.Lots, func(lot picking.LotQuantity) bool { return lot.Lot == serial })
			}
			return line >= 0 && l.ID == planned.Lines[line].ID
		})
	}
	return lineField(line, "lots")
}

// CancelDelivery says that nothing of a planned delivery will leave.
type CancelDelivery struct {
	Delivery uuid.UUID `json:"-"`
}

func (CancelDelivery) commandName() string { return "cancel-delivery" }

func (c CancelDelivery) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "delivery", picking.Model, c.Delivery, picking.State.Cancel)
	return err
}
