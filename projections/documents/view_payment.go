package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// paymentFields are those of a payment: direction "in" names the invoice that it
// was for, "out" the credit note that it came from.
type paymentFields struct {
	Direction  string              `json:"direction"`
	Invoice    *uuid.UUID          `json:"invoice"`
	CreditNote *uuid.UUID          `json:"credit_note"`
	Customer   *uuid.UUID          `json:"customer"`
	Currency   aggregates.Currency `json:"currency"`
	Amount     string              `json:"amount"`
	PaidOn     aggregates.Date     `json:"paid_on"`
	Reference  *string             `json:"reference"`
}

// viewPayment shows money from the customer: "allocated" to the invoice, or
// "open" again after its allocation was undone.
func viewPayment(s invoice.State, p invoice.Payment) Document {
	d := payment(p, s.Currency, s.Customer, s.Entity, paymentFields{Direction: "in", Invoice: ref(s.ID)})
	if p.Released {
		d.State = "open"
		d.columns.Residual = &p.Amount
	}
	return d
}

// viewPayout shows money back to the customer out of a credit note.
func viewPayout(n invoice.CreditNote, p invoice.Payment) Document {
	d := payment(p, n.Currency, n.Customer, n.Entity, paymentFields{Direction: "out", CreditNote: ref(n.ID)})
	d.Ticket = n.Ticket
	return d
}

func payment(p invoice.Payment, c aggregates.Currency, customer, entity uuid.UUID, f paymentFields) Document {
	f.Customer, f.Currency, f.Amount = ref(customer), c, amount(p.Amount, c)
	f.PaidOn, f.Reference = p.PaidOn, text(p.Reference)
	return Document{
		Kind: "payment", ID: p.ID, State: "allocated", Customer: customer, Entity: entity,
		columns: columns{Currency: c, Total: &p.Amount},
	}.with(f)
}
