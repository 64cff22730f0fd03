package repair

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
)

// Product is what the rules need to know of a product: Digits is the precision
// of its quantities, Price its list price, nil for none.
type Product struct {
	ID       uuid.UUID
	Type     product.Type
	Tracking product.Tracking
	Unit     string
	Digits   int
	Price    *aggregates.Money
}

// Customer is a contact and its commercial entity; ID is nil for none.
type Customer struct {
	ID     uuid.UUID
	Entity uuid.UUID
}

// Responsible is the user, by actor id, who manages a repair; Internal tells
// the company's people from portal users (P-09).
type Responsible struct {
	ID       string
	Internal bool
}

// Lot is a lot or serial number and the product it belongs to, nil for one that
// there is not.
type Lot struct {
	ID      uuid.UUID
	Product uuid.UUID
}

// Return is the return that the product comes from. Lines hold what was
// received or, before that, announced, of a cancelled return only that. Here is what
// is still there of it: what was received and not delivered again.
type Return struct {
	ID       uuid.UUID
	Customer Customer
	Received bool
	Lines    []ReturnLine
	Here     []ReturnLine
}

// ReturnLine is one product of a return. Lots are those that came back; while
// the return has not named them, those that were delivered.
type ReturnLine struct {
	Product  uuid.UUID
	Quantity aggregates.Decimal
	Lots     []ReturnLot
}

// ReturnLot is how much of a line belongs to one lot.
type ReturnLot struct {
	Lot      uuid.UUID
	Quantity aggregates.Decimal
}

// of is what the return says about a product: the quantity of each lot, the
// quantity in all, and whether the return contains the product at all.
func (r Return) of(product uuid.UUID) (lots map[uuid.UUID]aggregates.Decimal, total aggregates.Decimal, found bool) {
	lots = map[uuid.UUID]aggregates.Decimal{}
	for _, line := range r.Lines {
		if line.Product != product {
			continue
		}
		found = true
		total += line.Quantity
		for _, l := range line.Lots {
			lots[l.Lot] += l.Quantity
		}
	}
	return lots, total, found
}

// holds says whether so much of a product is there, of the lot unless that is nil.
// Nothing is there without a return.
func (r *Return) holds(product, lot uuid.UUID, quantity aggregates.Decimal) bool {
	if r == nil {
		return false
	}
	lots, total, _ := Return{Lines: r.Here}.of(product)
	if lot != uuid.Nil {
		total = lots[lot]
	}
	return total >= quantity
}

// checkLot refuses a lot that there is not, that is of another product, or that the
// return, if any, did not bring. A return that knows no lots yet refuses none.
func checkLot(id uuid.UUID, tracking product.Tracking, lot Lot, from *Return) error {
	if !tracking.Tracked() {
		return aggregates.Refuse("lot_not_applicable").On("lot")
	}
	switch lot.Product {
	case id:
	case uuid.Nil:
		return aggregates.Refuse("lot_not_found").On("lot")
	default:
		return aggregates.Refuse("lot_other_product").On("lot")
	}
	if from == nil {
		return nil
	}
	lots, _, _ := from.of(id)
	if _, came := lots[lot.ID]; len(lots) > 0 && !came {
		return aggregates.Refuse("lot_not_in_return").On("lot")
	}
	return nil
}
