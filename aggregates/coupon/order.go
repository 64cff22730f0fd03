package coupon

import (
	"time"

	"aftersales/aggregates"
)

// OrderPaid keeps the coupon for the order that held it at the time at which it
// was paid, until it is confirmed or given up.
func (s State) OrderPaid(order string, at time.Time) ([]aggregates.Event, error) {
	if !s.HeldBy(order, at) || s.Paid {
		return nil, nil
	}
	return []aggregates.Event{ReservationPaid{Order: order}}, nil
}

// OrderConfirmed uses the coupon up for the order that held it at the time at which
// it became a sale (C-08); on is the day for which that was decided.
func (s State) OrderConfirmed(order string, at time.Time, on aggregates.Date) ([]aggregates.Event, error) {
	if !s.HeldBy(order, at) {
		return nil, nil
	}
	return []aggregates.Event{Redeemed{Order: order, Customer: s.Reservation.Customer, On: on}}, nil
}

// OrderCancelled lets the coupon go when the order that holds it is cancelled
// before it was used. One that the order used up can be used again if the
// company restores such coupons, and else stays used; both are events. What
// concerns another order, or was settled before, is none.
func (s State) OrderCancelled(order string, restore bool, now time.Time) ([]aggregates.Event, error) {
	switch {
	case s.HeldBy(order, now):
		return []aggregates.Event{Released{Order: order}}, nil
	case !s.UsedBy(order):
		return nil, nil
	case restore:
		return []aggregates.Event{Restored{Order: order, ExpiresOn: s.ExpiresOn}}, nil
	case s.Kept:
		return nil, nil
	}
	return []aggregates.Event{KeptRedeemed{Order: order}}, nil
}
