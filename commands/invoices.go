package commands

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/order"
)

// InvoiceLine is a line of an invoice as it is sent.
type InvoiceLine struct {
	ID          uuid.UUID           `json:"id"`
	Product     uuid.UUID           `json:"product"`
	Description string              `json:"description"`
	Quantity    aggregates.Decimal  `json:"quantity"`
	UnitPrice   *aggregates.Decimal `json:"unit_price"`
	Discount    aggregates.Decimal  `json:"discount"`
	Taxes       []invoice.Tax       `json:"taxes"`
	OrderLine   uuid.UUID           `json:"order_line"`
}

// DraftInvoice reports an invoice; with Post it is posted at once.
type DraftInvoice struct {
	ID          *uuid.UUID          `json:"id"`
	Customer    uuid.UUID           `json:"customer"`
	Journal     uuid.UUID           `json:"journal"`
	Currency    aggregates.Currency `json:"currency"`
	Lines       []InvoiceLine       `json:"lines"`
	Number      string              `json:"number"`
	InvoiceDate aggregates.Date     `json:"invoice_date"`
	DueDate     aggregates.Date     `json:"due_date"`
	Order       uuid.UUID           `json:"order"`
	TaxRounding invoice.TaxRounding `json:"tax_rounding"`
	Post        bool                `json:"post"`
}

func (DraftInvoice) commandName() string { return "draft-invoice" }

func (c DraftInvoice) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	wish, err := c.wish(ctx, x)
	if err != nil {
		return err
	}
	stream := invoice.Model.Stream(wish.ID)
	x.begins("invoice", wish.ID, stream)
	rule := x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
		events, err := s.Draft(wish)
		if err != nil || !c.Post {
			return events, err
		}
		for _, e := range events {
			s = invoice.Model.Evolve(s, e)
		}
		posted, err := s.Post(x.today())
		return append(events, posted...), err
	})
	if err := probe(ctx, x, invoice.Model, wish.ID, rule); err != nil {
		return err
	}
	draft := func() error {
		_, err := decide(ctx, x, invoice.Model, wish.ID, rule)
		return err
	}
	if c.Post {
		return x.withNumber(ctx, wish.Number, stream, draft)
	}
	if err := x.freeNumber(ctx, wish.Number, stream); err != nil {
		return err
	}
	return draft()
}

// wish looks up what the invoice names.
func (c DraftInvoice) wish(ctx context.Context, x *execution) (invoice.DraftInvoice, error) {
	none := invoice.DraftInvoice{}
	buyer, noBuyer := x.activeCustomer(ctx, c.Customer)
	book, noBook := x.activeJournal(ctx, c.Journal)
	o, noOrder := named(ctx, x, "order", "order", order.Model, c.Order)
	if err := together(noBuyer, noBook, noOrder); err != nil {
		return none, err
	}
	if c.Order != uuid.Nil && o.Entity != buyer.Entity {
		return none, aggregates.Refuse("order_other_customer").On("order")
	}
	if c.Order != uuid.Nil && c.Currency != "" && c.Currency != o.Currency {
		return none, aggregates.Refuse("currency_mismatch", "currency", o.Currency.Code()).On("currency")
	}
	wish := invoice.DraftInvoice{
		ID: x.newID(c.ID), Number: strings.TrimSpace(c.Number), Customer: c.Customer, Entity: buyer.Entity,
		Journal: journalOf(book), Currency: c.Currency, Order: c.Order, InvoiceDate: c.InvoiceDate,
		DueDate: c.DueDate, TaxRounding: c.TaxRounding,
	}
	lines, err := x.invoiceLines(ctx, c.Lines, o)
	wish.Lines = lines
	return wish, err
}

// invoiceLines looks up what the lines of an invoice of the order name.
func (x *execution) invoiceLines(ctx context.Context, sent []InvoiceLine, o order.State) ([]invoice.DraftLine, error) {
	var lines []invoice.DraftLine
	var faults error
	for i, l := range sent {
		look := x.product
		if l.Description == "" {
			look = x.currentProduct // its name may have changed
		}
		p, err := look(ctx, lineField(i, "product"), l.Product)
		faults = together(faults, err)
		if !orderLine(o, l.OrderLine) {
			faults = together(faults, aggregates.Refuse("invalid_value").On(lineField(i, "order_line")))
		}
		if r := p.CheckQuantity(l.Quantity); err == nil && r != nil {
			faults = together(faults, r.On(lineField(i, "quantity")))
		}
		price, err := told(i, l.UnitPrice)
		faults = together(faults, err)
		if l.Description == "" {
			l.Description = p.Name
		}
		lines = append(lines, invoice.DraftLine{ID: l.ID, OrderLine: l.OrderLine, Item: invoice.Item{
			Product: l.Product, Description: l.Description, Quantity: l.Quantity,
			UnitPrice: price, Discount: l.Discount, Taxes: l.Taxes,
		}})
	}
	return lines, faults
}

// told is the unit price of a line: nothing is free because nobody said what it
// costs.
func told(line int, price *aggregates.Decimal) (aggregates.Decimal, error) {
	if price == nil {
		return 0, aggregates.Refuse("required").On(lineField(line, "unit_price"))
	}
	return *price, nil
}

// orderLine says whether a line named by a document is one of its order's;
// naming none is well.
func orderLine(o order.State, line uuid.UUID) bool {
	return line == uuid.Nil || slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.ID == line })
}

func journalOf(j journal.State) invoice.Journal {
	return invoice.Journal{ID: j.ID, Code: j.Code, Type: string(j.Type)}
}

// ChangeInvoiceLines replaces the lines of a draft invoice.
type ChangeInvoiceLines struct {
	Invoice uuid.UUID     `json:"-"`
	Lines   []InvoiceLine `json:"lines"`
}

func (ChangeInvoiceLines) commandName() string { return "change-invoice-lines" }

func (c ChangeInvoiceLines) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	l, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	if !l.Exists {
		return aggregates.Refuse("invoice_not_found")
	}
	o, err := named(ctx, x, "order", "order", order.Model, l.State.Order)
	if err != nil {
		return err
	}
	lines, err := x.invoiceLines(ctx, c.Lines, o)
	if err != nil {
		return err
	}
	_, err = change(ctx, x, "invoice", invoice.Model, c.Invoice, func(s invoice.State) ([]aggregates.Event, error) {
		if x.req.IfMatch == nil {
			return nil, aggregates.Refuse("precondition_required")
		}
		return s.ChangeLines(lines)
	})
	return err
}

// PostInvoice makes a draft invoice final.
type PostInvoice struct {
	Invoice uuid.UUID `json:"-"`
}

func (PostInvoice) commandName() string { return "post-invoice" }

func (c PostInvoice) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	rule := x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
		if s.Status == invoice.StatusDraft {
			if _, err := x.activeJournal(ctx, s.Journal.ID); err != nil {
				return nil, err
			}
		}
		return s.Post(x.today())
	})
	l, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	number := l.State.OutsideNumber
	if number != "" {
		x.match = l.Stream
		if err := probe(ctx, x, invoice.Model, c.Invoice, rule); err != nil {
			return err
		}
	}
	return x.withNumber(ctx, number, l.Stream, func() error {
		_, err := change(ctx, x, "invoice", invoice.Model, c.Invoice, rule)
		return err
	})
}

// DiscardInvoice ends a draft invoice.
type DiscardInvoice struct {
	Invoice uuid.UUID `json:"-"`
}

func (DiscardInvoice) commandName() string { return "discard-invoice" }

func (c DiscardInvoice) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "invoice", invoice.Model, c.Invoice, invoice.State.Discard)
	return err
}
