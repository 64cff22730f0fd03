package invoice

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else. All amounts are in minor
// units of the invoice's currency.
//
//sumtype:decl
type Event interface{ invoiceEvent() }

// Drafted begins the invoice with its computed amounts. Number is the one from
// outside that it is to have when it is posted, if any; DueDate is empty for the
// invoice's own date; CopiedFrom is set only for a replacement.
type Drafted struct {
	Invoice  uuid.UUID `json:"invoice"`
	Number   string    `json:"number,omitempty"`
	Customer uuid.UUID `json:"customer"`
	Entity   uuid.UUID `json:"entity"`
	Journal
	Currency    aggregates.Currency `json:"currency"`
	Order       uuid.UUID           `json:"order,omitzero"`
	InvoiceDate aggregates.Date     `json:"invoice_date,omitempty"`
	DueDate     aggregates.Date     `json:"due_date,omitempty"`
	TaxRounding TaxRounding         `json:"tax_rounding"`
	Lines       []Line              `json:"lines"`
	Amounts
	CopiedFrom uuid.UUID `json:"copied_from,omitzero"`
}

// LinesChanged replaces the lines of the draft invoice.
type LinesChanged struct {
	Lines []Line `json:"lines"`
	Amounts
}

// Posted makes the invoice final. Number is the one from outside, if it brought
// one; else Numbered follows.
type Posted struct {
	Number       string          `json:"number,omitempty"`
	InvoiceDate  aggregates.Date `json:"invoice_date"`
	Residual     int64           `json:"residual"`
	PaymentState PaymentState    `json:"payment_state"`
}

// Numbered gives the invoice its human number.
type Numbered struct {
	Number string `json:"number"`
}

// Discarded ends a draft invoice.
type Discarded struct{}

// PaymentRegistered is money from the customer, allocated to this invoice. Origin
// is set when it is open money of a payment of another invoice.
type PaymentRegistered struct {
	Payment           uuid.UUID       `json:"payment"`
	Amount            int64           `json:"amount"`
	PaidOn            aggregates.Date `json:"paid_on"`
	Reference         string          `json:"reference,omitempty" personal:"true"`
	Origin            uuid.UUID       `json:"origin,omitzero"`
	ResidualAfter     int64           `json:"residual_after"`
	PaymentStateAfter PaymentState    `json:"payment_state_after"`
}

// OpenPaymentReserved takes open money of a released payment for another
// invoice, where it is the payment Allocation.
type OpenPaymentReserved struct {
	Payment    uuid.UUID       `json:"payment"`
	Allocation uuid.UUID       `json:"allocation"`
	Invoice    uuid.UUID       `json:"invoice"`
	Amount     int64           `json:"amount"`
	PaidOn     aggregates.Date `json:"paid_on"`
	Reference  string          `json:"reference,omitempty" personal:"true"`
	OpenAfter  int64           `json:"open_after"`
}

// OpenPaymentReturned gives back what the other invoice could not take of a
// reservation.
type OpenPaymentReturned struct {
	Payment    uuid.UUID `json:"payment"`
	Allocation uuid.UUID `json:"allocation"`
	Amount     int64     `json:"amount"`
	OpenAfter  int64     `json:"open_after"`
}

// OpenPaymentDeclined says that nothing was due any more when the reserved money
// of another invoice's payment arrived.
type OpenPaymentDeclined struct {
	Payment uuid.UUID       `json:"payment"`
	Origin  uuid.UUID       `json:"origin"`
	PaidOn  aggregates.Date `json:"paid_on"`
}

// PaymentRefunded is open money of a payment that went back to the customer, as
// the payment Refund.
type PaymentRefunded struct {
	Payment   uuid.UUID       `json:"payment"`
	Refund    uuid.UUID       `json:"refund"`
	Amount    int64           `json:"amount"`
	PaidOn    aggregates.Date `json:"paid_on"`
	Reference string          `json:"reference,omitempty" personal:"true"`
	OpenAfter int64           `json:"open_after"`
}

// PaymentsReleased undoes the allocation of these payments: they become open
// credits of the customer and are not allocated again by themselves.
type PaymentsReleased struct {
	Payments          []ReleasedPayment `json:"payments"`
	ResidualAfter     int64             `json:"residual_after"`
	PaymentStateAfter PaymentState      `json:"payment_state_after"`
}

// ReleasedPayment is a payment with the amount that is open again.
type ReleasedPayment struct {
	Payment uuid.UUID `json:"payment"`
	Amount  int64     `json:"amount"`
}

// CreditHeld keeps the invoice for a command that credits several, see Hold.
type CreditHeld Hold

// CreditHoldReleased gives a hold up; nothing came of it.
type CreditHoldReleased struct {
	Hold uuid.UUID `json:"hold"`
}

