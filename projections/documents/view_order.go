package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
)

// orderFields are those of a sales order, with what delivers and bills it.
type orderFields struct {
	Customer    *uuid.UUID          `json:"customer"`
	Currency    aggregates.Currency `json:"currency"`
	ConfirmedAt *time.Time          `json:"confirmed_at"`
	Lines       []orderLine         `json:"lines"`
	Untaxed     string              `json:"untaxed"`
	Deliveries  []uuid.UUID         `json:"deliveries"`
	Invoices    []uuid.UUID         `json:"invoices"`
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
}

// viewOrder shows an order as a "sale" once the customer confirmed it, else as a
// "draft".
func viewOrder(s order.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	var (
		untaxed  int64
		quantity aggregates.Decimal
		rows     []line
	)
	for _, l := range s.Lines {
		untaxed, quantity = untaxed+l.Untaxed, quantity+l.Quantity
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Quantity: l.Quantity, Currency: text(s.Currency), Untaxed: &l.Untaxed,
		})
	}
	taxes := func(l order.Line) []tax {
		return mapped(l.Taxes, func(t order.Tax) tax { return taxOf(t.Name, t.Rate, t.Fixed, t.Included, s.Currency) })
	}
	f := orderFields{
		Customer: ref(s.Customer), Currency: s.Currency, Untaxed: amount(untaxed, s.Currency), ConfirmedAt: when(s.ConfirmedAt),
		Lines: mapped(s.Lines, func(l order.Line) orderLine {
			return orderLine{
				ID: l.ID, Product: ref(l.Product), Quantity: l.Quantity, UnitPrice: price(l.UnitPrice, s.Currency),
				Discount: l.Discount, Taxes: taxes(l), Untaxed: amount(l.Untaxed, s.Currency),
			}
		}),
		Deliveries: list(s.Deliveries), Invoices: list(s.Invoices),
	}
	d := Document{
		Kind: "order", ID: s.ID, Number: s.Number, State: "draft", Customer: s.Customer, Entity: s.Entity, lines: rows,
		columns: columns{Currency: s.Currency, Untaxed: &untaxed, Quantity: &quantity},
	}
	if f.ConfirmedAt != nil {
		d.State = "sale"
	}
	return []Document{d.with(f)}
}
