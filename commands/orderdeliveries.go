package commands

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
)

// orderedGoods is what a delivery takes of each line of an order, by the line's
// place; none for services. A line that no delivery could be planned with is
// refused on its field, as picking.PlannedLine.CheckQuantity does.
func (x *execution) orderedGoods(ctx context.Context, lines []order.Line) ([]picking.PlannedLine, error) {
	var goods []picking.PlannedLine
	var faults aggregates.Refusals
	for i, l := range lines {
		p, err := x.product(ctx, lineField(i, "product"), l.Product)
		if err != nil {
			return nil, err
		}
		if p.Type != product.Goods {
			continue
		}
		g := picking.PlannedLine{
			Product: l.Product, Quantity: l.Quantity, Tracking: picking.Tracking(p.Tracking),
			Digits: p.Digits, Unit: p.Unit, OrderLine: l.ID,
		}
		if r := g.CheckQuantity(); r != nil {
			faults = append(faults, r.On(lineField(i, r.Field)))
		}
		goods = append(goods, g)
	}
	return goods, faults.OrNil()
}

// deliverable lets a decision about an order pass, unless it makes a sale of what
// could not be delivered.
func (x *execution) deliverable(ctx context.Context, s order.State) func([]aggregates.Event, error) ([]aggregates.Event, error) {
	return func(events []aggregates.Event, err error) ([]aggregates.Event, error) {
		if err != nil || len(events) == 0 {
			return nil, err
		}
		if _, sale := events[len(events)-1].(order.Confirmed); sale {
			if _, err := x.orderedGoods(ctx, s.Lines); err != nil {
				return nil, err
			}
		}
		return events, nil
	}
}

// deliverOrder plans the delivery of a confirmed order's goods, none for an order
// of services alone or of what was delivered before. Why it cannot be planned is noted on the order.
func deliverOrder(id, delivery uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil || !o.State.Delivers(delivery) {
			return err
		}
		err = x.planOrder(ctx, o.State, delivery)
		if refused, ok := errors.AsType[*aggregates.Refusal](err); ok && refused.Code != "contended" {
			_, err = decide(ctx, x, order.Model, id, func(s order.State) ([]aggregates.Event, error) {
				return s.NoteUnplanned(delivery, refused.Code)
			})
		}
		return err
	}
}

// withdrawDelivery cancels the delivery of an order that was given up while it
// was planned. It comes after deliverOrder, so that of planning and giving up
// whichever is second sees the other.
func withdrawDelivery(id, delivery uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil || o.State.Delivers(delivery) {
			return err
		}
		return x.cancelReady(ctx, delivery)
	}
}

// planOrder plans the delivery of what no delivery of the order has delivered or is
// to deliver: an order that was confirmed before is not delivered twice.
func (x *execution) planOrder(ctx context.Context, o order.State, delivery uuid.UUID) error {
	goods, err := x.orderedGoods(ctx, o.Lines)
	if err != nil {
		return err
	}
	planned, err := load(ctx, x, picking.Model, delivery)
	if err != nil {
		return err
	}
	if !planned.Exists { // else what follows from it may still be missing
		if goods, err = x.undelivered(ctx, o, goods); err != nil {
			return err
		}
	}
	if len(goods) == 0 {
		return nil
	}
	return planDelivery(picking.DeliveryPlanned{
		Delivery: delivery, Customer: o.Customer, Entity: o.Entity, Order: o.ID, Lines: goods,
	})(ctx, x)
}

// undelivered is what no delivery of the order has of its goods.
func (x *execution) undelivered(ctx context.Context, o order.State, goods []picking.PlannedLine) ([]picking.PlannedLine, error) {
	for _, id := range o.Deliveries {
		d, err := load(ctx, x, picking.Model, id)
		if err != nil {
			return nil, err
		}
		goods = d.State.Missing(goods)
	}
	return goods, nil
}

// linkDelivery notes a delivery on its order. The delivery of an order that was given
// up meanwhile is cancelled: in the order's stream, whichever is second sees the
// other.
func linkDelivery(of, delivery uuid.UUID) []consequence {
	if of == uuid.Nil {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		o, err := decide(ctx, x, order.Model, of, func(s order.State) ([]aggregates.Event, error) { return s.LinkDelivery(delivery) })
		if err != nil || o.Status == order.StatusSale {
			return err
		}
		return x.cancelReady(ctx, delivery)
	}}
}

// cancelDeliveries cancels what an order that was given up has not delivered, also
// when it is a quotation again by now.
func cancelDeliveries(id uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil || o.State.Status == order.StatusSale {
			return err
		}
		for _, delivery := range append([]uuid.UUID{o.State.Planned}, o.State.Deliveries...) {
			if err := x.cancelReady(ctx, delivery); err != nil {
				return err
			}
		}
		return nil
	}
}

// cancelReady cancels a delivery of an order's goods that has not left; uuid.Nil is
// none. What came back and leaves again, such as repaired goods, is the customer's.
func (x *execution) cancelReady(ctx context.Context, delivery uuid.UUID) error {
	if delivery == uuid.Nil {
		return nil
	}
	_, err := decide(ctx, x, picking.Model, delivery, func(s picking.State) ([]aggregates.Event, error) {
		if s.ID == uuid.Nil || s.Status != picking.Ready || s.RedeliveryOf != uuid.Nil {
			return nil, nil
		}
		return s.Cancel()
	})
	return err
}
