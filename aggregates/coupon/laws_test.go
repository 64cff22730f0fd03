package coupon_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
)

// step evolves and holds the laws of every evolve: the old state stays as it
// was, and the new one survives JSON.
func step(t *rapid.T, s coupon.State, e aggregates.Event) coupon.State {
	before := encode(t, s)
	next := coupon.Model.Evolve(s, e)
	if encode(t, s) != before {
		t.Fatalf("%T changed the older state", e)
	}
	var read coupon.State
	if err := json.Unmarshal([]byte(encode(t, next)), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(next, read); diff != "" {
		t.Fatalf("state read back after %T:\n%s", e, diff)
	}
	return next
}

func encode(t *rapid.T, s coupon.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func anyUse(t *rapid.T, at time.Time) coupon.Use {
	u := use(rapid.SampledFrom([]string{"SO1", "SO2", "SO3", ""}).Draw(t, "order"), at)
	u.Entity = rapid.SampledFrom([]uuid.UUID{mine, mine, other, uuid.Nil}).Draw(t, "entity")
	return u
}

func anyRule(t *rapid.T, s coupon.State, u coupon.Use) ([]aggregates.Event, error) {
	switch rapid.SampledFrom([]string{"reserve", "redeem", "release", "lapse", "share", "mail", "revoke", "generate", "cancel", "paid", "confirm"}).Draw(t, "rule") {
	case "reserve":
		return s.Reserve(u)
	case "redeem":
		return s.Redeem(u, euro(rapid.Int64Range(-1, 2).Draw(t, "amount")))
	case "release":
		return s.Release(u.Order, u.Now)
	case "lapse":
		return s.Lapse(u.Now, u.Today)
	case "share":
		return s.ShareLink(rapid.String().Draw(t, "redirect"), u.Today)
	case "mail":
		return s.RequestEmail(rapid.SliceOf(rapid.String()).Draw(t, "recipients"), "", u.Today)
	case "cancel":
		return s.OrderCancelled(u.Order, rapid.Bool().Draw(t, "restore"), u.Now)
	case "paid":
		return s.OrderPaid(u.Order, u.Now)
	case "confirm":
		if u.Entity == other { // it asks for nobody; who reserved it was asked
			return nil, nil
		}
		return s.OrderConfirmed(u.Order, u.Now, u.Today)
	case "revoke":
		return s.Revoke(rapid.SampledFrom([]string{"", "wrong"}).Draw(t, "reason"))
	}
	return s.Generate(generated)
}

// C-08, C-11, example 16: in any sequence of rules, as time passes, a coupon is
// redeemed at most once, not counting for an order that was cancelled, by the order that held it or while nobody did, never by
// another entity, and never after it was revoked or had expired unheld.
func TestACouponIsRedeemedAtMostOnceInAnySequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, at, redeemed := coupon.State{}, now, 0
		for range rapid.IntRange(5, 30).Draw(t, "rules") {
			at = at.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour)
			u := anyUse(t, at)
			status := s.StatusOn(at, u.Today)
			events, err := anyRule(t, s, u)
			if err != nil && len(events) > 0 {
				t.Fatalf("refused (%v), and yet %d events", err, len(events))
			}
			for _, e := range events {
				if r, ok := e.(coupon.Redeemed); ok {
					redeemed++
					holder := s.Reservation != nil && s.Reservation.Order == r.Order
					if status != coupon.StatusActive && !(status == coupon.StatusReserved && holder) {
						t.Fatalf("redeemed by %s while %s", r.Order, status)
					}
					if u.Entity == other {
						t.Fatal("redeemed by another customer's entity")
					}
				}
				if _, ok := e.(coupon.Restored); ok {
					redeemed--
				}
				s = step(t, s, e)
			}
			if redeemed > 1 || (redeemed == 1) != (s.Status == coupon.StatusRedeemed) {
				t.Fatalf("redeemed %d times, status %s", redeemed, s.Status)
			}
		}
	})
}

// evolve is total: any events in any order give a state that makes sense.
func TestAnyHistoryFolds(t *testing.T) {
	any := rapid.SampledFrom([]aggregates.Event{
		generated,
		coupon.Numbered{Number: "C1"},
		coupon.Reserved{Order: "SO1", Until: now},
		coupon.ReservationPaid{Order: "SO1"},
		coupon.Released{Order: "SO1"},
		coupon.Redeemed{Order: "SO1", Amount: euro(1)},
		coupon.RedemptionValued{Amount: *euro(1)},
		coupon.Restored{Order: "SO1"},
		coupon.KeptRedeemed{Order: "SO1"},
		coupon.Expired{},
		coupon.Revoked{Reason: "wrong"},
		coupon.LinkShared{Redirect: "/shop"},
		coupon.EmailRequested{},
		"not an event of a coupon",
	})
	rapid.Check(t, func(t *rapid.T) {
		var s coupon.State
		for _, e := range rapid.SliceOf(any).Draw(t, "history") {
			s = step(t, s, e)
			if (s.Reservation != nil) != (s.Status == coupon.StatusReserved) {
				t.Fatalf("%s with reservation %+v", s.Status, s.Reservation)
			}
			if s.Paid && s.Reservation == nil {
				t.Fatalf("%s, paid by nobody", s.Status)
			}
			_, _ = anyRule(t, s, anyUse(t, now))
		}
	})
}
