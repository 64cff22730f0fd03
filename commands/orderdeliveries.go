package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
)

// deliverOrder plans the delivery of a confirmed order's goods, none for an order
// of services alone.
func deliverOrder(id, delivery uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil {
			return err
		}
		plan := picking.DeliveryPlanned{Delivery: delivery, Customer: o.State.Customer, Entity: o.State.Entity, Order: id}
		for _, l := range o.State.Lines {
			p, err := x.product(ctx, "product", l.Product)
			if err != nil {
				return err
			}
			if p.Type != product.Goods {
				continue
			}
			plan.Lines = append(plan.Lines, picking.PlannedLine{
				Product: l.Product, Quantity: l.Quantity, Tracking: picking.Tracking(p.Tracking),
				Digits: p.Digits, Unit: p.Unit, OrderLine: l.ID,
			})
		}
		if len(plan.Lines) == 0 {
			return nil
		}
		return planDelivery(plan)(ctx, x)
	}
}

// cancelDeliveries cancels what an order that was given up has not delivered.
func cancelDeliveries(id uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil || o.State.Status != order.StatusCancelled {
			return err
		}
		for _, delivery := range o.State.Deliveries {
			_, err := decide(ctx, x, picking.Model, delivery, func(s picking.State) ([]aggregates.Event, error) {
				if s.Status != picking.Ready {
					return nil, nil
				}
				return s.Cancel()
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
}
