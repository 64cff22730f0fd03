package repair

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ repairEvent() }

// Created begins a repair in draft. The prices of its parts are in whole units
// of Currency, which may be "" until a part has a price.
type Created struct {
	Repair        uuid.UUID           `json:"repair"`
	Ticket        uuid.UUID           `json:"ticket"`
	Customer      uuid.UUID           `json:"customer,omitzero"`
	Entity        uuid.UUID           `json:"entity,omitzero"`
	Product       uuid.UUID           `json:"product"`
	Tracking      product.Tracking    `json:"tracking"`
	Lot           uuid.UUID           `json:"lot,omitzero"`
	Quantity      aggregates.Decimal  `json:"quantity"`
	Unit          string              `json:"unit,omitempty"`
	Return        uuid.UUID           `json:"return,omitzero"`
	UnderWarranty bool                `json:"under_warranty"`
	ScheduledAt   time.Time           `json:"scheduled_at"`
	Responsible   string              `json:"responsible,omitempty"`
	Tags          []string            `json:"tags,omitempty"`
	Priority      int                 `json:"priority,omitempty"`
	Currency      aggregates.Currency `json:"currency,omitempty"`
	Parts         []Part              `json:"parts,omitempty"`
	Notes         string              `json:"notes,omitempty" personal:"true"`
	CreatedBy     string              `json:"created_by"`
}

// TicketDerived is the rule by which whoever sends a product of a ticket to
// repair may open the repair (P-16).
const TicketDerived = "ticket-derived"

// AccessGranted lets a user open the repair, but neither change nor list others,
// without the right on repairs (P-16). It holds while the ticket is with the
// team that it was with. Rule is why it was granted.
type AccessGranted struct {
	User string    `json:"user"`
	Rule string    `json:"rule"`
	Team uuid.UUID `json:"team"`
}

// Numbered gives the repair its human number, once.
type Numbered struct {
	Number string `json:"number"`
}

// DetailsChanged says the form of the repair anew: all of it, in the words of
// Created. Rescheduled tells that ScheduledAt is another than before.
type DetailsChanged struct {
	Product     uuid.UUID          `json:"product"`
	Tracking    product.Tracking   `json:"tracking"`
	Lot         uuid.UUID          `json:"lot,omitzero"`
	Quantity    aggregates.Decimal `json:"quantity"`
	Unit        string             `json:"unit,omitempty"`
	ScheduledAt time.Time          `json:"scheduled_at"`
	Rescheduled bool               `json:"rescheduled,omitempty"`
	Responsible string             `json:"responsible,omitempty"`
	Tags        []string           `json:"tags,omitempty"`
	Priority    int                `json:"priority,omitempty"`
	Notes       string             `json:"notes,omitempty" personal:"true"`
}

// PartsChanged replaces all parts; Quote is how the quotation follows, nil
// when there is none.
type PartsChanged struct {
	Currency aggregates.Currency `json:"currency,omitempty"`
	Parts    []Part              `json:"parts"`
	Quote    *Amounts            `json:"quote,omitempty"`
}

// WarrantyChanged ticks or un-ticks the warranty; Repriced are the parts whose
// price changed by it, Quote as in PartsChanged.
type WarrantyChanged struct {
	UnderWarranty bool      `json:"under_warranty"`
	Repriced      []Reprice `json:"repriced"`
	Quote         *Amounts  `json:"quote,omitempty"`
}

// Reprice is the price of one part from now on, in whole currency units.
type Reprice struct {
	Part      uuid.UUID          `json:"part"`
	UnitPrice aggregates.Decimal `json:"unit_price"`
}

// Confirmed ends the draft. Lot is the product's, when it was named only now;
// Override says that OverriddenBy confirmed in spite of missing stock (P-13).
type Confirmed struct {
	Lot          uuid.UUID `json:"lot,omitzero"`
	Override     bool      `json:"override"`
	OverriddenBy string    `json:"overridden_by,omitempty"`
}

// Started says that the work began.
type Started struct{}

// Ended finishes the repair with what was used of every part; leftovers are
// cancelled. Lot is the product's; Quote as in PartsChanged.
type Ended struct {
	Parts []Used    `json:"parts"`
	Lot   uuid.UUID `json:"lot,omitzero"`
	Quote *Amounts  `json:"quote,omitempty"`
}

// Used is how much of one part the repair took.
type Used struct {
	ID           uuid.UUID          `json:"id"`
	DoneQuantity aggregates.Decimal `json:"done_quantity"`
}

// Cancelled gives the repair up; the lines of its quotation fall to quantity 0.
type Cancelled struct {
	Quote *Amounts `json:"quote,omitempty"`
}

// ReturnedToDraft takes a cancelled repair up again, planned for ScheduledAt as
// before; the lines of its quotation are filled anew.
type ReturnedToDraft struct {
	ScheduledAt time.Time `json:"scheduled_at"`
	Quote       *Amounts  `json:"quote,omitempty"`
}

