package invoice

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// State is an invoice as folded from its events; ID is nil before the first.
// Of a draft the residual is the total and the payment state not_paid.
// OutsideNumber is the number that it brought, and has from its posting on.
type State struct {
	ID            uuid.UUID
	Number        string
	OutsideNumber string

	Status      Status
	Customer    uuid.UUID
	Entity      uuid.UUID
	Journal     Journal
	Currency    aggregates.Currency
	Order       uuid.UUID
	InvoiceDate aggregates.Date
	DueDate     aggregates.Date // as it was told, see Due
	// AccountingDate is the day that it counts on in the books: its own, or the
	// first open one after days that were locked when it was posted.
	AccountingDate aggregates.Date
	TaxRounding    TaxRounding
	Lines          []LineState
	Amounts
	Residual     int64
	PaymentState PaymentState
	Payments     []Payment
	Credits      []TakenCredit
	CreditNotes  []CreditNote
	CopiedFrom   uuid.UUID
	Held         Hold `json:",omitzero"` // by a command that credits several invoices; without ID: by none
}

// LineState is a line with what posted credit notes took of it. Credited is all
// of that, Goodwill what of it had no quantity. Waived is what lowered prices
// left of their quantities' shares.
type LineState struct {
	Line
	CreditedQuantity aggregates.Decimal
	Credited         Amounts
	Goodwill         Amounts
	Waived           Amounts
}

// Payment is money of the customer for the invoice, or money back to them out
// of a credit note or of another payment. A released payment no longer counts
// for the invoice: it is open until other invoices have taken it, or it went
// back in Refunds. Origin is the payment of another invoice whose open money
// this one is. A payment of 0 was declined.
type Payment struct {
	ID          uuid.UUID
	Amount      int64
	PaidOn      aggregates.Date
	Reference   string
	Origin      uuid.UUID
	Released    bool
	Allocations []Allocation
	Refunds     []Refund
}

// Refund is open money of a payment that went back to the customer, as a payment
// of its own.
type Refund struct {
	ID        uuid.UUID
	Amount    int64
	PaidOn    aggregates.Date
	Reference string
}

// Payment is the refund as the payment that it is.
func (r Refund) Payment() Payment {
	return Payment{ID: r.ID, Amount: r.Amount, PaidOn: r.PaidOn, Reference: r.Reference}
}

// TakenCredit is open credit of another invoice's credit note that this invoice
// took; that invoice is its Home, where it is an allocation of this id. Released
// credit no longer counts here.
type TakenCredit struct {
	ID         uuid.UUID
	CreditNote uuid.UUID
	Home       uuid.UUID
	Amount     int64
	Released   bool
}

// Allocation is open money of a payment, or open credit of a credit note, that
// another invoice has; there it is a payment or a taken credit with the
// allocation's id.
type Allocation struct {
	ID      uuid.UUID
	Invoice uuid.UUID
	Amount  int64
}

// refunds are the payment's refunds as the payments that they are.
func (p Payment) refunds() (all []Payment) {
	for _, r := range p.Refunds {
		all = append(all, r.Payment())
	}
	return all
}

// CreditNote is a credit note of the invoice. Residual is its open credit once
// it is posted; of a draft it is the total. Applied went off the invoice.
// OverCredit is what of a posted one is beyond what the invoice had left.
type CreditNote struct {
	ID             uuid.UUID
	Number         string
	Status         Status
	Ticket         uuid.UUID
	Customer       uuid.UUID
	Entity         uuid.UUID
	Journal        Journal
	Currency       aggregates.Currency
	ReversalDate   aggregates.Date
	AccountingDate aggregates.Date // as an invoice's
	AutoPostOn     aggregates.Date
	// AutoPostRefused is the code for which a draft was not posted on its day.
	AutoPostRefused string
	Reason          string
	Reference       string
	Mode            Mode
	Hold            uuid.UUID
	Lines           []CreditLine
	Amounts
	OverCredit         int64
	Applied            int64
	Residual           int64
	PaymentState       PaymentState
	Payouts            []Payment
	Allocations        []Allocation
	ReplacementInvoice uuid.UUID
}

// CreditNote finds a credit note of the invoice, in any state.
func (s State) CreditNote(id uuid.UUID) (CreditNote, bool) {
	i := slices.IndexFunc(s.CreditNotes, func(n CreditNote) bool { return n.ID == id })
	if i < 0 {
		return CreditNote{}, false
	}
	return s.CreditNotes[i], true
}

// Credited is the sum of the posted credit notes.
func (s State) Credited() Amounts {
	var sum Amounts
	for _, n := range s.CreditNotes {
		if n.Status == StatusPosted {
			sum = sum.Plus(n.Amounts)
		}
	}
	return sum
}

// Due is the day on which the invoice is to be paid: that which was told, else its
// own; "" of a draft without either.
func (s State) Due() aggregates.Date { return cmp.Or(s.DueDate, s.InvoiceDate) }

// Creditable is the quantity of the line that is not credited yet.
func (l LineState) Creditable() aggregates.Decimal { return max(0, l.Quantity-l.CreditedQuantity) }

// Left is what can still be credited of the line, as an amount if no quantity is
// left.
func (l LineState) Left() Amounts {
	untaxed, tax := max(0, l.Untaxed-l.Credited.Untaxed), max(0, l.Tax-l.Credited.Tax)
	return Amounts{untaxed, tax, untaxed + tax}
}

// Rest is what of that quantities can have: what is neither credited nor waived.
func (l LineState) Rest() Amounts {
	untaxed := max(0, l.Untaxed-l.Credited.Untaxed-l.Waived.Untaxed)
	tax := max(0, l.Tax-l.Credited.Tax-l.Waived.Tax)
	return Amounts{untaxed, tax, untaxed + tax}
}

// lineByID are the places of the lines by their ids.
func (s State) lineByID() map[uuid.UUID]int {
	places := make(map[uuid.UUID]int, len(s.Lines))
	for i := range s.Lines {
		places[s.Lines[i].ID] = i
	}
	return places
}

// find is CreditNote for rules.
func (s State) find(creditNote uuid.UUID) (CreditNote, error) {
	n, ok := s.CreditNote(creditNote)
	if !ok {
		return CreditNote{}, aggregates.Refuse("credit_note_not_found")
	}
	return n, nil
}

// mustBe refuses with the code unless the invoice is in the given status.
func (s State) mustBe(status Status, code string) error {
	if s.ID == uuid.Nil {
		return aggregates.Refuse("invoice_not_found")
	}
	if s.Status != status {
		return aggregates.Refuse(code)
	}
	return nil
}
