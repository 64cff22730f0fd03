package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// invoiceFields are those of an invoice. Amounts are decimal strings in its
// currency; credited is the sum of its posted credit notes, creditable what can
// still be; credits are those of other invoices' credit notes.
type invoiceFields struct {
	Customer     *uuid.UUID          `json:"customer"`
	Journal      *uuid.UUID          `json:"journal"`
	Currency     string              `json:"currency"`
	InvoiceDate  *aggregates.Date    `json:"invoice_date"`
	DueDate      *aggregates.Date    `json:"due_date"`
	Accounting   *aggregates.Date    `json:"accounting_date"`
	Order        *uuid.UUID          `json:"order"`
	TaxRounding  invoice.TaxRounding `json:"tax_rounding"`
	Lines        []invoiceLine       `json:"lines"`
	Untaxed      string              `json:"untaxed"`
	Tax          string              `json:"tax"`
	Total        string              `json:"total"`
	Credited     string              `json:"credited"`
	Creditable   string              `json:"creditable"`
	Residual     string              `json:"residual"`
	PaymentState string              `json:"payment_state"`
	CreditNotes  []uuid.UUID         `json:"credit_notes"`
	Payments     []uuid.UUID         `json:"payments"`
	Credits      []takenCredit       `json:"credits"`
	CopiedFrom   *uuid.UUID          `json:"copied_from"`
}

// invoiceLine shows how much of the line posted credit notes took and left; Rest
// is the amount that they left.
type invoiceLine struct {
	ID uuid.UUID `json:"id"`
	itemFields
	Credited   aggregates.Decimal `json:"credited_quantity"`
	Creditable aggregates.Decimal `json:"creditable_quantity"`
	Rest       string             `json:"creditable"`
	OrderLine  *uuid.UUID         `json:"order_line"`
}

// takenCredit is what a credit note of another invoice took off this one.
type takenCredit struct {
	ID         uuid.UUID `json:"id"`
	CreditNote uuid.UUID `json:"credit_note"`
	Amount     string    `json:"amount"`
}

// itemFields are what a line of an invoice and one of a credit note share.
type itemFields struct {
	Product     *uuid.UUID         `json:"product"`
	Description string             `json:"description"`
	Quantity    aggregates.Decimal `json:"quantity"`
	UnitPrice   string             `json:"unit_price"`
	Discount    aggregates.Decimal `json:"discount"`
	Taxes       []tax              `json:"taxes"`
	Untaxed     string             `json:"untaxed"`
	Tax         string             `json:"tax"`
	Total       string             `json:"total"`
}

// itemOf shows prices as they were agreed and amounts as they were rounded then.
func itemOf(i invoice.Item, a invoice.Amounts, c aggregates.Currency) itemFields {
	return itemFields{
		Product: ref(i.Product), Description: i.Description, Quantity: i.Quantity,
		UnitPrice: price(i.UnitPrice, c), Discount: i.Discount,
		Taxes:   mapped(i.Taxes, func(t invoice.Tax) tax { return taxOf(t.Name, t.Rate, t.Fixed, t.Included, c) }),
		Untaxed: amount(a.Untaxed, c), Tax: amount(a.Tax, c), Total: amount(a.Total, c),
	}
}

// viewInvoices shows an invoice, its credit notes and the payments of both.
func viewInvoices(s invoice.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	all := []Document{viewInvoice(s)}
	for _, p := range s.Payments {
		all = append(all, viewPayment(s, p))
		for _, r := range p.Refunds {
			all = append(all, viewRefund(s, p, r.Payment()))
		}
	}
	for _, n := range s.CreditNotes {
		all = append(all, viewCreditNote(s.ID, n))
		for _, p := range n.Payouts {
			all = append(all, viewPayout(n, p))
		}
	}
	return all
}

// viewInvoice lists drafts and discarded credit notes too: they are made from it,
// even if they take nothing off.
func viewInvoice(s invoice.State) Document {
	c, credited := s.Currency, s.Credited().Total
	f := invoiceFields{
		Customer: ref(s.Customer), Journal: ref(s.Journal.ID), Currency: c.Code(), InvoiceDate: text(s.InvoiceDate), DueDate: text(s.Due()), Accounting: text(s.AccountingDate),
		Order: ref(s.Order), TaxRounding: s.TaxRounding, Lines: make([]invoiceLine, 0, len(s.Lines)),
		Untaxed: amount(s.Untaxed, c), Tax: amount(s.Tax, c), Total: amount(s.Total, c),
		Credited: amount(credited, c), Creditable: amount(s.Creditable().Total, c),
		Residual: amount(s.Residual, c), PaymentState: string(s.PaymentState),
		CreditNotes: mapped(s.CreditNotes, func(n invoice.CreditNote) uuid.UUID { return n.ID }),
		Payments:    mapped(s.Payments, func(p invoice.Payment) uuid.UUID { return p.ID }),
		Credits:     make([]takenCredit, 0, len(s.Credits)),
		CopiedFrom:  ref(s.CopiedFrom),
	}
	for _, t := range s.Credits {
		if !t.Released {
			f.Credits = append(f.Credits, takenCredit{t.ID, t.CreditNote, amount(t.Amount, c)})
		}
	}
	var (
		quantity aggregates.Decimal
		rows     []line
	)
	for _, l := range s.Lines {
		quantity = quantity.Plus(l.Quantity)
		f.Lines = append(f.Lines, invoiceLine{
			ID: l.ID, itemFields: itemOf(l.Item, l.Amounts, c),
			Credited: l.CreditedQuantity, Creditable: l.Creditable(), Rest: amount(l.Left().Total, c), OrderLine: ref(l.OrderLine),
		})
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Origin: ref(l.OrderLine), Quantity: l.Quantity,
			Credited: &l.CreditedQuantity, Currency: text(c.Code()), Untaxed: &l.Untaxed, Tax: &l.Tax, Total: &l.Total,
		})
	}
	return Document{
		Kind: "invoice", ID: s.ID, Number: s.Number, State: string(s.Status),
		Customer: s.Customer, Entity: s.Entity, source: s.Order, lines: rows,
		columns: columns{
			Currency: c, Untaxed: &s.Untaxed, Tax: &s.Tax, Total: &s.Total, Residual: &s.Residual, Quantity: &quantity,
		},
	}.with(f)
}
