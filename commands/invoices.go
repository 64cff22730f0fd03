package commands

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/order"
)

// InvoiceLine is a line of an invoice as it is sent.
type InvoiceLine struct {
	ID          uuid.UUID          `json:"id"`
	Product     uuid.UUID          `json:"product"`
	Description string             `json:"description"`
	Quantity    aggregates.Decimal `json:"quantity"`
	UnitPrice   aggregates.Decimal `json:"unit_price"`
	Discount    aggregates.Decimal `json:"discount"`
	Taxes       []invoice.Tax      `json:"taxes"`
	OrderLine   uuid.UUID          `json:"order_line"`
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
	return createNamed(ctx, x, "invoice", invoice.Model, wish.ID, "number", c.Number, func(s invoice.State) ([]aggregates.Event, error) {
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
}

// wish looks up what the invoice names.
func (c DraftInvoice) wish(ctx context.Context, x *execution) (invoice.DraftInvoice, error) {
	none := invoice.DraftInvoice{}
	buyer, err := x.customer(ctx, "customer", c.Customer)
	if err != nil {
		return none, err
	}
	book, err := x.journal(ctx, "journal", c.Journal)
	if err != nil {
		return none, err
	}
	o, err := named(ctx, x, "order", "order", order.Model, c.Order)
	if err != nil {
		return none, err
	}
	if c.Order != uuid.Nil && o.Entity != buyer.Entity {
		return none, aggregates.Refuse("order_other_customer").On("order")
	}
	wish := invoice.DraftInvoice{
		ID: x.newID(c.ID), Number: c.Number, Customer: c.Customer, Entity: buyer.Entity,
		Journal: journalOf(book), Currency: c.Currency, Order: c.Order, InvoiceDate: c.InvoiceDate,
		TaxRounding: c.TaxRounding,
	}
	for i, l := range c.Lines {
		p, err := x.product(ctx, lineField(i, "product"), l.Product)
		if err != nil {
			return none, err
		}
		if !orderLine(o, l.OrderLine) {
			return none, aggregates.Refuse("invalid_value").On(lineField(i, "order_line"))
		}
		if l.Description == "" {
			l.Description = p.Name
		}
		wish.Lines = append(wish.Lines, invoice.DraftLine{ID: l.ID, OrderLine: l.OrderLine, Item: invoice.Item{
			Product: l.Product, Description: l.Description, Quantity: l.Quantity,
			UnitPrice: l.UnitPrice, Discount: l.Discount, Taxes: l.Taxes,
		}})
	}
	return wish, nil
}

// orderLine says whether a line named by a document is one of its order's;
// naming none is well.
func orderLine(o order.State, line uuid.UUID) bool {
	return line == uuid.Nil || slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.ID == line })
}

func journalOf(j journal.State) invoice.Journal {
	return invoice.Journal{ID: j.ID, Code: j.Code, Type: string(j.Type)}
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
	_, err := change(ctx, x, "invoice", invoice.Model, c.Invoice, func(s invoice.State) ([]aggregates.Event, error) {
		return s.Post(x.today())
	})
	return err
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

// RegisterPayment allocates a customer's payment to an invoice.
type RegisterPayment struct {
	Invoice   uuid.UUID        `json:"-"`
	ID        *uuid.UUID       `json:"id"`
	Amount    aggregates.Money `json:"amount"`
	PaidOn    aggregates.Date  `json:"paid_on"`
	Reference string           `json:"reference"`
}

func (RegisterPayment) commandName() string { return "register-payment" }

func (c RegisterPayment) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	i, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	if !i.Exists {
		return aggregates.Refuse("invoice_not_found")
	}
	id := x.newID(c.ID)
	x.match = i.Stream
	x.creates("payment", id, i.Stream)
	x.concerns("invoice", c.Invoice, i.Stream)
	_, err = decide(ctx, x, invoice.Model, c.Invoice, func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{ID: id, Amount: c.Amount, PaidOn: c.PaidOn, Reference: c.Reference})
	})
	return err
}
