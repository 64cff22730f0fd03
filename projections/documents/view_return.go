package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
)

// returnFields are those of a return; closed_short says that the rest was given
// up, update_order_quantities that what arrives counts as not delivered.
type returnFields struct {
	Delivery       uuid.UUID    `json:"delivery"`
	Customer       *uuid.UUID   `json:"customer"`
	ReturnLocation *uuid.UUID   `json:"return_location"`
	Reason         *string      `json:"reason"`
	ClosedShort    bool         `json:"closed_short"`
	UpdatesOrder   bool         `json:"update_order_quantities"`
	Lines          []returnLine `json:"lines"`
	Redeliveries   []uuid.UUID  `json:"redeliveries"`
}

// returnLine is a quantity of a delivery line, as announced and as received.
type returnLine struct {
	ID           uuid.UUID          `json:"id"`
	DeliveryLine uuid.UUID          `json:"delivery_line"`
	Product      *uuid.UUID         `json:"product"`
	Quantity     aggregates.Decimal `json:"quantity"`
	Received     aggregates.Decimal `json:"received_quantity"`
	Redelivered  aggregates.Decimal `json:"redelivered_quantity"`
	Lots         []lot              `json:"lots"`
	ReceivedLots []lot              `json:"received_lots"`
}

// viewReturn shows a return: lots are those announced, received_lots those
// that came.
func viewReturn(delivery uuid.UUID, r picking.Return) Document {
	f := returnFields{
		Delivery: delivery, Customer: ref(r.Customer), ReturnLocation: ref(r.Location), Reason: text(r.Reason),
		ClosedShort: r.ClosedShort, UpdatesOrder: !r.KeepsOrder, Lines: make([]returnLine, 0, len(r.Lines)),
		Redeliveries: mapped(r.Redeliveries, func(d picking.Redelivery) uuid.UUID { return d.Delivery }),
	}
	var (
		arrived aggregates.Decimal
		rows    []line
	)
	for _, l := range r.Lines {
		arrived = arrived.Plus(l.Received)
		f.Lines = append(f.Lines, returnLine{
			ID: l.ID, DeliveryLine: l.DeliveryLine, Product: ref(l.Product), Quantity: l.Quantity,
			Received: l.Received, Redelivered: r.Redelivered(l.ID), Lots: lots(l.Lots), ReceivedLots: lots(l.ReceivedLots),
		})
		rows = append(rows, line{
			Line: l.ID, Product: ref(l.Product), Origin: ref(l.DeliveryLine), Quantity: l.Quantity, Done: &l.Received,
		})
	}
	return Document{
		Kind: "return", ID: r.ID, Number: r.Number, State: string(r.Status), Ticket: r.Ticket,
		Customer: r.Customer, Entity: r.Entity, source: delivery, lines: rows, columns: columns{Quantity: &arrived},
	}.with(f)
}
