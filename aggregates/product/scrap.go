package product

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Scrap says that the piece with a serial number is no more. Refusals:
// lot_not_found, lot_not_serial for a lot, of which nobody says how many pieces.
func (s State) Scrap(lot uuid.UUID) ([]aggregates.Event, error) {
	switch {
	case !s.hasLot(lot):
		return nil, aggregates.Refuse("lot_not_found")
	case s.Tracking != BySerial:
		return nil, aggregates.Refuse("lot_not_serial")
	case s.Scrapped(lot):
		return nil, nil
	}
	return []aggregates.Event{LotScrapped{Lot: lot}}, nil
}

// Scrapped says whether the piece with the serial number was scrapped.
func (s State) Scrapped(lot uuid.UUID) bool {
	return slices.ContainsFunc(s.Lots, func(l Lot) bool { return l.ID == lot && l.Scrapped })
}

// Scraps are the serial numbers that the events scrap.
func (s State) Scraps(events []aggregates.Event) (serials []uuid.UUID) {
	for _, e := range events {
		if scrapped, ok := e.(LotScrapped); ok {
			serials = append(serials, scrapped.Lot)
		}
	}
	return serials
}
