package onlineretail

import (
	"encoding/json"

	"aftersales/aggregates"
)

// Report is what an import made of a file. It tells of that file alone, and the
// same at every run. A cancelled line counts as credited when something of it
// was matched, and as unmatched when not all of it was.
type Report struct {
	Documents               int      `json:"documents"`
	Customers               int      `json:"customers"`
	Products                int      `json:"products"`
	Invoices                int      `json:"invoices"`
	InvoiceLines            int      `json:"invoice_lines"`
	InvoiceTotal            amount   `json:"invoice_total"`
	Deliveries              int      `json:"deliveries"`
	DeliveredQuantity       quantity `json:"delivered_quantity"`
	SkippedDocumentsNoCust  int      `json:"skipped_documents_no_customer"`
	SkippedLinesNotPositive int      `json:"skipped_lines_not_positive"`
	Tickets                 int      `json:"tickets"`
	CreditNotes             int      `json:"credit_notes"`
	CreditedLines           int      `json:"credited_lines"`
	CreditedQuantity        quantity `json:"credited_quantity"`
	CreditedTotal           amount   `json:"credited_total"`
	Returns                 int      `json:"returns"`
	ReturnedQuantity        quantity `json:"returned_quantity"`
	UnmatchedLines          int      `json:"unmatched_lines"`
	UnmatchedQuantity       quantity `json:"unmatched_quantity"`
}

// currency is that of all amounts.
const currency aggregates.Currency = "GBP"

// amount is in pence; in JSON a decimal string of pounds.
type amount int64

// MarshalText writes pounds and pence: "19.90".
func (a amount) MarshalText() ([]byte, error) {
	return []byte(aggregates.Money{Minor: int64(a), Currency: currency}.Amount()), nil
}

// quantity is in pieces; in JSON a number.
type quantity aggregates.Decimal

// MarshalJSON writes the exact number.
func (q quantity) MarshalJSON() ([]byte, error) {
	return json.Marshal(json.Number(aggregates.Decimal(q).String()))
}

// extend is a quantity times a price.
func extend(q, price aggregates.Decimal) amount {
	return amount(aggregates.Extend(q, price, 0, currency))
}

// sale counts a sale.
func (r *Report) sale(d document) {
	r.Invoices++
	var goods quantity
	for _, l := range d.lines {
		r.InvoiceLines++
		r.InvoiceTotal += extend(l.quantity, l.price)
		if !service(l.code) {
			goods += quantity(l.quantity)
		}
	}
	if goods > 0 {
		r.Deliveries++
		r.DeliveredQuantity += goods
	}
}

// cancellation counts a cancellation that was matched.
func (r *Report) cancellation(d document, p plan) {
	r.Tickets++
	for i, l := range d.lines {
		matched := p.of(i)
		if matched > 0 {
			r.CreditedLines++
		}
		if rest := l.quantity - matched; rest > 0 {
			r.UnmatchedLines++
			r.UnmatchedQuantity += quantity(rest)
		}
	}
	for _, credit := range p.credits() {
		r.CreditNotes++
		for _, t := range credit.lines {
			r.CreditedQuantity += quantity(t.quantity)
			r.CreditedTotal += extend(t.quantity, t.price)
		}
	}
	for _, back := range p.goods().credits() {
		r.Returns++
		for _, t := range back.lines {
			r.ReturnedQuantity += quantity(t.quantity)
		}
	}
}
