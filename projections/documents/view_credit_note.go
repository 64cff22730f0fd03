package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// creditNoteFields are those of a credit note. Residual is what is still to be
// given back, of a draft its total; payments are those to the customer. OverCredit
// is what of a posted one is beyond what the invoice had left; allocations are
// what other invoices have of it, goodwill is what it
// credits besides the lines.
type creditNoteFields struct {
	Invoice      uuid.UUID          `json:"invoice"`
	Customer     *uuid.UUID         `json:"customer"`
	Journal      *uuid.UUID         `json:"journal"`
	Currency     string             `json:"currency"`
	ReversalDate *aggregates.Date   `json:"reversal_date"`
	DueDate      *aggregates.Date   `json:"due_date"`
	Accounting   *aggregates.Date   `json:"accounting_date"`
	AutoPostOn   *aggregates.Date   `json:"auto_post_on"`
	Refused      *string            `json:"auto_post_refused"`
	Reason       *string            `json:"reason"`
	Reference    *string            `json:"reference"`
	Mode         invoice.Mode       `json:"mode"`
	Lines        []creditLine       `json:"lines"`
	Goodwill     []goodwillLine     `json:"goodwill"`
	Untaxed      string             `json:"untaxed"`
	Tax          string             `json:"tax"`
	Total        string             `json:"total"`
	OverCredit   string             `json:"over_credit"`
	Residual     string             `json:"residual"`
	PaymentState string             `json:"payment_state"`
	Payments     []uuid.UUID        `json:"payments"`
	Allocated    []creditAllocation `json:"allocations"`
	Replacement  *uuid.UUID         `json:"replacement_invoice"`
}

// creditLine credits a quantity of one line of the invoice.
type creditLine struct {
	ID          uuid.UUID `json:"id"`
	InvoiceLine uuid.UUID `json:"invoice_line"`
	itemFields
	Reinvoice bool `json:"reinvoice"` // the order line is to be invoiced again
}

// goodwillLine credits an amount of the lines that have its taxes.
type goodwillLine struct {
	ID          uuid.UUID `json:"id"`
	Description string    `json:"description"`
	Taxes       []tax     `json:"taxes"`
	Untaxed     string    `json:"untaxed"`
	Tax         string    `json:"tax"`
	Total       string    `json:"total"`
}

// creditAllocation is open credit that another invoice has.
type creditAllocation struct {
	ID      uuid.UUID `json:"id"`
	Invoice uuid.UUID `json:"invoice"`
	Amount  string    `json:"amount"`
}

// viewCreditNote shows amounts as positive numbers: the kind says which way the
// money goes.
func viewCreditNote(inv uuid.UUID, n invoice.CreditNote) Document {
	c := n.Currency
	f := creditNoteFields{
		Invoice: inv, Customer: ref(n.Customer), Journal: ref(n.Journal.ID), Currency: c.Code(),
		ReversalDate: text(n.ReversalDate), DueDate: text(n.ReversalDate), Accounting: text(n.AccountingDate), AutoPostOn: text(n.AutoPostOn), Refused: text(n.AutoPostRefused), Reason: text(n.Reason), Reference: text(n.Reference), Mode: n.Mode,
		Lines:    make([]creditLine, 0, len(n.Lines)),
		Goodwill: []goodwillLine{},
		Untaxed:  amount(n.Untaxed, c), Tax: amount(n.Tax, c), Total: amount(n.Total, c),
		OverCredit: amount(n.OverCredit, c), Residual: amount(n.Residual, c), PaymentState: string(n.PaymentState),
		Payments:    mapped(n.Payouts, func(p invoice.Payment) uuid.UUID { return p.ID }),
		Replacement: ref(n.ReplacementInvoice),
		Allocated:   make([]creditAllocation, 0, len(n.Allocations)),
	}
	for _, a := range n.Allocations {
		if a.Amount > 0 {
			f.Allocated = append(f.Allocated, creditAllocation{a.ID, a.Invoice, amount(a.Amount, c)})
		}
	}
	var (
		quantity aggregates.Decimal
		rows     []line
	)
	for _, l := range n.Lines {
		quantity = quantity.Plus(l.Quantity)
		if item := itemOf(l.Item, l.Amounts, c); l.InvoiceLine != uuid.Nil {
			f.Lines = append(f.Lines, creditLine{l.ID, l.InvoiceLine, item, l.Reinvoice})
		} else {
			f.Goodwill = append(f.Goodwill, goodwillLine{l.ID, item.Description, item.Taxes, item.Untaxed, item.Tax, item.Total})
		}
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Origin: ref(l.InvoiceLine), Quantity: l.Quantity,
			Currency: text(c.Code()), Untaxed: &l.Untaxed, Tax: &l.Tax, Total: &l.Total,
		})
	}
	return Document{
		Kind: "credit_note", ID: n.ID, Number: n.Number, State: string(n.Status), Ticket: n.Ticket,
		Customer: n.Customer, Entity: n.Entity, source: inv, lines: rows,
		columns: columns{
			Currency: c, Untaxed: &n.Untaxed, Tax: &n.Tax, Total: &n.Total, Residual: &n.Residual, Quantity: &quantity,
		},
	}.with(f)
}
