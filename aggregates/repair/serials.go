package repair

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
)

// Serial is the serial number of the product that the repair works on, from its
// confirmation to its end; nil when there is none.
func (s State) Serial() uuid.UUID {
	if s.Status == StatusDone {
		return uuid.Nil
	}
	return s.named()
}

// named is the serial number that the repair has or had.
func (s State) named() uuid.UUID {
	if s.Tracking != product.BySerial {
		return uuid.Nil
	}
	switch s.Status {
	case StatusConfirmed, StatusUnderRepair, StatusDone:
		return s.Lot
	default:
		return uuid.Nil
	}
}

// Keeps says whether the repair works on the serial number.
func (s State) Keeps(serial uuid.UUID) bool { return serial != uuid.Nil && s.Serial() == serial }

// Takes are the serial numbers, one at most, that the repair takes by the events,
// also one that it turns out to have worked on only as it ends.
func (s State) Takes(events []aggregates.Event) []uuid.UUID {
	before := s.named()
	for _, e := range events {
		s = Model.Evolve(s, e)
	}
	if after := s.named(); after != before && after != uuid.Nil {
		return []uuid.UUID{after}
	}
	return nil
}
