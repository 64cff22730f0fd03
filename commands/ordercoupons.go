package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/order"
)

// linkCoupon notes on an order that is known here, by the name that the shop
// gives, that a coupon is used for it, which shares the order's fate.
func linkCoupon(named string, used uuid.UUID) []consequence {
	id, err := uuid.Parse(named)
	if err != nil {
		return nil // a cart or order of the shop alone
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		o, err := decide(ctx, x, order.Model, id, func(s order.State) ([]aggregates.Event, error) { return s.LinkCoupon(used) })
		if err != nil {
			return err
		}
		return x.settleCoupon(ctx, o, used)
	}}
}

// settleCoupons does to the coupons of an order what became of it (domain.md 2.9).
func settleCoupons(id uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		o, err := load(ctx, x, order.Model, id)
		if err != nil {
			return err
		}
		for _, used := range o.State.Coupons {
			if err := x.settleCoupon(ctx, o.State, used); err != nil {
				return err
			}
		}
		return nil
	}
}

// settleCoupon keeps a coupon for its order once that is paid, uses it up with the
// sale, and lets it go with an order that was given up.
func (x *execution) settleCoupon(ctx context.Context, o order.State, used uuid.UUID) error {
	var rule func(coupon.State) ([]aggregates.Event, error)
	switch {
	case o.Status == order.StatusCancelled:
		rule = func(s coupon.State) ([]aggregates.Event, error) {
			return s.OrderCancelled(o.ID.String(), x.s.RestoreCoupons, x.now)
		}
	case o.Status == order.StatusSale:
		rule = func(s coupon.State) ([]aggregates.Event, error) {
			return s.OrderConfirmed(o.ID.String(), o.ConfirmedAt, x.decidedOn(o))
		}
	case o.Paid():
		rule = func(s coupon.State) ([]aggregates.Event, error) { return s.OrderPaid(o.ID.String(), o.PaidAt) }
	default:
		return nil
	}
	l, err := load(ctx, x, coupon.Model, used)
	if err != nil {
		return err
	}
	asked := x.ticket
	if l.State.Ticket != uuid.Nil {
		x.ticket = &l.State.Ticket // of which the coupon is, not the order
	}
	_, err = decide(ctx, x, coupon.Model, used, rule)
	x.ticket = asked
	return err
}

// decidedOn is the company's day for which the use of a coupon for the order is
// decided: that of the order's payment, or today (domain.md 2.9).
func (x *execution) decidedOn(o order.State) aggregates.Date {
	if o.Paid() {
		return aggregates.DateOf(o.PaidAt, x.s.Zone)
	}
	return x.today()
}
