package program_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/program"
)

const today = aggregates.Date("2026-03-20")

var ten = program.Reward{Type: program.Discount, Discount: aggregates.NewDecimal(10), AppliesTo: program.WholeOrder}

// defined is a program of coupons for 10 % off the order, changed by edit.
func defined(edit ...func(*program.Defined)) program.Defined {
	d := program.Defined{
		Program: id("program"), Name: "Sorry", Type: program.Coupons, Rewards: []program.Reward{ten},
	}
	for _, e := range edit {
		e(&d)
	}
	return d
}

func id(name string) uuid.UUID { return aggregates.DeriveID(name) }

func coupon(name string) program.CouponAllotted {
	return program.CouponAllotted{
		Coupon: id(name), Program: id("program"), Ticket: id("ticket"), Customer: id("customer"), Entity: id("entity"),
		Bound: true, CodeHash: "hash of " + name, LinkHash: "link of " + name, CodeSealed: []byte("sealed"), CodeHint: "7K2M",
	}
}

func allot(a program.CouponAllotted) func(program.State) ([]aggregates.Event, error) {
	return func(s program.State) ([]aggregates.Event, error) { return s.Allot(a, today) }
}

// C-07, C-12: a program of coupons gives them out, also without a last day.
func TestAProgramGivesOutACoupon(t *testing.T) {
	given := aggregatetest.For(t, program.Model, defined())
	given.When(allot(coupon("1"))).Then(coupon("1"))
	long := coupon("1")
	long.Message = strings.Repeat("ت", check.MaxText+1)
	given.When(allot(long)).Refused("too_long")
}

// Decision 11: a retried command makes no second coupon, whatever has happened since.
func TestTheSameCouponIsAllottedOnce(t *testing.T) {
	one := int64(1)
	aggregatetest.For(t, program.Model, defined(func(d *program.Defined) { d.UsageLimit = &one }),
		coupon("1"), program.Archived{}).When(allot(coupon("1"))).Then()
}

// 3.2: each check, while all later ones are broken too.
func TestAnAllotmentIsRefusedInTheOrderOfItsChecks(t *testing.T) {
	limit := int64(1)
	past := coupon("2")
	past.ExpiresOn = "2026-03-19"
	d := defined(func(d *program.Defined) {
		d.Type, d.Rewards, d.UsageLimit = "gift_card", nil, &limit
		d.StartsOn, d.EndsOn = "2026-03-21", "2026-03-19"
	})
	given := func(extra ...aggregates.Event) aggregatetest.Given[program.State] {
		return aggregatetest.For(t, program.Model, append([]aggregates.Event{d, coupon("1")}, extra...)...)
	}
	aggregatetest.For(t, program.Model).When(allot(past)).Refused("coupon_program_not_found") // C-22
	given(program.Archived{}).When(allot(past)).Refused("program_archived")
	given().When(allot(past)).Refused("program_type_not_coupons") // C-07
	d.Type = program.Coupons
	given().When(allot(past)).Refused("program_not_started")
	d.StartsOn = ""
	given().When(allot(past)).Refused("program_ended")
	d.StartsOn, d.EndsOn = today, today // both days count
	given().When(allot(past)).Refused("program_usage_exhausted")
	limit = 2
	given().When(allot(past)).Refused("program_without_reward")
	d.Rewards = []program.Reward{ten}
	given().When(allot(past)).Refused("expiration_in_past") // C-11
	past.ExpiresOn = today
	given().When(allot(past)).Then(past)
}

// C-07: the popup lists what would be refused as what it is.
func TestOffersTellsWhyAProgramIsNotListed(t *testing.T) {
	if err := program.Model.Fold(defined()).Offers(today); err != nil {
		t.Errorf("an open program: %v", err)
	}
	loyalty := defined(func(d *program.Defined) { d.Type = "loyalty_cards" })
	if err := program.Model.Fold(loyalty).Offers(today); err == nil || err.Error() != "program_type_not_coupons" {
		t.Errorf("a loyalty program: %v", err)
	}
}

// C-03, C-10: programs of every channel are known here.
func TestAProgramIsDefinedForItsChannels(t *testing.T) {
	d := defined(func(d *program.Defined) {
		d.AvailableOn = []program.Channel{program.Sales, program.PointOfSale, program.Website}
	})
	aggregatetest.For(t, program.Model).
		When(func(s program.State) ([]aggregates.Event, error) { return s.Define(d) }).Then(d)
	aggregatetest.For(t, program.Model, d).
		When(func(s program.State) ([]aggregates.Event, error) { return s.Define(d) }).Refused("already_exists")
}

// C-01: a reward is a discount or a free product; what is not said is filled in.
func TestRewardsGetTheirDefaults(t *testing.T) {
	d := defined(func(d *program.Defined) {
		d.Rewards = []program.Reward{
			{Type: program.Discount, Discount: aggregates.NewDecimal(10), Max: euro(500)},
			{Type: program.FreeProduct, Product: id("mug")},
		}
		d.Rules = program.Rules{{MinimumAmount: euro(100), Products: []uuid.UUID{}}}
	})
	events, err := program.State{}.Define(d)
	if err != nil {
		t.Fatal(err)
	}
	got := events[0].(program.Defined)
	want := []program.Reward{
		{Type: program.Discount, Discount: aggregates.NewDecimal(10), Max: euro(500), AppliesTo: program.WholeOrder},
		{Type: program.FreeProduct, Product: id("mug"), Quantity: aggregates.NewDecimal(1)},
	}
	if diff := cmp.Diff(want, got.Rewards); diff != "" {
		t.Error(diff)
	}
	if got.Currency != "EUR" {
		t.Errorf("currency %q, want that of the amounts", got.Currency)
	}
	if d.Rewards[0].AppliesTo != "" || d.Rules[0].Products == nil {
		t.Error("the rule changed the caller's definition")
	}
}

func TestArchivingIsForGood(t *testing.T) {
	aggregatetest.For(t, program.Model).When(program.State.Archive).Refused("coupon_program_not_found")
	aggregatetest.For(t, program.Model, defined()).When(program.State.Archive).Then(program.Archived{})
	aggregatetest.For(t, program.Model, defined(), program.Archived{}).When(program.State.Archive).Then()
}

func euro(minor int64) *aggregates.Money { return &aggregates.Money{Minor: minor, Currency: "EUR"} }
