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
	err = x.changeReturn(ctx, c.Return, c.Lines, func(s picking.State, lines []picking.LineQuantity) ([]aggregates.Event, error) {
		events, err := s.Redeliver(c.Return, id, lines)
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

// planDelivery plans the delivery of what another one left behind, or of what
// came back.
func planDelivery(d picking.DeliveryPlanned) consequence {
	return func(ctx context.Context, x *execution) error {
		_, err := decide(ctx, x, picking.Model, d.Delivery, func(s picking.State) ([]aggregates.Event, error) {
			if s.ID == d.Delivery && s.BackorderOf == d.BackorderOf && s.RedeliveryOf == d.RedeliveryOf {
				return nil, nil
			}
			return s.Plan(d)
		})
		return err
	}
}

// cancelRedelivery gives the goods of a cancelled delivery back to the return
// that they came back with, if they did.
func cancelRedelivery(delivery uuid.UUID) consequence {
	return giveBack(delivery, picking.State.CancelRedelivery)
}

// keepStayed gives back what did not leave with a delivery and will not.
func keepStayed(delivery uuid.UUID, lines []picking.RedeliveredLine) consequence {
	return giveBack(delivery, func(s picking.State, id uuid.UUID, d picking.State) ([]aggregates.Event, error) {
		return s.KeepStayed(id, d.ID, lines)
	})
}

// giveBack asks the rule about the return that the goods of a delivery came back
// with, if they did.
func giveBack(delivery uuid.UUID, rule func(s picking.State, id uuid.UUID, d picking.State) ([]aggregates.Event, error)) consequence {
	return func(ctx context.Context, x *execution) error {
		d, err := load(ctx, x, picking.Model, delivery)
		if err != nil || d.State.RedeliveryOf == uuid.Nil {
			return err
		}
		home, err := x.home(ctx, "return", d.State.RedeliveryOf.String())
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, picking.Model, home, func(s picking.State) ([]aggregates.Event, error) {
			return rule(s, d.State.RedeliveryOf, d.State)
		})
		return err
	}
}
