// Package program is the coupon program: what its coupons give, when they may
// be used, and how many of them there may be (domain.md 2.9, 3.2).
package program

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Type is the kind of a program.
type Type string

// Coupons is the only type whose coupons can be given to helpdesk customers
// (C-07); the others may be known here, but belong to shops.
const Coupons Type = "coupons"

var types = []Type{
	Coupons, "promotions", "discount_code", "loyalty_cards", "buy_x_get_y", "next_order", "gift_card", "e_wallet",
}

// Channel is where the coupons of a program can be used (C-03, C-10).
type Channel string

// The channels.
const (
	Sales       Channel = "sales"
	PointOfSale Channel = "pos"
	Website     Channel = "website"
)

// recentCoupons is how many of the last allotted coupons a program remembers.
const recentCoupons = 256

// State is a program as folded from its events; ID is nil before the first.
// Issued counts its coupons. Recent are only the last of them: they tell the
// retry of an allotment, which comes soon after it, while a program may give
// out millions. A later repetition is told by the command's identity, and the
// coupon's own stream begins only once.
type State struct {
	ID          uuid.UUID
	Name        string
	Type        Type
	Rewards     []Reward
	Rules       Rules
	StartsOn    aggregates.Date
	EndsOn      aggregates.Date
	UsageLimit  *int64
	AvailableOn []Channel
	Currency    aggregates.Currency
	Draft       bool
	Archived    bool
	Issued      int64
	Recent      []uuid.UUID
}

// Status is "draft", "active", "exhausted" when the usage limit is reached, or
// "archived". That a program has not started or has ended is a matter of the
// day: Offers tells.
func (s State) Status() string {
	switch {
	case s.Archived:
		return "archived"
	case s.Draft:
		return "draft"
	case s.exhausted():
		return "exhausted"
	}
	return "active"
}

func (s State) exhausted() bool { return s.UsageLimit != nil && s.Issued >= *s.UsageLimit }

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Defined:
		s.ID, s.Name, s.Type, s.Rewards, s.Rules = e.Program, e.Name, e.Type, e.Rewards, e.Rules
		s.StartsOn, s.EndsOn, s.UsageLimit = e.StartsOn, e.EndsOn, e.UsageLimit
		s.AvailableOn, s.Currency, s.Draft = e.AvailableOn, e.Currency, e.Draft
	case Activated:
		s.Draft = false
	case CouponAllotted:
		s.Issued++
		forget := max(0, len(s.Recent)+1-recentCoupons)
		s.Recent = append(slices.Clip(s.Recent[forget:]), e.Coupon)
	case Archived:
		s.Archived = true
	}
	return s
}

// Allot gives out the coupon a on the given day. Refusals, in the order of
// domain.md 3.2: coupon_program_not_found, program_archived, program_is_draft,
// program_type_not_coupons, program_not_started, program_ended,
// program_usage_exhausted, program_without_reward, expiration_in_past; then too_long of the message.
func (s State) Allot(a CouponAllotted, today aggregates.Date) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_program_not_found").On("program")
	case slices.Contains(s.Recent, a.Coupon):
		return nil, nil
	}
	if r := s.offers(today); r != nil {
		return nil, r.On("program")
	}
	if a.ExpiresOn != "" && a.ExpiresOn.Before(today) {
		return nil, aggregates.Refuse("expiration_in_past", "date", string(a.ExpiresOn)).On("valid_until")
	}
	var fields check.Fields
	fields.Within(check.MaxText, "message", a.Message)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	a.Program = s.ID
	return []aggregates.Event{a}, nil
}

// Offers refuses, as Allot does, a program that gives out no coupons today: for
// lists of the programs that can be chosen (C-06, C-07).
func (s State) Offers(today aggregates.Date) error {
	if r := s.offers(today); r != nil {
		return r
	}
	return nil
}

func (s State) offers(today aggregates.Date) *aggregates.Refusal {
	switch {
	case s.Archived:
		return aggregates.Refuse("program_archived")
	case s.Draft:
		return aggregates.Refuse("program_is_draft")
	case s.Type != Coupons:
		return aggregates.Refuse("program_type_not_coupons")
	}
	if r := s.inDate(today); r != nil {
		return r
	}
	switch {
	case s.exhausted():
		return aggregates.Refuse("program_usage_exhausted")
	case len(s.Rewards) == 0:
		return aggregates.Refuse("program_without_reward")
	}
	return nil
}

// EndedOn says whether the program's last day, if it has one, is over.
func (s State) EndedOn(today aggregates.Date) bool { return s.EndsOn != "" && today.After(s.EndsOn) }

// inDate refuses a day before the first or after the last, both inclusive.
func (s State) inDate(today aggregates.Date) *aggregates.Refusal {
	switch {
	case today.Before(s.StartsOn):
		return aggregates.Refuse("program_not_started", "date", string(s.StartsOn))
	case s.EndedOn(today):
		return aggregates.Refuse("program_ended", "date", string(s.EndsOn))
	}
	return nil
}

// Honours refuses the use of a coupon of this program on the given day for the
// cart: coupon_invalid once archived, program_not_started, program_ended, and
// what Rules.Met refuses. A reached usage limit concerns new coupons only.
func (s State) Honours(today aggregates.Date, cart Cart) error {
	if s.ID == uuid.Nil || s.Archived {
		return aggregates.Refuse("coupon_invalid")
	}
	if r := s.inDate(today); r != nil {
		return r
	}
	return s.Rules.Met(cart)
}

// CheckChannel refuses a channel that the program is not available on with
// coupon_not_here, one that does not exist with invalid_value. Without any it is
// available everywhere, and a shop need not say where it sells.
func (s State) CheckChannel(c Channel) error {
	switch {
	case c == "" || c.known() && (len(s.AvailableOn) == 0 || slices.Contains(s.AvailableOn, c)):
		return nil
	case !c.known():
		return aggregates.Refuse("invalid_value").On("channel")
	}
	return aggregates.Refuse("coupon_not_here")
}

func (c Channel) known() bool { return c == Sales || c == PointOfSale || c == Website }

// Archive ends the program.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_program_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}
