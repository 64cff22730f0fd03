package order

import "aftersales/aggregates"

// InvoiceStatus says how far an order is invoiced (domain.md 2.6).
type InvoiceStatus string

// The invoice statuses. Upselling is invoiced as ordered, with more delivered
// than that.
const (
	NothingToInvoice InvoiceStatus = "nothing"
	ToInvoice        InvoiceStatus = "to_invoice"
	Invoiced         InvoiceStatus = "invoiced"
	Upselling        InvoiceStatus = "upselling"
)

// Progress is how far a line of an order is.
type Progress struct {
	Ordered, Delivered, Invoiced aggregates.Decimal
}

// InvoiceStatus is that of an order in the status with lines that far. What was
// ordered is what is to be invoiced; only a sale is.
func (s Status) InvoiceStatus(lines []Progress) InvoiceStatus {
	if s != StatusSale {
		return NothingToInvoice
	}
	status := Invoiced
	for _, l := range lines {
		switch {
		case l.Invoiced < l.Ordered:
			return ToInvoice
		case l.Delivered > l.Ordered:
			status = Upselling
		}
	}
	return status
}
