package coupon_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // Asia/Tehran, wherever the tests run

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
)

var (
	now   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	today = aggregates.DateOf(now, time.UTC)

	mine, other = id("entity"), id("another entity")

	generated = coupon.Generated{
		Coupon: id("coupon"), Program: id("program"), Ticket: id("ticket"), Customer: id("customer"), Entity: mine,
		Bound: true, ExpiresOn: "2026-03-20", CodeHash: "hash", LinkHash: "link", CodeSealed: []byte("sealed"), CodeHint: "7K2M",
	}
)

func id(name string) uuid.UUID { return aggregates.DeriveID(name) }

func euro(minor int64) *aggregates.Money { return &aggregates.Money{Minor: minor, Currency: "EUR"} }

// use is a wish of the coupon's own customer.
func use(order string, at time.Time) coupon.Use {
	return coupon.Use{Order: order, Customer: id("customer"), Entity: mine, Now: at, Today: aggregates.DateOf(at, time.UTC)}
}

type rule = func(coupon.State) ([]aggregates.Event, error)

func reserve(u coupon.Use) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.Reserve(u) }
}

func redeem(u coupon.Use) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.Redeem(u, euro(500)) }
}

func release(order string, at time.Time) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.Release(order, at) }
}

func lapse(at time.Time) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.Lapse(at, aggregates.DateOf(at, time.UTC)) }
}

func revoke(reason string) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.Revoke(reason) }
}

// history is what happened to a generated coupon on which the rules were followed.
func history(t *testing.T, rules ...rule) []aggregates.Event {
	t.Helper()
	events := []aggregates.Event{generated}
	for _, r := range rules {
		more, err := r(coupon.Model.Fold(events...))
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, more...)
	}
	return events
}

func given(t *testing.T, rules ...rule) aggregatetest.Given[coupon.State] {
	t.Helper()
	return aggregatetest.For(t, coupon.Model, history(t, rules...)...)
}

// The coupon follows from its allotment, field for field, however often it is told.
func TestACouponIsGeneratedFromItsAllotment(t *testing.T) {
	allotted := program.CouponAllotted{Coupon: id("coupon"), ExpiresOn: "2026-03-20", CodeHash: "hash", LinkHash: "link"}
	generate := func(g coupon.Generated) rule {
		return func(s coupon.State) ([]aggregates.Event, error) { return s.Generate(g) }
	}
	aggregatetest.For(t, coupon.Model).When(generate(coupon.Generated(allotted))).
		Then(coupon.Generated{Coupon: id("coupon"), ExpiresOn: "2026-03-20", CodeHash: "hash", LinkHash: "link"})
	given(t).When(generate(generated)).Then()
	stranger := generated
	stranger.CodeHash = "another"
	given(t).When(generate(stranger)).Refused("already_exists")
}

// C-08: single use; the shop may repeat itself.
func TestACouponIsRedeemedOnce(t *testing.T) {
	want := coupon.Redeemed{Order: "SO1", Customer: id("customer"), Amount: euro(500), On: today}
	given(t).When(redeem(use("SO1", now))).Then(want)
	given(t, reserve(use("SO1", now))).When(redeem(use("SO1", now))).Then(want)
	used := given(t, redeem(use("SO1", now)))
	used.When(redeem(use("SO1", now))).Then()
	used.When(redeem(use("SO2", now))).Refused("coupon_already_used")
	used.When(redeem(use("SO2", now.AddDate(0, 1, 0)))).Refused("coupon_expired") // first, as 2.9 has it
	used.When(reserve(use("SO2", now))).Refused("coupon_already_used")
	used.When(release("SO1", now)).Refused("coupon_already_used")
	used.When(revoke("mistake")).Refused("coupon_already_used")
}

// C-11, example 13: the last valid day ends at midnight in the company's time zone.
func TestTheLastValidDayIsTheCompanys(t *testing.T) {
	tehran, err := time.LoadLocation("Asia/Tehran")
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 3, 20, 20, 29, 59, 0, time.UTC)
	at := func(instant time.Time) coupon.Use {
		return coupon.Use{Order: "SO1", Entity: mine, Now: instant, Today: aggregates.DateOf(instant, tehran)}
	}
	s := coupon.Model.Fold(generated)
	if err := s.Check(at(last)); err != nil {
		t.Errorf("at 23:59:59 of the last day: %v", err)
	}
	err = s.Check(at(last.Add(time.Second)))
	if err == nil || err.Error() != "coupon_expired date=2026-03-20" {
		t.Errorf("one second later: %v", err)
	}
	if got := s.StatusOn(last.Add(time.Second), "2026-03-21"); got != coupon.StatusExpired {
		t.Errorf("one second later it is %s", got)
	}
}

