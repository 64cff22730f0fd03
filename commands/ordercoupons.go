package commands

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/order"
)

// linkCoupon notes on an order, by the name that the shop gives, that a coupon is
// used for it, which shares the order's fate. An order that is not known here yet
// finds the coupon when it is registered: of the two, whichever is second sees the
// other.
func linkCoupon(named string, used uuid.UUID) []consequence {
	id, err := uuid.Parse(named)
	if err != nil {
		return nil // a cart or order of the shop alone
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		o, err := x.linkCoupon(ctx, id, used)
		if err == nil && o.ID == uuid.Nil {
			if err = x.awaitOrder(ctx, id, used); err == nil {
				o, err = x.linkCoupon(ctx, id, used)
			}
		}
		if err != nil {
			return err
		}
		return x.settleCoupon(ctx, o, used)
	}}
}

func (x *execution) linkCoupon(ctx context.Context, to, used uuid.UUID) (order.State, error) {
	return decide(ctx, x, order.Model, to, func(s order.State) ([]aggregates.Event, error) { return s.LinkCoupon(used) })
}

// awaiting is where the n-th coupon is noted that waits for an order.
func awaiting(order uuid.UUID, n int) directory.Placed {
	return directory.Placed{Kind: "order_coupon", ID: order.String() + "_" + strconv.Itoa(n)}
}

// awaitOrder notes a coupon for an order to come, once.
func (x *execution) awaitOrder(ctx context.Context, order, used uuid.UUID) error {
	for n := 0; ; n++ {
		p := awaiting(order, n)
		p.HomeStream = coupon.Model.Stream(used)
		_, err := decideStream(ctx, x, directory.Model, directory.Stream(p.Kind, p.ID), func(s directory.State) ([]aggregates.Event, error) {
			return s.Place(p)
		})
		if !refusedWith(err, "already_exists") {
			return err
		}
	}
}

// linkAwaiting links the coupons that waited for an order, but for those of other
// customers (C-08), and does to them what is known of it.
func linkAwaiting(id uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		for n := 0; ; n++ {
			p := awaiting(id, n)
			noted, err := loadStream(ctx, x, directory.Model, directory.Stream(p.Kind, p.ID), uuid.Nil)
			if err != nil || !noted.Exists {
				return err
			}
			used, err := loadStream(ctx, x, coupon.Model, noted.State.Home, uuid.Nil)
			if err != nil {
				return err
			}
			o, err := load(ctx, x, order.Model, id)
			if err != nil {
				return err
			}
			if used.State.Bound && used.State.Entity != o.State.Entity {
				continue
			}
			if o.State, err = x.linkCoupon(ctx, id, used.State.ID); err != nil {
				return err
			}
			if err := x.settleCoupon(ctx, o.State, used.State.ID); err != nil {
				return err
			}
		}
	}
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