// OverdueReminded tells whoever is responsible that the repair should have been
// done by now.
type OverdueReminded struct {
	ScheduledAt time.Time `json:"scheduled_at"`
	Responsible string    `json:"responsible,omitempty"`
	At          time.Time `json:"at"`
}

// QuoteCreated makes the one quotation of the repair.
type QuoteCreated struct {
	Quote    uuid.UUID           `json:"quote"`
	Currency aggregates.Currency `json:"currency"`
	Amounts
}

// Amounts are the lines and the total of a quotation; Total in minor units.
type Amounts struct {
	Lines []QuoteLine `json:"lines"`
	Total int64       `json:"total"`
}

// QuoteLine bills one add part. Prices are in whole currency units, Total in
// minor units.
type QuoteLine struct {
	Part                uuid.UUID          `json:"part"`
	Product             uuid.UUID          `json:"product"`
	Quantity            aggregates.Decimal `json:"quantity"`
	UnitPrice           aggregates.Decimal `json:"unit_price"`
	PriceBeforeWarranty aggregates.Decimal `json:"price_before_warranty"`
	Total               int64              `json:"total"`
}

// QuoteSent asks for a mail to the customer with the quotation as it is now. It
// can be accepted until ValidUntil, that day included; "" is without end.
type QuoteSent struct {
	Quote      uuid.UUID       `json:"quote"`
	Recipient  string          `json:"recipient" personal:"true"`
	ValidUntil aggregates.Date `json:"valid_until,omitempty"`
	Amounts
}

// QuoteEmailSent says that a mail server (or the folder of mails) took the mail
// that the event Request asked for.
type QuoteEmailSent struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	MessageID string    `json:"message_id"`
}

// QuoteEmailFailed says that that mail does not reach the customer, and why: the
// mail server's words, or a code.
type QuoteEmailFailed struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	Cause     string    `json:"cause" personal:"true"`
}

// QuoteAccepted is the customer's yes to Total, in minor units. The evidence is
// of whoever gave or noted it (domain.md 2.12).
type QuoteAccepted struct {
	Quote uuid.UUID `json:"quote"`
	Total int64     `json:"total"`
	aggregates.Evidence
}

// QuoteDeclined is the customer's no, with their words if they gave any, and
// evidence as of QuoteAccepted.
type QuoteDeclined struct {
	Quote  uuid.UUID `json:"quote"`
	Reason string    `json:"reason,omitempty" personal:"true"`
	aggregates.Evidence
}

func (Created) repairEvent()          {}
func (AccessGranted) repairEvent()    {}
func (Numbered) repairEvent()         {}
func (DetailsChanged) repairEvent()   {}
func (PartsChanged) repairEvent()     {}
func (WarrantyChanged) repairEvent()  {}
func (Confirmed) repairEvent()        {}
func (Started) repairEvent()          {}
func (Ended) repairEvent()            {}
func (Cancelled) repairEvent()        {}
func (ReturnedToDraft) repairEvent()  {}
func (OverdueReminded) repairEvent()  {}
func (QuoteCreated) repairEvent()     {}
func (QuoteSent) repairEvent()        {}
func (QuoteAccepted) repairEvent()    {}
func (QuoteDeclined) repairEvent()    {}
func (QuoteEmailSent) repairEvent()   {}
func (QuoteEmailFailed) repairEvent() {}

// Model is the repair aggregate: streams "repair-<id>".
var Model = aggregates.NewModel("repair", evolve,
	aggregates.Define[Created]("repair-created"),
	aggregates.Define[AccessGranted]("repair-access-granted"),
	aggregates.Define[Numbered]("repair-numbered"),
	aggregates.Define[DetailsChanged]("repair-details-changed"),
	aggregates.Define[PartsChanged]("repair-parts-changed"),
	aggregates.Define[WarrantyChanged]("repair-warranty-changed"),
	aggregates.Define[Confirmed]("repair-confirmed"),
	aggregates.Define[Started]("repair-started"),
	aggregates.Define[Ended]("repair-ended"),
	aggregates.Define[Cancelled]("repair-cancelled"),
	aggregates.Define[ReturnedToDraft]("repair-returned-to-draft"),
	aggregates.Define[OverdueReminded]("repair-overdue-reminded"),
	aggregates.Define[QuoteCreated]("repair-quote-created"),
	aggregates.Define[QuoteSent]("repair-quote-sent"),
	aggregates.Define[QuoteAccepted]("repair-quote-accepted"),
	aggregates.Define[QuoteDeclined]("repair-quote-declined"),
	aggregates.Define[QuoteEmailSent]("repair-quote-email-sent"),
	aggregates.Define[QuoteEmailFailed]("repair-quote-email-failed"),
)
