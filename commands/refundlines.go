package commands

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// linesOf deals the wanted lines out to the invoices that they are of.
func (c IssueRefund) linesOf(invoices []loaded[invoice.State]) ([][]invoice.CreditLineRequest, error) {
	lines := make([][]invoice.CreditLineRequest, len(invoices))
	var bad aggregates.Refusals
	for n, wanted := range c.Lines {
		i := slices.IndexFunc(invoices, func(l loaded[invoice.State]) bool { return hasLine(l.State, wanted.InvoiceLine) })
		if wanted.Amount != nil {
			i = slices.IndexFunc(c.Invoices, func(id uuid.UUID) bool {
				return id == wanted.Invoice || wanted.Invoice == uuid.Nil && len(invoices) == 1
			})
		}
		switch {
		case i >= 0:
			lines[i] = append(lines[i], wanted.request())
		case wanted.Amount == nil:
			bad = append(bad, aggregates.Refuse("line_not_in_invoice").On(lineField(n, "invoice_line")))
		case wanted.Invoice == uuid.Nil:
			bad = append(bad, aggregates.Refuse("required").On(lineField(n, "invoice")))
		default:
			bad = append(bad, aggregates.Refuse("invoice_not_found").On(lineField(n, "invoice")))
		}
	}
	if len(c.Lines) > 0 && c.Mode != invoice.Reverse {
		bad = append(bad, aggregates.Refuse("invalid_value").On("lines"))
	}
	for i := range invoices {
		if len(c.Lines) > 0 && len(lines[i]) == 0 && len(bad) == 0 {
			bad = append(bad, aggregates.Refuse("required").On("lines"))
		}
	}
	return lines, bad.OrNil()
}

func (c IssueRefund) fitting(ctx context.Context, x *execution, invoices []loaded[invoice.State]) error {
	lines, states := make([]invoice.CreditLineRequest, len(c.Lines)), make([]invoice.State, len(invoices))
	for i, l := range c.Lines {
		lines[i] = l.request()
	}
	for i, l := range invoices {
		states[i] = l.State
	}
	return x.fitting(ctx, lines, states...)
}

// fitting refuses quantities of credit lines that the digits of what the invoices
// sold cannot express, each on its line.
func (x *execution) fitting(ctx context.Context, lines []invoice.CreditLineRequest, invoices ...invoice.State) error {
	var faults aggregates.Refusals
	for i, l := range lines {
		p, err := x.product(ctx, lineField(i, "invoice_line"), soldWith(l, invoices))
		if err != nil {
			return err
		}
		if r := p.CheckQuantity(l.Quantity); r != nil {
			faults = append(faults, r.On(lineField(i, "quantity")))
		}
	}
	return faults.OrNil()
}

// soldWith is the product of the line of an invoice, or of a credit note, that a
// wish names.
func soldWith(wish invoice.CreditLineRequest, invoices []invoice.State) uuid.UUID {
	for _, s := range invoices {
		for _, l := range s.Lines {
			if l.ID == wish.InvoiceLine {
				return l.Product
			}
		}
		for _, n := range s.CreditNotes {
			for _, l := range n.Lines {
				if l.ID == wish.ID {
					return l.Product
				}
			}
		}
	}
	return uuid.Nil
}

func hasLine(s invoice.State, id uuid.UUID) bool {
	return slices.ContainsFunc(s.Lines, func(l invoice.LineState) bool { return l.ID == id })
}
