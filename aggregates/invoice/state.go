package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// State is an invoice as folded from its events; ID is nil before the first.
// Of a draft the residual is the total and the payment state not_paid.
type State struct {
	ID          uuid.UUID
	Number      string
	Status      Status
	Customer    uuid.UUID
	Entity      uuid.UUID
	Journal     Journal
	Currency    aggregates.Currency
	Order       uuid.UUID
	InvoiceDate aggregates.Date
	TaxRounding TaxRounding
	Lines       []LineState
	Amounts
	Residual     int64
	PaymentState PaymentState
	Payments     []Payment
	CreditNotes  []CreditNote
	CopiedFrom   uuid.UUID
	Held         Hold `json:",omitzero"` // by a command that credits several invoices; without ID: by none
}

// LineState is a line with what posted credit notes took of it. Reduced says
// that one of them did so below the line's price.
type LineState struct {
	Line
	CreditedQuantity aggregates.Decimal
	Credited         Amounts
	Reduced          bool
}

// Payment is money of the customer for the invoice, or money back to them out
// of a credit note. A released payment no longer counts for the invoice: it is
// open until other invoices have taken it. Origin is the payment of another
// invoice whose open money this one is. A payment of 0 was declined.
type Payment struct {
	ID          uuid.UUID
	Amount      int64
	PaidOn      aggregates.Date
	Reference   string
	Origin      uuid.UUID
	Released    bool
	Allocations []Allocation
}

// Allocation is open money of a payment that another invoice has; there it is a
// payment with the allocation's id.
type Allocation struct {
	ID      uuid.UUID
	Invoice uuid.UUID
	Amount  int64
}

// CreditNote is a credit note of the invoice. Residual is its open credit once
// it is posted; of a draft it is the total. Applied went off the invoice.
// OverCredit is what of a posted one is beyond what the invoice had left.
type CreditNote struct {
	ID           uuid.UUID
	Number       string
	Status       Status
	Ticket       uuid.UUID
	Customer     uuid.UUID
	Entity       uuid.UUID
	Journal      Journal
	Currency     aggregates.Currency
	ReversalDate aggregates.Date
	AutoPostOn   aggregates.Date
	Reason       string
	Mode         Mode
	Hold         uuid.UUID
	Lines        []CreditLine
	Amounts
	OverCredit         int64
	Applied            int64
	Residual           int64
	PaymentState       PaymentState
	Payouts            []Payment
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

// Creditable is the quantity of the line that is not credited yet.
func (l LineState) Creditable() aggregates.Decimal { return max(0, l.Quantity-l.CreditedQuantity) }

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
