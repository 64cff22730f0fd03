package coupon

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ couponEvent() }

// Generated begins a coupon, as its program allotted it. A Bound coupon is for
// the commercial Entity of the customer alone. ExpiresOn is the last valid day,
// empty for never (C-12). CodeHash finds the coupon by its code, LinkHash by the
// token of its share link, CodeSealed is both encrypted, CodeHint the part of the
// code that may be shown to anybody.
// Deliver says how it reaches the customer: "email" to the Recipients with the
// Message, "share_link", or not at all.
type Generated struct {
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

// Numbered gives the coupon its human number; it is not the code.
type Numbered struct {
	Number string `json:"number"`
}

// Reserved holds the coupon for an order (or cart, as the shop names it) until
// the given time, in UTC. On is the day for which its validity was decided.
type Reserved struct {
	Order    string          `json:"order"`
	Customer uuid.UUID       `json:"customer,omitzero"`
	Until    time.Time       `json:"until"`
	On       aggregates.Date `json:"on"`
}

// ReservationPaid says that the order that holds the coupon was paid: no time ends
// the reservation any more, only what becomes of the order.
type ReservationPaid struct {
	Order string `json:"order"`
}

// Released lets the coupon go; Lapsed says that the time had run out.
type Released struct {
	Order  string `json:"order"`
	Lapsed bool   `json:"lapsed,omitempty"`
}

// Redeemed uses the coupon up for an order. Amount is what the shop says it was
// worth, nil when it does not say. On is the day for which it was decided.
type Redeemed struct {
	Order    string            `json:"order"`
	Customer uuid.UUID         `json:"customer,omitzero"`
	Amount   *aggregates.Money `json:"amount,omitempty"`
	On       aggregates.Date   `json:"on"`
}

// RedemptionValued is what the shop says that the redemption was worth, told after
// the order's confirmation had used the coupon up.
type RedemptionValued struct {
	Amount aggregates.Money `json:"amount"`
}

// Restored lets the coupon be used again, since the order that it was redeemed
// for was cancelled; ExpiresOn is still its last valid day, empty for never.
type Restored struct {
	Order     string          `json:"order"`
	ExpiresOn aggregates.Date `json:"expires_on,omitempty"`
}

// KeptRedeemed says that the coupon stays used up though the order that it was
// redeemed for was cancelled.
type KeptRedeemed struct {
	Order string `json:"order"`
}

// Expired records that the last valid day has passed unused.
type Expired struct{}

// Revoked makes the coupon invalid, for the reason the agent gave.
type Revoked struct {
	Reason string `json:"reason" personal:"true"`
}

// LinkShared says that the link with the token that hashes to LinkHash was made
// for the customer; from now on it leads to the page Redirect of the shop.
type LinkShared struct {
	LinkHash string `json:"link_hash"`
	Redirect string `json:"redirect"`
}

// EmailRequested asks for a mail with the code to the recipients.
type EmailRequested struct {
	Recipients []string `json:"recipients" personal:"true"`
	Message    string   `json:"message,omitempty" personal:"true"`
}

// EmailSent says that a mail server (or the folder of mails) took the mail that
// the event Request asked for. MessageID is its Message-ID.
type EmailSent struct {
	Request    uuid.UUID `json:"request"`
	Recipients []string  `json:"recipients" personal:"true"`
	MessageID  string    `json:"message_id"`
}

// EmailFailed says that the mail that the event Request asked for does not
// reach the recipient, and why: the mail server's words, or a refusal's code.
type EmailFailed struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	Cause     string    `json:"cause" personal:"true"`
}

func (Generated) couponEvent()        {}
func (Numbered) couponEvent()         {}
func (Reserved) couponEvent()         {}
func (ReservationPaid) couponEvent()  {}
func (Released) couponEvent()         {}
func (Redeemed) couponEvent()         {}
func (RedemptionValued) couponEvent() {}
func (Restored) couponEvent()         {}
func (KeptRedeemed) couponEvent()     {}
func (Expired) couponEvent()          {}
func (Revoked) couponEvent()          {}
func (LinkShared) couponEvent()       {}
func (EmailRequested) couponEvent()   {}
func (EmailSent) couponEvent()        {}
func (EmailFailed) couponEvent()      {}

// Model is the coupon aggregate: streams "coupon-<id>".
var Model = aggregates.NewModel("coupon", evolve,
	aggregates.Define[Generated]("coupon-generated"),
	aggregates.Define[Numbered]("coupon-numbered"),
	aggregates.Define[Reserved]("coupon-reserved"),
	aggregates.Define[ReservationPaid]("coupon-reservation-paid"),
	aggregates.Define[Released]("coupon-released"),
	aggregates.Define[Redeemed]("coupon-redeemed"),
	aggregates.Define[RedemptionValued]("coupon-redemption-valued"),
	aggregates.Define[Restored]("coupon-restored"),
	aggregates.Define[KeptRedeemed]("coupon-kept-redeemed"),
	aggregates.Define[Expired]("coupon-expired"),
	aggregates.Define[Revoked]("coupon-revoked"),
	aggregates.Define[LinkShared]("coupon-link-shared"),
	aggregates.Define[EmailRequested]("coupon-email-requested"),
	aggregates.Define[EmailSent]("coupon-email-sent"),
	aggregates.Define[EmailFailed]("coupon-email-failed"),
)
