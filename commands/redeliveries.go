package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
)

// RedeliverReturn plans a delivery of what a return has received, such as
// repaired goods: a return of the return (domain.md 2.7). Without lines it is
// all that is still there.
type RedeliverReturn struct {
	Return uuid.UUID      `json:"-"`
	ID     *uuid.UUID     `json:"id"`
	Lines  []ReceivedLine `json:"lines"`
}

func (RedeliverReturn) commandName() string { return "redeliver-return" }

func (c RedeliverReturn) execute(ctx context.Context, x *execution) error {
	id := x.newID(c.ID)
	taken, err := load(ctx, x, picking.Model, id)
	if err != nil {
		return err
	}
	if taken.Exists && !x.did(taken.Stream) {
		if err := x.authorise(); err != nil {
			return err
		}
		return aggregates.Refuse("already_exists")
	}
	x.creates("delivery", id, taken.Stream)
	var plan *picking.DeliveryPlanned
	err = x.changeReturn(ctx, c.Return, func(s picking.State) ([]aggregates.Event, error) {
		events, err := s.Redeliver(c.Return, id, lineQuantities(c.Lines, func(l ReceivedLine) picking.LineQuantity {
			return picking.LineQuantity{Line: l.ID, Quantity: l.Quantity, Lots: l.Lots}
		}))
		for _, e := range events {
			if again, ok := e.(picking.ReturnRedelivered); ok {
				plan = &again.Delivery
			}
		}
		return events, err
	})
	if err != nil || !x.req.DryRun || plan == nil {
		return err
	}
	return planDelivery(*plan)(ctx, x)
}
