package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
)

// orderFields are those of a sales order, with what delivers and bills it. What
// its own stream does not tell, such as InvoiceStatus, is empty until Fulfil.
type orderFields struct {
	Customer    *uuid.UUID       `json:"customer"`
	Currency    string           `json:"currency"`
	ConfirmedAt *time.Time       `json:"confirmed_at"`
	ValidUntil  *aggregates.Date `json:"valid_until"` // the last day to accept the quotation
	AcceptedBy  *string          `json:"accepted_by"` // who signed it
	Locked      bool             `json:"locked"`
	order.Terms
	Paid bool `json:"paid"` // what the quotation asks
	// Undelivered is the code of why no delivery could be planned.
	Undelivered *string     `json:"undelivered"`
	Coupons     []uuid.UUID `json:"coupons"`
	Lines       []orderLine `json:"lines"`
	Untaxed     string      `json:"untaxed"`
	Deliveries  []uuid.UUID `json:"deliveries"`
	Invoices    []uuid.UUID `json:"invoices"`

	InvoiceStatus order.InvoiceStatus `json:"invoice_status,omitempty"`
}

// orderLine has no tax amounts: invoices are what taxes are charged with.
type orderLine struct {
	ID        uuid.UUID          `json:"id"`
	Product   *uuid.UUID         `json:"product"`
	Quantity  aggregates.Decimal `json:"quantity"`
	UnitPrice string             `json:"unit_price"`
	Discount  aggregates.Decimal `json:"discount"`
	Taxes     []tax              `json:"taxes"`
	Untaxed   string             `json:"untaxed"`

	Delivered *aggregates.Decimal `json:"delivered_quantity,omitempty"`
	Invoiced  *aggregates.Decimal `json:"invoiced_quantity,omitempty"`
}

// viewOrder sums an order up without taxes.
func viewOrder(s order.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	var (
		untaxed  = s.Total().Minor
		quantity aggregates.Decimal
		rows     []line
	)
	for _, l := range s.Lines {
		quantity = quantity.Plus(l.Quantity)
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Quantity: l.Quantity, Currency: text(s.Currency.Code()), Untaxed: &l.Untaxed,
		})
	}
	taxes := func(l order.Line) []tax {
		return mapped(l.Taxes, func(t order.Tax) tax { return taxOf(t.Name, t.Rate, t.Fixed, t.Included, s.Currency) })
	}
	f := orderFields{
		Customer: ref(s.Customer), Currency: s.Currency.Code(), Untaxed: amount(untaxed, s.Currency), ConfirmedAt: when(s.ConfirmedAt),
		ValidUntil: text(s.ValidUntil), Locked: s.Locked,
		Terms: s.Terms, Paid: s.Paid(), Undelivered: text(s.Unplanned), Coupons: list(s.Coupons),
		Lines: mapped(s.Lines, func(l order.Line) orderLine {
			return orderLine{
				ID: l.ID, Product: ref(l.Product), Quantity: l.Quantity, UnitPrice: price(l.UnitPrice, s.Currency),
				Discount: l.Discount, Taxes: taxes(l), Untaxed: amount(l.Untaxed, s.Currency),
			}
		}),
		Deliveries: list(s.Deliveries), Invoices: list(s.Invoices),
	}
	d := Document{
		Kind: "order", ID: s.ID, Number: s.Number, State: string(s.Status), Customer: s.Customer, Entity: s.Entity, lines: rows,
		columns: columns{Currency: s.Currency, Untaxed: &untaxed, Quantity: &quantity},
	}
	if s.Signature != nil {
		f.AcceptedBy = text(s.Signature.Name)
	}
	return []Document{d.with(f)}
}
