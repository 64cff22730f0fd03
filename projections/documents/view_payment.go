package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// paymentFields are those of a payment: direction "in" names the invoice that it
// was for, "out" the credit note that it came from. Open is what no invoice has
// since the payment was released, allocations are those that took some of it
// since, refunds what went back to the customer, origin the payment that open
// money came from. RefundOf is the payment that this one gave back money of.
type paymentFields struct {
	Direction  string          `json:"direction"`
	Invoice    *uuid.UUID      `json:"invoice"`
	CreditNote *uuid.UUID      `json:"credit_note"`
	Customer   *uuid.UUID      `json:"customer"`
	Currency   string          `json:"currency"`
	Amount     string          `json:"amount"`
	PaidOn     aggregates.Date `json:"paid_on"`
	Reference  *string         `json:"reference"`
	Open       string          `json:"open"`
	Origin     *uuid.UUID      `json:"origin"`
	RefundOf   *uuid.UUID      `json:"refund_of"`
	Refunds    []uuid.UUID     `json:"refunds"`
	Allocated  []allocation    `json:"allocations"`
}

// allocation is open money that another invoice has; its id is that of a payment.
type allocation struct {
	Payment uuid.UUID `json:"payment"`
	Invoice uuid.UUID `json:"invoice"`
	Amount  string    `json:"amount"`
}

// viewPayment shows money from the customer, in the states of Payment.Status.
func viewPayment(s invoice.State, p invoice.Payment) Document {
	d := payment(p, s.Currency, s.Customer, s.Entity, paymentFields{Direction: "in", Invoice: ref(s.ID)})
	if open := p.Open(); open > 0 {
		d.columns.Residual = &open
	}
	return d
}

// viewPayout shows money back to the customer out of a credit note.
func viewPayout(n invoice.CreditNote, p invoice.Payment) Document {
	d := payment(p, n.Currency, n.Customer, n.Entity, paymentFields{Direction: "out", CreditNote: ref(n.ID)})
	d.Ticket = n.Ticket
	return d
}

// viewRefund shows money back to the customer out of a payment.
func viewRefund(s invoice.State, from, p invoice.Payment) Document {
	return payment(p, s.Currency, s.Customer, s.Entity, paymentFields{Direction: "out", Invoice: ref(s.ID), RefundOf: ref(from.ID)})
}

func payment(p invoice.Payment, c aggregates.Currency, customer, entity uuid.UUID, f paymentFields) Document {
	f.Customer, f.Currency, f.Amount = ref(customer), c.Code(), amount(p.Amount, c)
	f.PaidOn, f.Reference, f.Open, f.Origin = p.PaidOn, text(p.Reference), amount(p.Open(), c), ref(p.Origin)
	f.Allocated = mapped(p.Allocations, func(a invoice.Allocation) allocation {
		return allocation{Payment: a.ID, Invoice: a.Invoice, Amount: amount(a.Amount, c)}
	})
	f.Refunds = mapped(p.Refunds, func(r invoice.Refund) uuid.UUID { return r.ID })
	d := Document{
		Kind: "payment", ID: p.ID, State: p.Status(), Customer: customer, Entity: entity,
		columns: columns{Currency: c, Total: &p.Amount},
	}.with(f)
	if f.Invoice != nil {
		d.source = *f.Invoice
	}
	return d
}