// CreditNoteDrafted begins a credit note; it has no effect on the invoice.
// AutoPostOn is the day on which the draft is posted by itself, empty for never.
// Reference is the sentence of what it reverses and why, in the customer's language. It ends the Hold that it comes from, if any; Others are invoices with the same
// hold, which are to use it now.
type CreditNoteDrafted struct {
	CreditNote uuid.UUID `json:"credit_note"`
	Ticket     uuid.UUID `json:"ticket,omitzero"`
	Customer   uuid.UUID `json:"customer"`
	Entity     uuid.UUID `json:"entity"`
	Journal
	Currency     aggregates.Currency `json:"currency"`
	ReversalDate aggregates.Date     `json:"reversal_date"`
	AutoPostOn   aggregates.Date     `json:"auto_post_on,omitempty"`
	Reason       string              `json:"reason" personal:"true"`
	Reference    string              `json:"reference,omitempty" personal:"true"`
	Mode         Mode                `json:"mode"`
	Lines        []CreditLine        `json:"lines"`
	Amounts
	Hold   uuid.UUID   `json:"hold,omitzero"`
	Others []uuid.UUID `json:"others,omitempty"`
}

// CreditNoteLinesChanged replaces the lines of a draft credit note, and
// the day on which it is posted by itself: "" when whoever changed them may not
// post.
type CreditNoteLinesChanged struct {
	CreditNote uuid.UUID    `json:"credit_note"`
	Lines      []CreditLine `json:"lines"`
	Amounts
	AutoPostOn aggregates.Date `json:"auto_post_on,omitempty"`
}

// CreditNotePostingRefused says why a draft credit note was not posted on its
// day: the code of the refusal. It is noted once for each reason in turn, and
// tried again until it is posted, edited or discarded.
type CreditNotePostingRefused struct {
	CreditNote uuid.UUID `json:"credit_note"`
	Code       string    `json:"code"`
}

// CreditNotePosted makes a credit note final, with the lines and amounts that
// were decided at posting. Applied went off the invoice's residual, OpenCredit
// is the rest; the two sum to Total. OverCredit is what of Total is beyond what
// the invoice had left, where the company allows that.
type CreditNotePosted struct {
	CreditNote uuid.UUID    `json:"credit_note"`
	Lines      []CreditLine `json:"lines"`
	Amounts
	OverCredit             int64        `json:"over_credit,omitempty"`
	Applied                int64        `json:"applied"`
	OpenCredit             int64        `json:"open_credit"`
	CreditNotePaymentState PaymentState `json:"credit_note_payment_state"`
	ResidualAfter          int64        `json:"residual_after"`
	PaymentStateAfter      PaymentState `json:"payment_state_after"`
	ReplacementInvoice     uuid.UUID    `json:"replacement_invoice,omitzero"`
}

// CreditNoteNumbered gives a credit note its human number.
type CreditNoteNumbered struct {
	CreditNote uuid.UUID `json:"credit_note"`
	Number     string    `json:"number"`
}

// CreditNoteDiscarded ends a draft credit note.
type CreditNoteDiscarded struct {
	CreditNote uuid.UUID `json:"credit_note"`
}

// CreditNotePaidOut is money back to the customer out of the open credit.
type CreditNotePaidOut struct {
	CreditNote    uuid.UUID       `json:"credit_note"`
	Payment       uuid.UUID       `json:"payment"`
	Amount        int64           `json:"amount"`
	PaidOn        aggregates.Date `json:"paid_on"`
	Reference     string          `json:"reference,omitempty" personal:"true"`
	ResidualAfter int64           `json:"residual_after"`
	PaymentState  PaymentState    `json:"payment_state"`
}

// CreditAllocated takes open credit of a credit note for another invoice.
type CreditAllocated struct {
	CreditNote    uuid.UUID    `json:"credit_note"`
	Allocation    uuid.UUID    `json:"allocation"`
	Invoice       uuid.UUID    `json:"invoice"`
	Amount        int64        `json:"amount"`
	ResidualAfter int64        `json:"residual_after"`
	PaymentState  PaymentState `json:"payment_state"`
}

// CreditReturned makes credit open again that the other invoice could not take,
// or gave back.
type CreditReturned struct {
	CreditNote    uuid.UUID    `json:"credit_note"`
	Allocation    uuid.UUID    `json:"allocation"`
	Amount        int64        `json:"amount"`
	ResidualAfter int64        `json:"residual_after"`
	PaymentState  PaymentState `json:"payment_state"`
}

