package invoice

import (
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// DraftInvoice is the wish for a new invoice. Entity defaults to the customer,
// TaxRounding to per_document.
type DraftInvoice struct {
	ID          uuid.UUID
	Number      string // from outside, optional: its number once it is posted
	Customer    uuid.UUID
	Entity      uuid.UUID // the customer's commercial entity
	Journal     Journal
	Currency    aggregates.Currency
	Order       uuid.UUID       // optional
	InvoiceDate aggregates.Date // optional: posting then takes its own day
	DueDate     aggregates.Date // optional: the invoice's own date; not before that
	TaxRounding TaxRounding
	Lines       []DraftLine // at least one
	CopiedFrom  uuid.UUID   // optional
}

// DraftLine is the wish for an invoice line. Without an id it gets one that
// derives from the invoice's and its place; Product or Description is needed.
type DraftLine struct {
	ID uuid.UUID
	Item
	OrderLine uuid.UUID // optional
}

// Draft begins the invoice and computes its amounts. It refuses with
// already_exists, or with all faults of the wish at once.
func (s State) Draft(d DraftInvoice) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	if d.Entity == uuid.Nil {
		d.Entity = d.Customer
	}
	d.Number = strings.TrimSpace(d.Number)
	if d.TaxRounding == "" {
		d.TaxRounding = PerDocument
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	lines, total, err := priceLines(d.ID, d.Lines, d.Currency, d.TaxRounding)
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{Drafted{
		Invoice: d.ID, Number: d.Number, Customer: d.Customer, Entity: d.Entity, Journal: d.Journal,
		Currency: d.Currency, Order: d.Order, InvoiceDate: d.InvoiceDate, DueDate: d.DueDate, TaxRounding: d.TaxRounding,
		Lines: lines, Amounts: total, CopiedFrom: d.CopiedFrom,
	}}, nil
}

// ChangeLines replaces the lines of the draft invoice: invoice_not_draft,
// or the faults of the lines as in Draft.
func (s State) ChangeLines(lines []DraftLine) ([]aggregates.Event, error) {
	if err := s.mustBe(StatusDraft, "invoice_not_draft"); err != nil {
		return nil, err
	}
	var fields check.Fields
	checkLines(&fields, lines)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	priced, total, err := priceLines(s.ID, lines, s.Currency, s.TaxRounding)
	if err != nil {
		return nil, err
	}
	if reflect.DeepEqual(s.withLines(priced, total).Lines, s.Lines) {
		return nil, nil
	}
	return []aggregates.Event{LinesChanged{Lines: priced, Amounts: total}}, nil
}

// CopyFor is the wish for the draft invoice that replaces this one: the
// same lines, customer and journal, but no number and no dates.
func (s State) CopyFor(replacement uuid.UUID) DraftInvoice {
	d := DraftInvoice{
		ID: replacement, Customer: s.Customer, Entity: s.Entity, Journal: s.Journal, Currency: s.Currency,
		Order: s.Order, TaxRounding: s.TaxRounding, CopiedFrom: s.ID,
	}
	for _, l := range s.Lines {
		d.Lines = append(d.Lines, DraftLine{Item: l.Item, OrderLine: l.OrderLine})
	}
	return d
}

// priceLines makes invoice lines of drafts that checkLines let pass. Their
// taxes are never nil, so that they are a list in JSON.
func priceLines(invoice uuid.UUID, drafts []DraftLine, c aggregates.Currency, r TaxRounding) ([]Line, Amounts, error) {
	lines, items := make([]Line, len(drafts)), make([]Item, len(drafts))
	for i, d := range drafts {
		if d.ID == uuid.Nil {
			d.ID = aggregates.DeriveID(invoice.String(), "line", strconv.Itoa(i))
		}
		d.Taxes = append([]Tax{}, d.Taxes...)
		lines[i], items[i] = Line{ID: d.ID, Item: d.Item, OrderLine: d.OrderLine}, d.Item
	}
	amounts, total, err := price(items, c, r)
	if err != nil {
		return nil, Amounts{}, err
	}
	for i := range lines {
		lines[i].Amounts = amounts[i]
	}
	return lines, total, nil
}

// check notes every wrong field, by its path in the request's body.
func (d DraftInvoice) check() error {
	_, known := d.Currency.Digits()
	var fields check.Fields
	fields.Refuse(d.ID == uuid.Nil, "id", "required")
	fields.Within(check.MaxName, "number", d.Number)
	fields.Refuse(d.Customer == uuid.Nil, "customer", "customer_required")
	fields.Refuse(d.Journal.ID == uuid.Nil, "journal", "journal_required")
	fields.Refuse(d.Currency == "", "currency", "required")
	fields.Refuse(d.Currency != "" && !known, "currency", "invalid_value")
	fields.Refuse(d.TaxRounding != PerLine && d.TaxRounding != PerDocument, "tax_rounding", "invalid_value")
	fields.Refuse(d.DueDate != "" && d.DueDate.Before(d.InvoiceDate), "due_date", "invalid_value")
	checkLines(&fields, d.Lines)
	return fields.Err()
}

// checkLines refuses with required, too_long, duplicate_line, quantity_not_positive,
// negative_price, tax_exceeds_price, and invalid_value for a discount outside 0
// to 100 or a tax that is negative or both percent and fixed. A price of 0 and
// a tax of 0 percent are fine.
func checkLines(fields *check.Fields, lines []DraftLine) {
	fields.Refuse(len(lines) == 0, "lines", "required")
	seen := map[uuid.UUID]bool{}
	for i, l := range lines {
		at := fmt.Sprintf("lines[%d].", i)
		fields.Refuse(l.ID != uuid.Nil && seen[l.ID], at+"id", "duplicate_line")
		fields.Refuse(l.Product == uuid.Nil && l.Description == "", at+"product", "required")
		fields.Within(check.MaxText, at+"description", l.Description)
		fields.Refuse(l.Quantity <= 0, at+"quantity", "quantity_not_positive")
		fields.Refuse(l.UnitPrice < 0, at+"unit_price", "negative_price")
		fields.Refuse(l.Discount < 0 || l.Discount > aggregates.NewDecimal(100), at+"discount", "invalid_value")
		for j, t := range l.Taxes {
			tax := fmt.Sprintf("%staxes[%d].", at, j)
			fields.Refuse(t.Name == "", tax+"name", "required")
			fields.Within(check.MaxName, tax+"name", t.Name)
			fields.Refuse(t.Rate < 0 || t.Rate > 0 && t.Fixed != 0, tax+"rate", "invalid_value")
			fields.Refuse(t.Fixed < 0, tax+"fixed", "invalid_value")
		}
		fields.Refuse(l.UnitPrice >= 0 && l.taxedAbovePrice(), at+"taxes", "tax_exceeds_price")
		seen[l.ID] = true
	}
}

// taxedAbovePrice says whether the fixed taxes that the price should include
// are more than the price less its discount.
func (i Item) taxedAbovePrice() bool {
	rest := new(big.Rat).Mul(i.UnitPrice.Rat(), (aggregates.NewDecimal(100) - i.Discount).Rat())
	for _, t := range i.Taxes {
		if t.Included {
			rest.Sub(rest, new(big.Rat).Mul(t.Fixed.Rat(), big.NewRat(100, 1)))
		}
	}
	return rest.Sign() < 0
}
