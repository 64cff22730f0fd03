package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/ticket"
)

// checkFields are rules 1 to 3 of domain.md 3.1.
func (c IssueRefund) checkFields() error {
	var bad aggregates.Refusals
	if len(c.Invoices) == 0 {
		bad = append(bad, aggregates.Refuse("invoice_required").On("invoices"))
	}
	if c.ReversalDate == "" {
		bad = append(bad, aggregates.Refuse("reversal_date_required").On("reversal_date"))
	}
	if c.Mode != invoice.Reverse && c.Mode != invoice.ReverseAndCreateInvoice {
		bad = append(bad, aggregates.Refuse("invalid_value").On("mode"))
	}
	for i, id := range c.Invoices {
		if slices.Contains(c.Invoices[:i], id) {
			bad = append(bad, aggregates.Refuse("duplicate_line").On(fmt.Sprintf("invoices[%d]", i)))
		}
	}
	return bad.OrNil()
}

func (c IssueRefund) loadInvoices(ctx context.Context, x *execution) ([]loaded[invoice.State], error) {
	var all []loaded[invoice.State]
	var bad aggregates.Refusals
	for i, id := range c.Invoices {
		l, err := load(ctx, x, invoice.Model, id)
		if err != nil {
			return nil, err
		}
		if !l.Exists {
			bad = append(bad, aggregates.Refuse("invoice_not_found").On(fmt.Sprintf("invoices[%d]", i)))
		}
		all = append(all, l)
	}
	return all, bad.OrNil()
}

// checkInvoices are rules 5 to 14; each is a stage of its own over all
// invoices, but for those that an earlier attempt of the command has credited.
func (c IssueRefund) checkInvoices(ctx context.Context, x *execution, t ticket.State, invoices []loaded[invoice.State]) error {
	stage := func(code string, broken func(invoice.State) bool) error {
		var bad aggregates.Refusals
		for i, l := range invoices {
			if broken(l.State) && !c.did(x, i, l) {
				bad = append(bad, aggregates.Refuse(code).On(fmt.Sprintf("invoices[%d]", i)))
			}
		}
		return bad.OrNil()
	}
	stages := []func() error{
		func() error {
			return stage("invoice_other_customer", func(s invoice.State) bool { return s.Entity != t.Details.Entity })
		},
		func() error {
			return stage("invoice_not_posted", func(s invoice.State) bool { return s.Status != invoice.StatusPosted })
		},
		func() error {
			_, err := x.product(ctx, "product", c.Product)
			return err
		},
		func() error {
			return stage("invoice_without_product", func(s invoice.State) bool { return c.Product != uuid.Nil && !sells(s, c.Product) })
		},
		func() error { return c.checkOrder(ctx, x, t) },
		func() error {
			return stage("invoice_other_order", func(s invoice.State) bool { return c.Order != uuid.Nil && s.Order != c.Order })
		},
		func() error { return c.checkLot(ctx, x) },
		func() error { return c.checkJournal(ctx, x, invoices) },
		func() error {
			return stage("invoice_fully_credited", func(s invoice.State) bool {
				return s.CheckCreditable(x.s.creditCap(), len(c.Lines) > 0) != nil
			})
		},
		func() error {
			if c.Mode != invoice.ReverseAndCreateInvoice {
				return nil
			}
			if err := stage("invoice_already_credited", func(s invoice.State) bool { return s.Credited().Total > 0 }); err != nil {
				return err
			}
			if c.ReversalDate.After(x.today()) {
				return aggregates.Refuse("future_date_not_allowed").On("reversal_date")
			}
			if !x.req.Principal.MayPost() {
				return aggregates.Refuse("posting_forbidden")
			}
			return nil
		},
	}
	for _, check := range stages {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func sells(s invoice.State, product uuid.UUID) bool {
	return slices.ContainsFunc(s.Lines, func(l invoice.LineState) bool { return l.Product == product })
}

func (c IssueRefund) checkOrder(ctx context.Context, x *execution, t ticket.State) error {
	o, err := named(ctx, x, "order", "order", order.Model, c.Order)
	if err != nil || c.Order == uuid.Nil {
		return err
	}
	return o.CheckFor(t.Details.Entity, c.Product)
}

func (c IssueRefund) checkLot(ctx context.Context, x *execution) error {
	if c.Lot == uuid.Nil {
		return nil
	}
	if c.Product == uuid.Nil {
		return aggregates.Refuse("lot_not_applicable").On("lot")
	}
	return x.checkLot(ctx, c.Product, c.Lot)
}

// journal is the one named, by default the first active one among the invoices'
// or, where none is, the first.
func (c IssueRefund) journal(ctx context.Context, x *execution, invoices []loaded[invoice.State]) (invoice.Journal, error) {
	if c.Journal != uuid.Nil {
		j, err := x.journal(ctx, "journal", c.Journal)
		return journalOf(j), err
	}
	for _, l := range invoices {
		_, err := x.activeJournal(ctx, l.State.Journal.ID)
		if err == nil || !refusedWith(err, "journal_archived") {
			return l.State.Journal, err
		}
	}
	return invoices[0].State.Journal, nil
}

func (c IssueRefund) checkJournal(ctx context.Context, x *execution, invoices []loaded[invoice.State]) error {
	book, err := c.journal(ctx, x, invoices)
	for _, l := range invoices {
		if err == nil && l.State.Journal.Type != book.Type {
			err = aggregates.Refuse("journal_type_mismatch").On("journal")
		}
	}
	if err != nil || c.did(x, 0, invoices[0]) {
		return err
	}
	_, err = x.activeJournal(ctx, book.ID)
	return err
}