// C-12: without a date the code never expires.
func TestACouponWithoutADateNeverExpires(t *testing.T) {
	forever := generated
	forever.ExpiresOn = ""
	aggregatetest.For(t, coupon.Model, forever).When(redeem(use("SO1", now.AddDate(100, 0, 0)))).State()
	aggregatetest.For(t, coupon.Model, forever).When(lapse(now.AddDate(100, 0, 0))).Then()
}

// Example 14: the second cart waits; four days later the code is free again and
// the history shows all four events.
func TestTwoCartsRaceForOneCode(t *testing.T) {
	later := now.Add(coupon.Hold)
	first := coupon.Reserved{Order: "cart 1", Customer: id("customer"), Until: later, On: "2026-03-01"}
	given(t).When(reserve(use("cart 1", now))).Then(first)
	held := given(t, reserve(use("cart 1", now)))
	held.When(reserve(use("cart 2", now))).Refused("coupon_reserved_elsewhere")
	held.When(redeem(use("cart 2", later.Add(-time.Nanosecond)))).Refused("coupon_reserved_elsewhere")
	held.When(release("cart 2", now)).Refused("coupon_reserved_elsewhere")
	held.When(reserve(use("cart 1", now))).Then()

	want := []aggregates.Event{
		generated, first,
		coupon.Released{Order: "cart 1", Lapsed: true},
		coupon.Reserved{Order: "cart 2", Customer: id("customer"), Until: later.Add(coupon.Hold), On: "2026-03-05"},
	}
	for name, rules := range map[string][]rule{
		"found by the timer":       {reserve(use("cart 1", now)), lapse(later), reserve(use("cart 2", later))},
		"found by the second cart": {reserve(use("cart 1", now)), reserve(use("cart 2", later))},
		"told late by the first":   {reserve(use("cart 1", now)), release("cart 1", later), reserve(use("cart 2", later))},
	} {
		if diff := cmp.Diff(want, history(t, rules...)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// The log holds UTC, whatever zone the clock is in.
func TestAReservationEndsInUTC(t *testing.T) {
	s := given(t).When(reserve(use("cart 1", now.In(time.FixedZone("", 3600))))).State()
	if got := s.Reservation.Until; got != now.Add(coupon.Hold) {
		t.Errorf("until %s", got)
	}
}

// 2.9: a cart that drops the code frees it.
func TestAReleasedCouponCanBeUsedElsewhere(t *testing.T) {
	given(t, reserve(use("cart 1", now))).When(release("cart 1", now)).Then(coupon.Released{Order: "cart 1"})
	given(t, reserve(use("cart 1", now)), release("cart 1", now)).When(redeem(use("cart 2", now))).State()
	given(t).When(release("cart 1", now)).Then()
	given(t).When(release("", now)).Refused("required")
}

// Example 16: bound to the customer's entity; who is not known yet waits.
func TestABoundCouponIsForItsCustomer(t *testing.T) {
	stranger, nobody := use("SO1", now), use("SO1", now)
	stranger.Entity, nobody.Entity, nobody.Customer = other, uuid.Nil, uuid.Nil
	given(t).When(reserve(stranger)).Refused("coupon_not_yours")
	given(t).When(redeem(stranger)).Refused("coupon_not_yours")
	given(t, reserve(use("SO1", now))).When(redeem(stranger)).Refused("coupon_not_yours")
	if err := coupon.Model.Fold(generated).Check(nobody); err != nil {
		t.Errorf("an anonymous visitor: %v", err)
	}
	given(t).When(reserve(nobody)).Refused("coupon_not_yours")
	given(t).When(redeem(nobody)).Refused("coupon_not_yours")
	given(t, reserve(use("SO1", now))).When(redeem(nobody)).
		Then(coupon.Redeemed{Order: "SO1", Customer: id("customer"), Amount: euro(500), On: today})

	free := generated
	free.Bound = false
	aggregatetest.For(t, coupon.Model, free).When(reserve(stranger)).State()
	aggregatetest.For(t, coupon.Model, free).When(reserve(nobody)).State()
}

// Pain 26: validity is decided once, when the cart takes the code.
func TestACouponTakenInTimeIsRedeemedAfterItsLastDay(t *testing.T) {
	evening, next := time.Date(2026, 3, 20, 23, 0, 0, 0, time.UTC), time.Date(2026, 3, 21, 1, 0, 0, 0, time.UTC)
	taken := given(t, reserve(use("SO1", evening)))
	taken.When(lapse(next)).Then()
	taken.When(redeem(use("SO1", next))).
		Then(coupon.Redeemed{Order: "SO1", Customer: id("customer"), Amount: euro(500), On: "2026-03-21"})
	taken.When(redeem(use("SO2", next))).Refused("coupon_expired")
	given(t).When(redeem(use("SO1", next))).Refused("coupon_expired")
}

// The timer only records what the date has done already (pain 27).
func TestExpiryIsRecordedOnce(t *testing.T) {
	after := now.AddDate(0, 1, 0)
	given(t).When(lapse(now)).Then()
	given(t).When(lapse(after)).Then(coupon.Expired{})
	given(t, lapse(after)).When(lapse(after)).Then()
	given(t, lapse(after)).When(redeem(use("SO1", after))).Refused("coupon_expired")
	given(t, lapse(after)).When(revoke("late")).Refused("coupon_expired")
	given(t, reserve(use("SO1", now))).When(lapse(after)).
		Then(coupon.Released{Order: "SO1", Lapsed: true}, coupon.Expired{})
	given(t, redeem(use("SO1", now))).When(lapse(after)).Then()
}

// Pain 26: a use that is decided for an earlier day, that of the payment, does not
// mind what a timer has recorded since.
func TestAnExpiryIsNotHeldAgainstAnEarlierPayment(t *testing.T) {
	after := now.AddDate(0, 1, 0)
	paid := use("SO1", after)
	paid.Today = "2026-03-20"
	given(t).When(redeem(paid)).Then(coupon.Redeemed{Order: "SO1", Customer: id("customer"), Amount: euro(500), On: "2026-03-20"})
	given(t, lapse(after)).When(redeem(paid)).Then(coupon.Redeemed{Order: "SO1", Customer: id("customer"), Amount: euro(500), On: "2026-03-20"})
}

func TestTheStatusFollowsTimeNotTimers(t *testing.T) {
	s := coupon.Model.Fold(history(t, reserve(use("SO1", now)))...)
	for at, want := range map[time.Time]coupon.Status{
		now:                  coupon.StatusReserved,
		now.Add(coupon.Hold): coupon.StatusActive,
		time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC): coupon.StatusExpired,
	} {
		if got := s.StatusOn(at, aggregates.DateOf(at, time.UTC)); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
}

// 2.9: revoking needs a reason, also takes the code from a cart, and tells
// nothing to whoever tries the code.
func TestARevokedCouponIsInvalid(t *testing.T) {
	given(t).When(revoke(" ")).Refused("required")
	given(t).When(revoke(strings.Repeat("ت", check.MaxReason+1))).Refused("too_long")
	given(t).When(revoke(" sent to the wrong person ")).Then(coupon.Revoked{Reason: "sent to the wrong person"})
	revoked := given(t, reserve(use("SO1", now)), revoke("wrong"))
	revoked.When(revoke("wrong")).Then()
	revoked.When(redeem(use("SO1", now))).Refused("coupon_invalid")
	revoked.When(reserve(use("SO1", now))).Refused("coupon_invalid")
	revoked.When(release("SO1", now)).Then()
	nothing := aggregatetest.For(t, coupon.Model)
	nothing.When(redeem(use("SO1", now))).Refused("coupon_invalid")
	nothing.When(release("SO1", now)).Refused("coupon_invalid")
	nothing.When(revoke("wrong")).Refused("coupon_not_found")
}

func TestAUseNamesItsOrderAndARealAmount(t *testing.T) {
	given(t).When(reserve(use("", now))).Refused("required")
	given(t).When(redeem(use("", now))).Refused("required")
	for _, m := range []aggregates.Money{{Minor: -1, Currency: "EUR"}, {Minor: 1}} {
		given(t).When(func(s coupon.State) ([]aggregates.Event, error) { return s.Redeem(use("SO1", now), &m) }).
			Refused("invalid_value")
	}
	given(t).When(func(s coupon.State) ([]aggregates.Event, error) { return s.Redeem(use("SO1", now), nil) }).State()
}

func TestACouponIsNumberedOnce(t *testing.T) {
	number := func(n string) rule {
		return func(s coupon.State) ([]aggregates.Event, error) { return s.SetNumber(n) }
	}
	aggregatetest.For(t, coupon.Model).When(number("C1")).Refused("coupon_not_found")
	given(t).When(number("")).Refused("required")
	given(t).When(number("C1")).Then(coupon.Numbered{Number: "C1"})
	given(t, number("C1")).When(number("C2")).Then()
}
