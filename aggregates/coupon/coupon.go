// Package coupon is a single-use coupon given to a customer from a ticket: from
// generation through the reservation by a cart to its one redemption
// (domain.md 2.9, C-08).
package coupon

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Status is the state of a coupon.
type Status string

// The states; an expired or revoked coupon stays so, and a redeemed one unless its
// order is cancelled.
const (
	StatusActive   Status = "active"
	StatusReserved Status = "reserved"
	StatusRedeemed Status = "redeemed"
	StatusExpired  Status = "expired"
	StatusRevoked  Status = "revoked"
)

// State is a coupon as folded from its events; ID is nil before the first.
// Reservation and Redemption are nil while there is none. A reservation stays
// until it is released, but holds nothing any more once its time has run out,
// unless its order is Paid: StatusOn takes that into account. Mailed are the recipients whose mail was
// sent or failed for good, by the event that asked for the mail.
type State struct {
	ID          uuid.UUID
	Number      string
	Program     uuid.UUID
	Ticket      uuid.UUID
	Customer    uuid.UUID
	Entity      uuid.UUID
	Bound       bool
	ExpiresOn   aggregates.Date
	CodeHash    string
	LinkHash    string
	CodeSealed  []byte
	CodeHint    string
	Status      Status
	Reservation *Reserved
	Paid        bool
	Redemption  *Redeemed
	Kept        bool // its order was cancelled, and it stays redeemed
	Reason      string
	Link        *LinkShared
	Mailed      map[uuid.UUID][]string
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Generated:
		return State{
			ID: e.Coupon, Program: e.Program, Ticket: e.Ticket, Status: StatusActive,
			Customer: e.Customer, Entity: e.Entity, Bound: e.Bound, ExpiresOn: e.ExpiresOn,
			CodeHash: e.CodeHash, LinkHash: e.LinkHash, CodeSealed: e.CodeSealed, CodeHint: e.CodeHint,
		}
	case Numbered:
		s.Number = e.Number
	case Reserved:
		s.Status, s.Reservation, s.Paid = StatusReserved, &e, false
	case ReservationPaid:
		s.Paid = s.Reservation != nil
	case Released:
		s.Status, s.Reservation, s.Paid = StatusActive, nil, false
	case Redeemed:
		s.Status, s.Reservation, s.Paid, s.Redemption = StatusRedeemed, nil, false, &e
	case RedemptionValued:
		if s.Redemption != nil {
			valued := *s.Redemption
			valued.Amount = &e.Amount
			s.Redemption = &valued
		}
	case Restored:
		s.Status, s.Reservation, s.Paid, s.Redemption, s.Kept = StatusActive, nil, false, nil, false
	case KeptRedeemed:
		s.Kept = true
	case Expired:
		s.Status, s.Reservation, s.Paid = StatusExpired, nil, false
	case Revoked:
		s.Status, s.Reservation, s.Paid, s.Reason = StatusRevoked, nil, false, e.Reason
	case LinkShared:
		s.Link = &e
	case EmailRequested:
		// The mail is the sender's business; the coupon stays what it is.
	case EmailSent:
		s.Mailed = s.mailedTo(e.Request, e.Recipients...)
	case EmailFailed:
		s.Mailed = s.mailedTo(e.Request, e.Recipient)
	}
	return s
}

// Generate begins the coupon g. The allotment that it follows from may be told
// more than once: the same coupon again changes nothing.
func (s State) Generate(g Generated) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return []aggregates.Event{g}, nil
	case s.ID == g.Coupon && s.CodeHash == g.CodeHash:
		return nil, nil
	}
	return nil, aggregates.Refuse("already_exists")
}

// SetNumber gives the coupon its human number, once.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_not_found")
	case s.Number != "":
		return nil, nil
	case number == "":
		return nil, aggregates.Refuse("required").On("number")
	}
	return []aggregates.Event{Numbered{Number: number}}, nil
}

// StatusOn is the state at a time and on a day in the company's time zone: a
// reservation lapses and a coupon expires by date, whether or not a timer has
// recorded it yet.
func (s State) StatusOn(now time.Time, today aggregates.Date) Status {
	switch {
	case s.Status == StatusReserved && s.heldAt(now):
		return StatusReserved
	case (s.Status == StatusReserved || s.Status == StatusActive) && s.pastOn(today):
		return StatusExpired
	case s.Status == StatusReserved:
		return StatusActive
	}
	return s.Status
}

// heldAt says whether a reservation holds the coupon at the time.
func (s State) heldAt(now time.Time) bool {
	return s.Reservation != nil && (s.Paid || now.Before(s.Reservation.Until))
}

// HeldBy says whether the order's reservation holds the coupon at the time.
func (s State) HeldBy(order string, now time.Time) bool {
	return s.heldAt(now) && s.Reservation.Order == order
}

// pastOn says whether the last valid day is over: the day itself is not.
func (s State) pastOn(today aggregates.Date) bool {
	return s.ExpiresOn != "" && today.After(s.ExpiresOn)
}
