package coupon

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Hold is how long a cart holds a coupon that it does not redeem (example 14).
const Hold = 4 * 24 * time.Hour

// Use is a wish to use a coupon: the order or cart as the shop names it, the
// customer with their commercial entity (nil: not known, or not told), the time
// and the day in the company's time zone for which validity is decided.
type Use struct {
	Order    string
	Customer uuid.UUID
	Entity   uuid.UUID
	Now      time.Time
	Today    aggregates.Date
}

// Check refuses a coupon that the customer could not use for the order:
// coupon_invalid (unknown or revoked; it does not tell which), coupon_expired,
// coupon_already_used, coupon_not_yours, coupon_reserved_elsewhere. The day of the
// use decides, whether or not a timer has recorded the expiry since. An order that
// holds the coupon was found valid when it took it, so it is not judged by date
// again. A customer who is not known yet is not refused: the code waits until
// they log in (example 16). The program's own conditions are program.Honours.
func (s State) Check(u Use) error {
	if r := s.check(u); r != nil {
		return r
	}
	return nil
}

func (s State) check(u Use) *aggregates.Refusal {
	mine := s.HeldBy(u.Order, u.Now)
	switch {
	case !s.Known():
		return aggregates.Refuse("coupon_invalid")
	case !mine && s.pastOn(u.Today):
		return s.expired()
	case s.Status == StatusRedeemed:
		return aggregates.Refuse("coupon_already_used")
	case s.Bound && u.Entity != uuid.Nil && u.Entity != s.Entity:
		return aggregates.Refuse("coupon_not_yours")
	case s.heldAt(u.Now) && !mine:
		return aggregates.Refuse("coupon_reserved_elsewhere")
	}
	return nil
}

// Known is false for what whoever types a code must not tell from a code that does
// not exist.
func (s State) Known() bool { return s.ID != uuid.Nil && s.Status != StatusRevoked }

// UsedBy says whether the order has used the coupon up.
func (s State) UsedBy(order string) bool {
	return s.Redemption != nil && s.Redemption.Order == order
}

func (s State) expired() *aggregates.Refusal {
	return aggregates.Refuse("coupon_expired", "date", string(s.ExpiresOn))
}

// Reserve holds the coupon for the order, which must be named, for the time
// Hold. Besides the refusals of Check: a bound coupon is reserved only for a
// known customer. The order that holds it already keeps it as it is.
func (s State) Reserve(u Use) ([]aggregates.Event, error) {
	if u.Order == "" {
		return nil, aggregates.Refuse("required").On("order")
	}
	if r := s.check(u); r != nil {
		return nil, r
	}
	if s.Bound && u.Entity == uuid.Nil {
		return nil, aggregates.Refuse("coupon_not_yours").On("customer")
	}
	if s.heldAt(u.Now) {
		return nil, nil
	}
	until := u.Now.UTC().Round(0).Add(Hold) // Round drops the monotonic clock
	return append(s.lapsed(u.Now), Reserved{Order: u.Order, Customer: u.Customer, Until: until, On: u.Today}), nil
}

// lapsed records that the reservation's time has run out, before what follows.
func (s State) lapsed(now time.Time) []aggregates.Event {
	if s.Reservation == nil || s.heldAt(now) {
		return nil
	}
	return []aggregates.Event{Released{Order: s.Reservation.Order, Lapsed: true}}
}

// Release lets the coupon go when the order, which must be named, drops it. Nothing happens when
// nobody holds it. Refusals: coupon_reserved_elsewhere for another order's
// reservation, coupon_already_used once it is redeemed.
func (s State) Release(order string, now time.Time) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_invalid")
	case order == "":
		return nil, aggregates.Refuse("required").On("order")
	case s.Status == StatusRedeemed:
		return nil, aggregates.Refuse("coupon_already_used")
	case s.heldAt(now) && s.Reservation.Order != order:
		return nil, aggregates.Refuse("coupon_reserved_elsewhere")
	case s.heldAt(now):
		return []aggregates.Event{Released{Order: order}}, nil
	}
	return s.lapsed(now), nil
}

// Redeem uses the coupon up for the order (C-08), reserved or not; the order
// that has used it may say so again, with the amount if that was not told yet.
// Amount, if told, is not negative. Refusals as of Check. Without a reservation by
// the order a bound coupon is redeemed only for a known customer; with one, the
// shop need name none.
func (s State) Redeem(u Use, amount *aggregates.Money) ([]aggregates.Event, error) {
	if u.Order == "" {
		return nil, aggregates.Refuse("required").On("order")
	}
	if amount != nil {
		if _, known := amount.Currency.Digits(); !known || amount.Minor < 0 {
			return nil, aggregates.Refuse("invalid_value").On("amount")
		}
	}
	switch {
	case s.UsedBy(u.Order) && s.Redemption.Amount == nil && amount != nil:
		return []aggregates.Event{RedemptionValued{Amount: *amount}}, nil
	case s.UsedBy(u.Order):
		return nil, nil
	}
	if r := s.check(u); r != nil {
		return nil, r
	}
	held := s.HeldBy(u.Order, u.Now)
	if s.Bound && u.Entity == uuid.Nil && !held {
		return nil, aggregates.Refuse("coupon_not_yours").On("customer")
	}
	if u.Customer == uuid.Nil && held {
		u.Customer = s.Reservation.Customer
	}
	return append(s.lapsed(u.Now), Redeemed{Order: u.Order, Customer: u.Customer, Amount: amount, On: u.Today}), nil
}
