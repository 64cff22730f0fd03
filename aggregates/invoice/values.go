package invoice

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Status is the state of an invoice or of a credit note.
type Status string

// The states; posted and discarded are final.
const (
	StatusDraft     Status = "draft"
	StatusPosted    Status = "posted"
	StatusDiscarded Status = "discarded"
)

// PaymentState says how far a document is settled.
type PaymentState string

// The payment states; only an invoice can be reversed.
const (
	NotPaid  PaymentState = "not_paid"
	Partial  PaymentState = "partial"
	Paid     PaymentState = "paid"
	Reversed PaymentState = "reversed"
)

// Mode is the button that a credit note was made with.
type Mode string

// The two confirm buttons of the refund dialog.
const (
	Reverse                 Mode = "reverse"
	ReverseAndCreateInvoice Mode = "reverse_and_create_invoice"
)

// Cap says what bounds the credit notes of an invoice: a switch of the company.
type Cap bool

// The caps: credits stay within the invoice, or may go beyond its quantities, as
// some laws allow. A price above the invoice's no cap allows.
const (
	WithinInvoice Cap = false
	OverCredit    Cap = true
)

// Journal is the accounting journal of a document, as it was then. An invoice
// and its credit notes have journals of one type.
type Journal struct {
	ID   uuid.UUID `json:"journal"`
	Code string    `json:"journal_code"`
	Type string    `json:"journal_type"`
}

// Tax is a percentage of the base (Rate) or an amount per unit in whole units
// of the currency (Fixed); the unit price includes it or not.
type Tax struct {
	Name     string             `json:"name"`
	Rate     aggregates.Decimal `json:"rate"`
	Fixed    aggregates.Decimal `json:"fixed,omitzero"`
	Included bool               `json:"included"`
}

// Item is what a line sells. UnitPrice is in whole units of the currency,
// Discount a percentage from 0 to 100.
type Item struct {
	Product     uuid.UUID          `json:"product,omitzero"`
	Description string             `json:"description"`
	Quantity    aggregates.Decimal `json:"quantity"`
	UnitPrice   aggregates.Decimal `json:"unit_price"`
	Discount    aggregates.Decimal `json:"discount"`
	Taxes       []Tax              `json:"taxes"`
}

// Amounts are in minor units; Total is Untaxed and Tax together.
type Amounts struct {
	Untaxed int64 `json:"untaxed"`
	Tax     int64 `json:"tax"`
	Total   int64 `json:"total"`
}

// Plus is the sum, amount by amount.
func (a Amounts) Plus(b Amounts) Amounts {
	return Amounts{a.Untaxed + b.Untaxed, a.Tax + b.Tax, a.Total + b.Total}
}

// within is as much of the untaxed amount and of the tax as most has.
func (a Amounts) within(most Amounts) Amounts {
	untaxed, tax := min(a.Untaxed, most.Untaxed), min(a.Tax, most.Tax)
	return Amounts{untaxed, tax, untaxed + tax}
}

// Line is a priced line of an invoice; its id is unique in the invoice.
type Line struct {
	ID uuid.UUID `json:"id"`
	Item
	OrderLine uuid.UUID `json:"order_line,omitzero"`
	Amounts
}

// CreditLine gives back a quantity of one line of the invoice, with that
// line's product, discount and taxes, or, without invoice line, product and
// quantity, an amount (goodwill) in shares of the lines that have its taxes.
// Waived is what a lowered price leaves of the quantity's share.
// Reinvoice says that the order line is to be invoiced again: see State.Billed.
type CreditLine struct {
	ID          uuid.UUID `json:"id"`
	InvoiceLine uuid.UUID `json:"invoice_line,omitzero"`
	Item
	Amounts
	Waived    Amounts `json:"waived,omitzero"`
	Shares    []Share `json:"shares,omitempty"`
	Reinvoice bool    `json:"reinvoice"`
}

// Share is what goodwill takes of a line of the invoice.
type Share struct {
	InvoiceLine uuid.UUID `json:"invoice_line"`
	Amounts
}
