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

func orderPaid(order string, at time.Time) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.OrderPaid(order, at) }
}

func orderConfirmed(order string, at time.Time) rule {
	return func(s coupon.State) ([]aggregates.Event, error) {
		return s.OrderConfirmed(order, at, aggregates.DateOf(at, time.UTC))
	}
}

// 2.9, C-08: the confirmation of the order uses up the coupon that it holds, once;
// the shop may say so too, and what it was worth.
func TestAConfirmedOrderUsesItsCouponUp(t *testing.T) {
	want := coupon.Redeemed{Order: "SO1", Customer: id("customer"), On: today}
	held := given(t, reserve(use("SO1", now)))
	held.When(orderConfirmed("SO1", now)).Then(want)
	held.When(orderConfirmed("SO2", now)).Then()
	held.When(orderConfirmed("SO1", now.Add(coupon.Hold))).Then() // it holds nothing any more
	given(t).When(orderConfirmed("SO1", now)).Then()
	used := given(t, reserve(use("SO1", now)), orderConfirmed("SO1", now))
	used.When(orderConfirmed("SO1", now)).Then()
	used.When(redeem(use("SO2", now))).Refused("coupon_already_used")
	valued := used.When(redeem(use("SO1", now)))
	valued.Then(coupon.RedemptionValued{Amount: *euro(500)})
	if s := valued.State(); s.Status != coupon.StatusRedeemed || *s.Redemption.Amount != *euro(500) {
		t.Errorf("%+v", s.Redemption)
	}
	given(t, reserve(use("SO1", now)), orderConfirmed("SO1", now), redeem(use("SO1", now))).When(redeem(use("SO1", now))).Then()
}

// Pain 26: the four days are for an abandoned cart; an order that was paid keeps its
// coupon until it is confirmed or given up.
func TestAPaidOrderKeepsItsCoupon(t *testing.T) {
	weeks := now.AddDate(0, 1, 0)
	given(t, reserve(use("SO1", now))).When(orderPaid("SO1", now)).Then(coupon.ReservationPaid{Order: "SO1"})
	given(t, reserve(use("SO1", now))).When(orderPaid("SO2", now)).Then()
	given(t, reserve(use("SO1", now))).When(orderPaid("SO1", weeks)).Then()
	paid := given(t, reserve(use("SO1", now)), orderPaid("SO1", now))
	paid.When(orderPaid("SO1", now)).Then()
	paid.When(lapse(weeks)).Then()
	paid.When(reserve(use("SO2", now.AddDate(0, 0, 5)))).Refused("coupon_reserved_elsewhere")
	paid.When(orderCancelled("SO1", false, weeks)).Then(coupon.Released{Order: "SO1"})
	paid.When(orderConfirmed("SO1", weeks)).Then(coupon.Redeemed{Order: "SO1", Customer: id("customer"), On: "2026-04-01"})
	if s := coupon.Model.Fold(history(t, reserve(use("SO1", now)), orderPaid("SO1", now))...); s.StatusOn(weeks, "2026-04-01") != coupon.StatusReserved {
		t.Errorf("%+v", s)
	}
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
