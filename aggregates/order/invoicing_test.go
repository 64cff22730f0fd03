package order_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
)

// Domain.md 2.6: nothing, to invoice, fully invoiced or upselling.
func TestHowFarAnOrderIsInvoiced(t *testing.T) {
	line := func(ordered, delivered, invoiced int64) order.Progress {
		return order.Progress{Ordered: aggregates.NewDecimal(ordered), Delivered: aggregates.NewDecimal(delivered), Invoiced: aggregates.NewDecimal(invoiced)}
	}
	for name, c := range map[string]struct {
		status order.Status
		lines  []order.Progress
		want   order.InvoiceStatus
	}{
		"a quotation":                  {order.StatusSent, []order.Progress{line(3, 0, 0)}, order.NothingToInvoice},
		"a cancelled one":              {order.StatusCancelled, []order.Progress{line(3, 0, 0)}, order.NothingToInvoice},
		"a sale":                       {order.StatusSale, []order.Progress{line(3, 0, 0)}, order.ToInvoice},
		"delivered":                    {order.StatusSale, []order.Progress{line(3, 3, 0)}, order.ToInvoice},
		"one line of two":              {order.StatusSale, []order.Progress{line(3, 4, 3), line(1, 0, 0)}, order.ToInvoice},
		"invoiced":                     {order.StatusSale, []order.Progress{line(3, 0, 3), line(1, 1, 1)}, order.Invoiced},
		"more than that was invoiced":  {order.StatusSale, []order.Progress{line(3, 3, 4)}, order.Invoiced},
		"more than that was delivered": {order.StatusSale, []order.Progress{line(3, 4, 3), line(1, 1, 1)}, order.Upselling},
	} {
		if got := c.status.InvoiceStatus(c.lines); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
