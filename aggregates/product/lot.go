package product

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Tracked says whether pieces have a lot or serial number.
func (t Tracking) Tracked() bool { return t == ByLot || t == BySerial }

// RegisterLot makes a lot known. Refusals: lot_not_applicable for an untracked
// product, required or too_long for its name, lot_already_exists for a name that
// another lot of it has.
func (s State) RegisterLot(lot uuid.UUID, name string) ([]aggregates.Event, error) {
	name = strings.TrimSpace(name)
	switch {
	case !s.Tracking.Tracked():
		return nil, aggregates.Refuse("lot_not_applicable")
	case name == "":
		return nil, aggregates.Refuse("required").On("name")
	case slices.ContainsFunc(s.Lots, func(l Lot) bool { return l.ID == lot && l.Name == name }):
		return nil, nil
	case utf8.RuneCountInString(name) > check.MaxName:
		return nil, aggregates.Refuse("too_long", "max", strconv.Itoa(check.MaxName)).On("name")
	case slices.ContainsFunc(s.Lots, func(l Lot) bool { return l.Name == name }):
		return nil, aggregates.Refuse("lot_already_exists").On("name")
	case s.hasLot(lot):
		return nil, aggregates.Refuse("already_exists")
	}
	return []aggregates.Event{LotRegistered{Product: s.ID, Lot: lot, Name: name}}, nil
}

// CheckLot refuses a lot that cannot stand beside this product on a document:
// lot_not_applicable when it is untracked, lot_other_product when the lot is
// not its own. No lot (nil) is never refused here.
func (s State) CheckLot(lot uuid.UUID) error {
	switch {
	case lot == uuid.Nil:
		return nil
	case !s.Tracking.Tracked():
		return aggregates.Refuse("lot_not_applicable").On("lot")
	case !s.hasLot(lot):
		return aggregates.Refuse("lot_other_product").On("lot")
	}
	return nil
}

func (s State) hasLot(lot uuid.UUID) bool {
	return slices.ContainsFunc(s.Lots, func(l Lot) bool { return l.ID == lot })
}
