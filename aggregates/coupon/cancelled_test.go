package coupon_test

import (
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/coupon"
)

func orderCancelled(order string, restore bool, at time.Time) func(coupon.State) ([]aggregates.Event, error) {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.OrderCancelled(order, restore, at) }
}

// 2.9: a cancelled order lets the coupon go that it holds; one that it used up
// is restored or stays used, as the company says, and an event says which.
func TestACancelledOrderLetsItsCouponGo(t *testing.T) {
	until := now.Add(coupon.Hold)
	held := aggregatetest.For(t, coupon.Model, generated, coupon.Reserved{Order: "SO1", Until: until, On: "2026-03-20"})
	held.When(orderCancelled("SO1", false, now)).Then(coupon.Released{Order: "SO1"})
	held.When(orderCancelled("SO2", true, now)).Then()
	held.When(orderCancelled("SO1", true, until)).Then() // it holds nothing any more
	used := aggregatetest.For(t, coupon.Model, generated, coupon.Redeemed{Order: "SO1", On: "2026-03-20"})
	used.When(orderCancelled("SO2", true, now)).Then()
	again := used.When(orderCancelled("SO1", true, now))
	again.Then(coupon.Restored{Order: "SO1", ExpiresOn: generated.ExpiresOn})
	if s := again.State(); s.Status != coupon.StatusActive || s.Redemption != nil {
		t.Errorf("%+v", s)
	}
	kept := used.When(orderCancelled("SO1", false, now))
	kept.Then(coupon.KeptRedeemed{Order: "SO1"})
	if s := kept.State(); s.Status != coupon.StatusRedeemed || s.Redemption == nil {
		t.Errorf("%+v", s)
	}
	aggregatetest.For(t, coupon.Model, generated, coupon.Redeemed{Order: "SO1"}, coupon.KeptRedeemed{Order: "SO1"}).
		When(orderCancelled("SO1", false, now)).Then()
}
