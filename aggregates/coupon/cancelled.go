package coupon

import (
	"time"

	"aftersales/aggregates"
)

// OrderCancelled lets the coupon go when the order that holds it is cancelled
// before it was used. One that the order used up can be used again if the
// company restores such coupons, and else stays used; both are events. What
// concerns another order, or was settled before, is none.
func (s State) OrderCancelled(order string, restore bool, now time.Time) ([]aggregates.Event, error) {
	switch {
	case s.heldAt(now) && s.Reservation.Order == order:
		return []aggregates.Event{Released{Order: order}}, nil
	case s.Redemption == nil || s.Redemption.Order != order:
		return nil, nil
	case restore:
		return []aggregates.Event{Restored{Order: order, ExpiresOn: s.ExpiresOn}}, nil
	case s.Kept:
		return nil, nil
	}
	return []aggregates.Event{KeptRedeemed{Order: order}}, nil
}
