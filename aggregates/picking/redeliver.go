package picking

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Redelivery is goods of a return that leave again, such as repaired ones: a
// delivery of its own, with returns of its own.
type Redelivery struct {
	Delivery  uuid.UUID
	Lines     []RedeliveredLine
	Cancelled bool
}

// Redeliver plans a delivery of what the return has received and no other
// redelivery takes: without lines, all of it. Tracked products name their lots
// where there is a choice. Refusals: return_not_found, already_exists,
// redelivery_exceeds_received, return_empty, those of the lines.
func (s State) Redeliver(id, delivery uuid.UUID, lines []LineQuantity) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	if !ok {
		return nil, aggregates.Refuse("return_not_found")
	}
	if slices.ContainsFunc(r.Redeliveries, func(d Redelivery) bool { return d.Delivery == delivery }) {
		return nil, aggregates.Refuse("already_exists")
	}
	e := ReturnRedelivered{Return: id, Delivery: DeliveryPlanned{
		Delivery: delivery, Customer: r.Customer, Entity: r.Entity, Order: s.Order, SourceLocation: r.Location, RedeliveryOf: id,
	}}
	q := request{lines: lines, key: "id", unknown: "line_not_in_return", offers: map[uuid.UUID]offer{}}
	balances := r.Stock()
	for _, l := range r.Lines {
		b := balances[l.ID]
		q.offers[l.ID] = offer{product: s.planned(l.DeliveryLine), quantity: b.Rest(), lots: b.held(), known: b.Lots}
		if lines == nil {
			q.lines = append(q.lines, LineQuantity{Line: l.ID})
		}
	}
	q.accept = func(got entry) *aggregates.Refusal {
		if b := balances[got.line]; b.covers(got.quantity, got.lots) != nil {
			return aggregates.Refuse("redelivery_exceeds_received", "received", b.Delivered.String(), "rest", b.Rest().String()).On("quantity")
		}
		line := got.product
		line.ID, line.ReturnLine = aggregates.DeriveID(delivery.String(), got.line.String()), got.line
		line.Quantity, line.Lots = got.quantity, got.lots
		e.Delivery.Lines = append(e.Delivery.Lines, line)
		e.Lines = append(e.Lines, RedeliveredLine{ReturnLine: got.line, Quantity: got.quantity, Lots: got.lots})
		return got.lotRequired()
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if len(e.Lines) == 0 {
		return nil, aggregates.Refuse("return_empty").On("lines")
	}
	return []aggregates.Event{e}, nil
}

// CancelRedelivery gives back what a cancelled delivery was to take of the return:
// a redelivery, or the backorder of one.
func (s State) CancelRedelivery(id uuid.UUID, cancelled State) ([]aggregates.Event, error) {
	r, _ := s.Return(id)
	i := slices.IndexFunc(r.Redeliveries, func(d Redelivery) bool { return d.Delivery == cancelled.ID })
	switch {
	case cancelled.Status != Cancelled:
		return nil, nil
	case i < 0:
		return s.KeepStayed(id, cancelled.ID, cancelled.stays(nil))
	case r.Redeliveries[i].Cancelled:
		return nil, nil
	}
	return []aggregates.Event{RedeliveryCancelled{Return: id, Delivery: cancelled.ID}}, nil
}

// KeepStayed gives back what of the return's goods did not leave with a delivery.
func (s State) KeepStayed(id, delivery uuid.UUID, lines []RedeliveredLine) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	if !ok || len(lines) == 0 || slices.ContainsFunc(r.Stayed, func(d Redelivery) bool { return d.Delivery == delivery }) {
		return nil, nil
	}
	return []aggregates.Event{RedeliveryStayed{Return: id, Delivery: delivery, Lines: lines}}, nil
}

// stays is what of a return's goods the delivery leaves where they are, when left
// leaves and no backorder follows.
func (s State) stays(left []DoneLine) (lines []RedeliveredLine) {
	for _, l := range s.behind(left) {
		if l.ReturnLine != uuid.Nil {
			lines = append(lines, RedeliveredLine{ReturnLine: l.ReturnLine, Quantity: l.Quantity, Lots: l.Lots})
		}
	}
	return lines
}

// came are the lots of a line that came back with a return, nil where it does not
// matter which leave.
func (s State) came(l Line) map[uuid.UUID]Balance {
	if s.RedeliveryOf == uuid.Nil || len(l.Lots) == 0 {
		return nil
	}
	lots := make(map[uuid.UUID]Balance, len(l.Lots))
	for _, lot := range l.Lots {
		lots[lot.Lot] = Balance{Delivered: lot.Quantity}
	}
	return lots
}

// Redelivered is what redeliveries take of a line of the return.
func (r Return) Redelivered(line uuid.UUID) (q aggregates.Decimal) {
	for _, d := range r.Redeliveries {
		for _, l := range d.Lines {
			if l.ReturnLine == line && !d.Cancelled {
				q += l.Quantity
			}
		}
	}
	for _, d := range r.Stayed {
		for _, l := range d.Lines {
			if l.ReturnLine == line {
				q -= l.Quantity
			}
		}
	}
	return q
}

// Stock are the accounts of the return's lines by their ids: Delivered is what was
// received, Open what redeliveries take, the rest what is still there.
func (r Return) Stock() map[uuid.UUID]LineBalance {
	all := make(map[uuid.UUID]LineBalance, len(r.Lines))
	for _, l := range r.Lines {
		b := LineBalance{Balance: Balance{Delivered: l.Received}}
		if len(l.ReceivedLots) > 0 {
			b.Lots = make(map[uuid.UUID]Balance, len(l.ReceivedLots))
		}
		for _, lot := range l.ReceivedLots {
			b.Lots[lot.Lot] = Balance{Delivered: lot.Quantity}
		}
		all[l.ID] = b
	}
	for _, d := range r.Redeliveries {
		for _, l := range d.Lines {
			if b, ok := all[l.ReturnLine]; ok && !d.Cancelled {
				b.count(Balance.opened, l.Quantity, l.Lots)
				all[l.ReturnLine] = b
			}
		}
	}
	for _, d := range r.Stayed {
		for _, l := range d.Lines {
			if b, ok := all[l.ReturnLine]; ok {
				b.count(Balance.closed, l.Quantity, l.Lots)
				all[l.ReturnLine] = b
			}
		}
	}
	return all
}

// held are the lots that the rest consists of, in the order of their ids.
func (b LineBalance) held() (lots []LotQuantity) {
	for lot, account := range b.Lots {
		if account.Rest() > 0 {
			lots = append(lots, LotQuantity{Lot: lot, Quantity: account.Rest()})
		}
	}
	slices.SortFunc(lots, func(x, y LotQuantity) int { return slices.Compare(x.Lot[:], y.Lot[:]) })
	return lots
}

// planned is a line of the delivery as it was planned.
func (s State) planned(line uuid.UUID) PlannedLine {
	i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.ID == line })
	if i < 0 {
		return PlannedLine{}
	}
	return s.Lines[i].PlannedLine
}
