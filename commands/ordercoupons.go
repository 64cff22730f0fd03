package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/order"
)

// linkCoupon notes on an order that is known here, by the name that the shop
// gives, that a coupon is used for it. An order that was cancelled meanwhile
// lets it go again.
func linkCoupon(named string, used uuid.UUID) []consequence {
	id, err := uuid.Parse(named)
	if err != nil {
		return nil // a cart or order of the shop alone
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		o, err := decide(ctx, x, order.Model, id, func(s order.State) ([]aggregates.Event, error) { return s.LinkCoupon(used) })
		if err != nil || o.Status != order.StatusCancelled {
			return err
		}
		return x.letCouponGo(ctx, o, used)
	}}
}

// letCouponsGo lets the coupons of an order go that was given up (domain.md 2.9).
func letCouponsGo(id uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil || o.State.Status != order.StatusCancelled {
			return err
		}
		for _, used := range o.State.Coupons {
			if err := x.letCouponGo(ctx, o.State, used); err != nil {
				return err
			}
		}
		return nil
	}
}

func (x *execution) letCouponGo(ctx context.Context, o order.State, used uuid.UUID) error {
	l, err := load(ctx, x, coupon.Model, used)
	if err != nil {
		return err
	}
	asked := x.ticket
	if l.State.Ticket != uuid.Nil {
		x.ticket = &l.State.Ticket // of which the coupon is, not the order
	}
	_, err = decide(ctx, x, coupon.Model, used, func(s coupon.State) ([]aggregates.Event, error) {
		return s.OrderCancelled(o.ID.String(), x.s.RestoreCoupons, x.now)
	})
	x.ticket = asked
	return err
}
