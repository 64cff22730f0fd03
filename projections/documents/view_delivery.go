package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
)

// deliveryFields are those of a delivery.
type deliveryFields struct {
	Customer       *uuid.UUID     `json:"customer"`
	Order          *uuid.UUID     `json:"order"`
	SourceLocation *uuid.UUID     `json:"source_location"`
	Lines          []deliveryLine `json:"lines"`
	Returns        []uuid.UUID    `json:"returns"`
	BackorderOf    *uuid.UUID     `json:"backorder_of"`
	Backorder      *uuid.UUID     `json:"backorder"`
	RedeliveryOf   *uuid.UUID     `json:"redelivery_of"`
}

// deliveryLine is a line as planned, what left of it, what came back, and what a
// further return may still announce: open returns reserve their part. Lots are
// the planned ones, once the delivery is done those that left.
type deliveryLine struct {
	ID         uuid.UUID          `json:"id"`
	Product    *uuid.UUID         `json:"product"`
	Quantity   aggregates.Decimal `json:"quantity"`
	Done       aggregates.Decimal `json:"done_quantity"`
	Returned   aggregates.Decimal `json:"returned_quantity"`
	Returnable aggregates.Decimal `json:"returnable_quantity"`
	Lots       []lot              `json:"lots"`
	OrderLine  *uuid.UUID         `json:"order_line"`
}

// lot is a quantity of a lot.
type lot struct {
	Lot      uuid.UUID          `json:"lot"`
	Quantity aggregates.Decimal `json:"quantity"`
}

// viewPicking shows a delivery and each of its returns.
func viewPicking(s picking.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	all := []Document{viewDelivery(s)}
	for _, r := range s.Returns {
		all = append(all, viewReturn(s.ID, r))
	}
	return all
}

// viewDelivery counts as its quantity what left.
func viewDelivery(s picking.State) Document {
	var (
		f = deliveryFields{
			Customer: ref(s.Customer), Order: ref(s.Order), SourceLocation: ref(s.SourceLocation),
			Lines:   make([]deliveryLine, 0, len(s.Lines)),
			Returns: mapped(s.Returns, func(r picking.Return) uuid.UUID { return r.ID }),

			BackorderOf: ref(s.BackorderOf), Backorder: ref(s.Backorder), RedeliveryOf: ref(s.RedeliveryOf),
		}
		left     aggregates.Decimal
		rows     []line
		balances = s.Balances()
	)
	for _, l := range s.Lines {
		b := balances[l.ID]
		left = left.Plus(l.Done)
		f.Lines = append(f.Lines, deliveryLine{
			ID: l.ID, Product: ref(l.Product), Quantity: l.Quantity, Done: l.Done,
			Returned: b.Returned, Returnable: b.Rest(), Lots: lots(l.Lots), OrderLine: ref(l.OrderLine),
		})
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Origin: ref(l.OrderLine),
			Quantity: l.Quantity, Done: &l.Done, Returned: &b.Returned,
		})
	}
	return Document{
		Kind: "delivery", ID: s.ID, Number: s.Number, State: string(s.Status),
		Customer: s.Customer, Entity: s.Entity, source: s.Order, lines: rows, places: deliveryPlaces(s), columns: columns{Quantity: &left},
	}.with(f)
}

func lots(all []picking.LotQuantity) []lot {
	return mapped(all, func(l picking.LotQuantity) lot { return lot{l.Lot, l.Quantity} })
}