// CreditApplied takes open credit of a posted credit note off its own invoice,
// where something is due again.
type CreditApplied struct {
	CreditNote              uuid.UUID    `json:"credit_note"`
	Amount                  int64        `json:"amount"`
	CreditNoteResidualAfter int64        `json:"credit_note_residual_after"`
	CreditNotePaymentState  PaymentState `json:"credit_note_payment_state"`
	ResidualAfter           int64        `json:"residual_after"`
	PaymentStateAfter       PaymentState `json:"payment_state_after"`
}

// CreditTaken takes credit that was allocated to this invoice off its residual:
// as much as was still due, which may be 0. Home is the invoice that the credit
// note is of.
type CreditTaken struct {
	Allocation        uuid.UUID    `json:"allocation"`
	CreditNote        uuid.UUID    `json:"credit_note"`
	Home              uuid.UUID    `json:"home"`
	Amount            int64        `json:"amount"`
	ResidualAfter     int64        `json:"residual_after"`
	PaymentStateAfter PaymentState `json:"payment_state_after"`
}

// CreditReleased undoes the allocation of a credit to this invoice; it goes back
// to its credit note.
type CreditReleased struct {
	Allocation        uuid.UUID    `json:"allocation"`
	CreditNote        uuid.UUID    `json:"credit_note"`
	Home              uuid.UUID    `json:"home"`
	Amount            int64        `json:"amount"`
	ResidualAfter     int64        `json:"residual_after"`
	PaymentStateAfter PaymentState `json:"payment_state_after"`
}

func (Drafted) invoiceEvent()                  {}
func (LinesChanged) invoiceEvent()             {}
func (Posted) invoiceEvent()                   {}
func (Numbered) invoiceEvent()                 {}
func (Discarded) invoiceEvent()                {}
func (PaymentRegistered) invoiceEvent()        {}
func (PaymentsReleased) invoiceEvent()         {}
func (OpenPaymentReserved) invoiceEvent()      {}
func (OpenPaymentReturned) invoiceEvent()      {}
func (OpenPaymentDeclined) invoiceEvent()      {}
func (CreditHeld) invoiceEvent()               {}
func (CreditHoldReleased) invoiceEvent()       {}
func (CreditNoteDrafted) invoiceEvent()        {}
func (CreditNoteLinesChanged) invoiceEvent()   {}
func (CreditNotePostingRefused) invoiceEvent() {}
func (CreditNotePosted) invoiceEvent()         {}
func (CreditNoteNumbered) invoiceEvent()       {}
func (CreditNoteDiscarded) invoiceEvent()      {}
func (CreditNotePaidOut) invoiceEvent()        {}
func (PaymentRefunded) invoiceEvent()          {}
func (CreditAllocated) invoiceEvent()          {}
func (CreditReturned) invoiceEvent()           {}
func (CreditApplied) invoiceEvent()            {}
func (CreditTaken) invoiceEvent()              {}
func (CreditReleased) invoiceEvent()           {}

// Model is the invoice aggregate: streams "invoice-<id>".
var Model = aggregates.NewModel("invoice", evolve,
	aggregates.Define[Drafted]("invoice-drafted"),
	aggregates.Define[LinesChanged]("invoice-lines-changed"),
	aggregates.Define[Posted]("invoice-posted"),
	aggregates.Define[Numbered]("invoice-numbered"),
	aggregates.Define[Discarded]("invoice-discarded"),
	aggregates.Define[PaymentRegistered]("payment-registered"),
	aggregates.Define[PaymentsReleased]("payments-released"),
	aggregates.Define[OpenPaymentReserved]("open-payment-reserved"),
	aggregates.Define[OpenPaymentReturned]("open-payment-returned"),
	aggregates.Define[OpenPaymentDeclined]("open-payment-declined"),
	aggregates.Define[CreditNoteDrafted]("credit-note-drafted"),
	aggregates.Define[CreditNoteLinesChanged]("credit-note-lines-changed"),
	aggregates.Define[CreditNotePostingRefused]("credit-note-posting-refused"),
	aggregates.Define[CreditNotePosted]("credit-note-posted"),
	aggregates.Define[CreditNoteNumbered]("credit-note-numbered"),
	aggregates.Define[CreditNoteDiscarded]("credit-note-discarded"),
	aggregates.Define[CreditNotePaidOut]("credit-note-paid-out"),
	aggregates.Define[PaymentRefunded]("payment-refunded"),
	aggregates.Define[CreditAllocated]("credit-allocated"),
	aggregates.Define[CreditReturned]("credit-returned"),
	aggregates.Define[CreditApplied]("credit-applied"),
	aggregates.Define[CreditTaken]("credit-taken"),
	aggregates.Define[CreditReleased]("credit-released"),
	aggregates.Define[AccountingDateMoved]("accounting-date-moved"),
	aggregates.Define[CreditHeld]("credit-held"),
	aggregates.Define[CreditHoldReleased]("credit-hold-released"),
)
