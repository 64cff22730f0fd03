package picking

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// backorder plans the delivery of what stays behind when left leaves: nil when
// nothing does, or when id is uuid.Nil. Lots that were planned and did not leave
// go along where they make up the rest.
func (s State) backorder(id uuid.UUID, left []DoneLine) *DeliveryPlanned {
	if id == uuid.Nil {
		return nil
	}
	d := DeliveryPlanned{
		Delivery: id, Customer: s.Customer, Entity: s.Entity, Order: s.Order, SourceLocation: s.SourceLocation,
		BackorderOf: s.ID, RedeliveryOf: s.RedeliveryOf,
	}
	for _, behind := range s.behind(left) {
		behind.ID = aggregates.DeriveID(id.String(), behind.ID.String())
		d.Lines = append(d.Lines, behind)
	}
	if len(d.Lines) == 0 {
		return nil
	}
	return &d
}

// behind is what of the plan stays when left leaves.
func (s State) behind(left []DoneLine) (lines []PlannedLine) {
	for i, l := range done(s.Lines, left) {
		rest := l.Quantity - l.Done
		if rest == 0 {
			continue
		}
		behind := l.PlannedLine
		behind.Quantity, behind.Lots = rest, minus(s.Lines[i].Lots, l.Lots, rest)
		lines = append(lines, behind)
	}
	return lines
}

// minus are the lots without those that left, nil unless they sum to the rest.
func minus(planned, left []LotQuantity, rest aggregates.Decimal) []LotQuantity {
	kept := slices.Clone(planned)
	for _, l := range left {
		if i := find(kept, l.Lot); i >= 0 {
			kept[i].Quantity -= l.Quantity
		}
	}
	kept = slices.DeleteFunc(kept, func(l LotQuantity) bool { return l.Quantity <= 0 })
	for _, l := range kept {
		rest -= l.Quantity
	}
	if rest != 0 || len(kept) == 0 {
		return nil
	}
	return kept
}
