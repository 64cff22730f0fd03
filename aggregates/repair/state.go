package repair

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
)

// Status is where a repair stands.
type Status string

// The states of a repair. Done is final; a cancelled one can become a draft again.
const (
	StatusDraft       Status = "draft"
	StatusConfirmed   Status = "confirmed"
	StatusUnderRepair Status = "under_repair"
	StatusDone        Status = "done"
	StatusCancelled   Status = "cancelled"
)

// Kind is what happens to a part.
type Kind string

// The kinds of parts. Only added parts are billed.
const (
	Add     Kind = "add"
	Remove  Kind = "remove"
	Recycle Kind = "recycle"
)

// Part is a part of the repair, in units of its product with Digits digits
// after the point. UnitPrice is the price in force, 0 under warranty;
// PriceBeforeWarranty is the negotiated one, which comes back when the warranty
// is un-ticked. Both are in whole currency units. DoneQuantity is what was used,
// known when the repair is done.
type Part struct {
	ID                  uuid.UUID          `json:"id"`
	Kind                Kind               `json:"kind"`
	Product             uuid.UUID          `json:"product"`
	Unit                string             `json:"unit"`
	Digits              int                `json:"digits"`
	Quantity            aggregates.Decimal `json:"quantity"`
	DoneQuantity        aggregates.Decimal `json:"done_quantity,omitzero"`
	UnitPrice           aggregates.Decimal `json:"unit_price"`
	PriceBeforeWarranty aggregates.Decimal `json:"price_before_warranty"`
}

// QuoteStatus is where the quotation stands.
type QuoteStatus string

// The states of a quotation. Accepted and declined are final.
const (
	QuoteStatusDraft    QuoteStatus = "draft"
	QuoteStatusSent     QuoteStatus = "sent"
	QuoteStatusAccepted QuoteStatus = "accepted"
	QuoteStatusDeclined QuoteStatus = "declined"
)

// Quote is the quotation; its ID is nil while there is none. Total is in minor
// units of Currency; so is AcceptedTotal, what the customer said yes to, once it
// is accepted. ValidUntil is the last day to accept it, "" for no end; Mailed are
// the requests of mails that were sent or failed.
type Quote struct {
	ID            uuid.UUID
	Status        QuoteStatus
	Currency      aggregates.Currency
	Lines         []QuoteLine
	Total         int64
	AcceptedTotal int64
	ValidUntil    aggregates.Date
	Mailed        []uuid.UUID
}

// revised is the quotation after its lines followed the repair. One that was
// sent is a draft again when that changes it: the customer can say yes only to
// what was sent to them.
func (q Quote) revised(a *Amounts) Quote {
	if a == nil || a.Total == q.Total && slices.Equal(a.Lines, q.Lines) {
		return q
	}
	q.Lines, q.Total = a.Lines, a.Total
	if q.Status == QuoteStatusSent {
		q.Status, q.ValidUntil = QuoteStatusDraft, ""
	}
	return q
}

// State is a repair as folded from its events; ID is nil before the first. Nil
// ids and empty texts are empty fields. Unit is that of the product; Currency
// is that of the parts' prices, "" until one is known; RemindedAt is when it was
// found overdue, zero before; Access are the users who may open the repair
// without the right on repairs.
type State struct {
	ID            uuid.UUID
	Number        string
	Status        Status
	Ticket        uuid.UUID
	Customer      uuid.UUID
	Entity        uuid.UUID
	Product       uuid.UUID
	Tracking      product.Tracking
	Lot           uuid.UUID
	Quantity      aggregates.Decimal
	Unit          string
	Return        uuid.UUID
	UnderWarranty bool
	ScheduledAt   time.Time
	RemindedAt    time.Time
	Responsible   string
	Tags          []string
	Priority      int // 0 or MaxPriority
	Currency      aggregates.Currency
	Parts         []Part
	Notes         string
	CreatedBy     string
	Access        []Grant
	Quote         Quote
}

// Grant is the right of a user to open the repair while its ticket is with a
// team; Rule is why they have it.
type Grant struct {
	User string
	Rule string
	Team uuid.UUID
}

// MayOpen says whether the user was granted access to this repair, whose ticket
// is with a team now (P-16).
func (s State) MayOpen(user string, team uuid.UUID) bool {
	return user != "" && slices.ContainsFunc(s.Access, func(g Grant) bool { return g.User == user && g.Team == team })
}

// open refuses, with repair_not_open, once the repair is done or cancelled, and
// before it exists.
func (s State) open() error {
	switch s.Status {
	case StatusDraft, StatusConfirmed, StatusUnderRepair:
		return nil
	default:
		return aggregates.Refuse("repair_not_open", "state", string(s.Status))
	}
}
