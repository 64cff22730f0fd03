package picking

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Serials are the serial numbers that left with the delivery: those that are out,
// and those that came back to it. A line that came back entirely, and did not name
// its numbers, brought all of them.
func (s State) Serials() (out, back []uuid.UUID) {
	if !slices.ContainsFunc(s.Lines, func(l Line) bool { return l.BySerial() }) {
		return nil, nil
	}
	balances := s.Balances()
	for _, l := range s.Lines {
		if !l.BySerial() {
			continue
		}
		b := balances[l.ID]
		for _, lot := range l.Lots {
			switch account := b.Lots[lot.Lot]; {
			case account.Delivered == 0: // planned
			case account.Returned >= account.Delivered || b.Returned >= b.Delivered:
				back = append(back, lot.Lot)
			default:
				out = append(out, lot.Lot)
			}
		}
	}
	return out, back
}

// Takes are the serial numbers that leave with the delivery by the events.
func (s State) Takes(events []aggregates.Event) (serials []uuid.UUID) {
	before, _ := s.Serials()
	for _, e := range events {
		s = Model.Evolve(s, e)
	}
	after, _ := s.Serials()
	return slices.DeleteFunc(after, func(lot uuid.UUID) bool { return slices.Contains(before, lot) })
}

// Keeps says whether the serial number left with the delivery and is still out.
func (s State) Keeps(serial uuid.UUID) bool {
	out, _ := s.Serials()
	return slices.Contains(out, serial)
}

// BySerial says whether the pieces of the line have serial numbers.
func (l PlannedLine) BySerial() bool { return l.Tracking == BySerial }

// Names says whether the line names the lot.
func (l PlannedLine) Names(lot uuid.UUID) bool { return find(l.Lots, lot) >= 0 }
