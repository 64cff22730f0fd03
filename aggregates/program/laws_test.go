package program_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/program"
)

// step evolves and holds the laws of every evolve: the old state stays as it
// was, another future of it does not touch this one, and the new state survives
// JSON.
func step(t *rapid.T, s program.State, e aggregates.Event) program.State {
	before := encode(t, s)
	next := program.Model.Evolve(s, e)
	written := encode(t, next)
	program.Model.Evolve(s, coupon("another future"))
	if encode(t, s) != before || encode(t, next) != written {
		t.Fatalf("evolving by %T changed another state", e)
	}
	var read program.State
	if err := json.Unmarshal([]byte(written), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(next, read); diff != "" {
		t.Fatalf("state read back after %T:\n%s", e, diff)
	}
	return next
}

func encode(t *rapid.T, s program.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever is allotted, again and again, a program never gives out more coupons
// than its limit, and counts each once.
func TestTheUsageLimitIsNeverExceeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(1, 5).Draw(t, "limit")
		s := step(t, program.State{}, defined(func(d *program.Defined) { d.UsageLimit = &limit }))
		given := map[uuid.UUID]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 9), 1, 30).Draw(t, "coupons") {
			events, err := s.Allot(coupon(strconv.Itoa(n)), today)
			if again := given[id(strconv.Itoa(n))]; again != (err == nil && len(events) == 0) {
				t.Fatalf("coupon %d: allotted before: %v; got %d events, %v", n, again, len(events), err)
			}
			for _, e := range events {
				given[e.(program.CouponAllotted).Coupon] = true
				s = step(t, s, e)
			}
			if s.Issued != int64(len(given)) || s.Issued > limit {
				t.Fatalf("%d issued, %d coupons, limit %d", s.Issued, len(given), limit)
			}
		}
	})
}

// A program without a limit does not grow with the coupons that it gave out.
func TestTheStateOfAProgramStaysSmall(t *testing.T) {
	s := program.Model.Fold(defined())
	for n := range 1000 {
		s = program.Model.Evolve(s, coupon(strconv.Itoa(n)))
	}
	if s.Issued != 1000 || len(s.Recent) > 256 || s.Recent[len(s.Recent)-1] != id("999") {
		t.Errorf("%d issued, %d remembered", s.Issued, len(s.Recent))
	}
}

// Whatever a definition says, the rule answers, and what it accepts survives JSON.
func TestDefinitionsNeverPanic(t *testing.T) {
	// The largest is the largest that a caller can write.
	decimals := rapid.SampledFrom([]aggregates.Decimal{math.MinInt64, -1, 0, 1, 100_000_000, aggregates.NewDecimal(999_999_999_999)})
	money := rapid.Custom(func(t *rapid.T) *aggregates.Money {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		return &aggregates.Money{
			Minor:    rapid.SampledFrom([]int64{math.MinInt64, 0, 1, 999_999_999_999}).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]aggregates.Currency{"EUR", "IRR", "", "?"}).Draw(t, "currency"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		products := []uuid.UUID{id("mug")}[:rapid.IntRange(0, 1).Draw(t, "products")]
		d := defined(func(d *program.Defined) {
			d.Rewards = []program.Reward{{
				Type:     rapid.SampledFrom([]program.RewardType{program.Discount, program.FreeProduct}).Draw(t, "type"),
				Discount: decimals.Draw(t, "discount"), Fixed: money.Draw(t, "fixed"), Max: money.Draw(t, "max"),
				Products: products, Quantity: decimals.Draw(t, "quantity"),
			}}
			d.Rules = program.Rules{{MinimumAmount: money.Draw(t, "minimum"), MinimumQuantity: decimals.Draw(t, "pieces"), Products: products}}
		})
		events, err := program.State{}.Define(d)
		if err == nil {
			s := step(t, program.State{}, events[0])
			_ = s.Honours(today, program.Cart{Items: []program.Item{{Quantity: decimals.Draw(t, "in cart")}, {Quantity: math.MaxInt64}}})
		}
	})
}
