package picking

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// step is the smallest quantity of the line's unit.
func (l PlannedLine) step() aggregates.Decimal {
	step := aggregates.NewDecimal(1)
	for range min(l.Digits, aggregates.DecimalDigits) {
		step /= 10
	}
	return step
}

// zero says whether a quantity that is not negative rounds to nothing in the
// line's unit: 0.004 kg with two digits (domain.md 2.4).
func (l PlannedLine) zero(q aggregates.Decimal) bool {
	return 0 <= q && q < (l.step()+1)/2
}

// fits refuses a quantity that the line's unit cannot express. What fits
// compares exactly, without rounding.
func (l PlannedLine) fits(q aggregates.Decimal) *aggregates.Refusal {
	switch {
	case q < 0:
		return aggregates.Refuse("negative_quantity")
	case q%l.step() != 0:
		return aggregates.Refuse("quantity_precision", "digits", strconv.Itoa(l.Digits), "unit", l.Unit)
	}
	return nil
}

// CheckQuantity refuses a line that no delivery could be planned with:
// quantity_not_positive, negative_quantity, quantity_precision, serial_quantity.
func (l PlannedLine) CheckQuantity() *aggregates.Refusal {
	if l.zero(l.Quantity) {
		return aggregates.Refuse("quantity_not_positive").On("quantity")
	}
	return l.check(l.Quantity, nil, naming{}, nil)
}

// naming is which lots may be named: none that is missing or foreign to the
// product, and only known ones, nil for any.
type naming struct {
	missing []uuid.UUID
	foreign []uuid.UUID
	known   map[uuid.UUID]Balance
}

// check judges a quantity of the line and its lots in the order of domain.md
// 3.3. No lots pass: whether they must be named is another rule. Serials collects
// the serial numbers of the whole document, where each stands once.
func (l PlannedLine) check(quantity aggregates.Decimal, lots []LotQuantity, may naming, serials map[uuid.UUID]bool) *aggregates.Refusal {
	if r := l.fits(quantity); r != nil {
		return r.On("quantity")
	}
	switch {
	case l.Tracking == Untracked && len(lots) > 0:
		return aggregates.Refuse("lot_not_applicable").On("lots")
	case l.Tracking == BySerial && quantity.Digits() > 0:
		return aggregates.Refuse("serial_quantity").On("quantity")
	}
	if r := l.checkLots(lots, may, serials); r != nil {
		return r.On("lots")
	}
	rest := quantity
	for _, lot := range lots {
		// Taken off one by one, so that no sum can overflow.
		if lot.Quantity > rest {
			return aggregates.Refuse("lot_quantity_mismatch").On("lots")
		}
		rest -= lot.Quantity
	}
	if len(lots) > 0 && rest > 0 {
		return aggregates.Refuse("lot_quantity_mismatch").On("lots")
	}
	return nil
}

// checkLots judges each lot by itself: its quantity first, then whether it may be
// named, so that the codes come in their order.
func (l PlannedLine) checkLots(lots []LotQuantity, may naming, serials map[uuid.UUID]bool) *aggregates.Refusal {
	named := map[uuid.UUID]bool{}
	if l.Tracking == BySerial {
		named = serials
	}
	for _, lot := range lots {
		r := l.fits(lot.Quantity)
		switch {
		case r != nil:
			return r
		case l.Tracking == BySerial && (lot.Quantity != aggregates.NewDecimal(1) || named[lot.Lot]):
			return aggregates.Refuse("serial_quantity")
		case lot.Quantity == 0:
			return aggregates.Refuse("quantity_not_positive")
		case named[lot.Lot]:
			return aggregates.Refuse("duplicate_line")
		case lot.Lot == uuid.Nil:
			return l.lotRequired()
		}
		named[lot.Lot] = true
	}
	for _, lot := range lots {
		switch {
		case slices.Contains(may.missing, lot.Lot):
			return aggregates.Refuse("lot_not_found", "lot", lot.Lot.String())
		case slices.Contains(may.foreign, lot.Lot):
			return aggregates.Refuse("lot_other_product", "lot", lot.Lot.String())
		}
	}
	for _, lot := range lots {
		if _, ok := may.known[lot.Lot]; may.known != nil && !ok {
			return aggregates.Refuse("lot_not_delivered", "lot", lot.Lot.String())
		}
	}
	return nil
}
