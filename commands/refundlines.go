package commands

import (
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
		if i < 0 {
			bad = append(bad, aggregates.Refuse("line_not_in_invoice").On(lineField(n, "invoice_line")))
			continue
		}
		lines[i] = append(lines[i], invoice.CreditLineRequest{InvoiceLine: wanted.InvoiceLine, Quantity: wanted.Quantity})
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

func hasLine(s invoice.State, id uuid.UUID) bool {
	return slices.ContainsFunc(s.Lines, func(l invoice.LineState) bool { return l.ID == id })
}
