package program

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ programEvent() }

// Defined begins a coupon program, or replaces the terms of one that is still a
// Draft. The first and last day may be empty (no
// limit); UsageLimit is the number of coupons it may give out, nil for any
// number. Currency is that of all its amounts.
type Defined struct {
	Program     uuid.UUID           `json:"program"`
	Name        string              `json:"name"`
	Type        Type                `json:"type"`
	Rewards     []Reward            `json:"rewards"`
	Rules       Rules               `json:"rules,omitempty"`
	StartsOn    aggregates.Date     `json:"starts_on,omitempty"`
	EndsOn      aggregates.Date     `json:"ends_on,omitempty"`
	UsageLimit  *int64              `json:"usage_limit,omitempty"`
	AvailableOn []Channel           `json:"available_on,omitempty"`
	Currency    aggregates.Currency `json:"currency,omitempty"`
	Draft       bool                `json:"draft,omitempty"`
}

// Activated lets a draft give out coupons; its terms are fixed from now on.
type Activated struct{}

// CouponAllotted counts a coupon against the usage limit. It carries all of the
// coupon, because the coupon's own stream follows from it. Bound coupons are
// for the customer's commercial Entity alone; ExpiresOn is the last valid day,
// empty for never. CodeHash finds the coupon by its code, LinkHash by the token
// of its share link, CodeSealed is both encrypted, CodeHint the part of the code
// that may be shown to anybody.
// Deliver says how it reaches the customer: "email" to the Recipients with the
// Message, "share_link", or not at all.
type CouponAllotted struct {
	Coupon     uuid.UUID       `json:"coupon"`
	Program    uuid.UUID       `json:"program"`
	Ticket     uuid.UUID       `json:"ticket"`
	Customer   uuid.UUID       `json:"customer"`
	Entity     uuid.UUID       `json:"entity"`
	Bound      bool            `json:"bound"`
	ExpiresOn  aggregates.Date `json:"expires_on,omitempty"`
	CodeHash   string          `json:"code_hash"`
	LinkHash   string          `json:"link_hash"`
	CodeSealed []byte          `json:"code_sealed"`
	CodeHint   string          `json:"code_hint"`
	Deliver    string          `json:"deliver,omitempty"`
	Recipients []string        `json:"recipients,omitempty" personal:"true"`
	Message    string          `json:"message,omitempty" personal:"true"`
}

// Archived ends a program: it gives out no more coupons, and those it gave out
// are not valid any more.
type Archived struct{}

func (Defined) programEvent()        {}
func (Activated) programEvent()      {}
func (CouponAllotted) programEvent() {}
func (Archived) programEvent()       {}

// Model is the coupon program aggregate: streams "program-<id>".
var Model = aggregates.NewModel("program", evolve,
	aggregates.Define[Defined]("program-defined"),
	aggregates.Define[Activated]("program-activated"),
	aggregates.Define[CouponAllotted]("coupon-allotted"),
	aggregates.Define[Archived]("program-archived"),
)
