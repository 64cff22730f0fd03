package order

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Line is what was ordered of one product. UnitPrice is in whole units of the
// order's currency, Discount a percentage, Untaxed the extended price in minor
// units, which the rule computes. Taxes are told, not computed: invoices are
// what taxes are charged with.
type Line struct {
	ID        uuid.UUID          `json:"id"`
	Product   uuid.UUID          `json:"product"`
	Quantity  aggregates.Decimal `json:"quantity"`
	UnitPrice aggregates.Decimal `json:"unit_price"`
	Discount  aggregates.Decimal `json:"discount,omitzero"`
	Taxes     []Tax              `json:"taxes,omitempty"`
	Untaxed   int64              `json:"untaxed"`
}

// Tax is a tax of a line: a Rate in percent or a Fixed amount per unit, in
// whole units of the currency. Included says that the unit price holds it.
type Tax struct {
	Name     string             `json:"name"`
	Rate     aggregates.Decimal `json:"rate,omitzero"`
	Fixed    aggregates.Decimal `json:"fixed,omitzero"`
	Included bool               `json:"included,omitempty"`
}

// priced are the lines with ids and extended prices. A line without an id gets
// one from its order and place, the same at every retry. The line that takes
// their sum, signs aside, to what is too large is refused with amount_too_large.
func priced(order uuid.UUID, currency aggregates.Currency, lines []Line) ([]Line, error) {
	var fields check.Fields
	lines = slices.Clone(lines)
	seen, left := map[uuid.UUID]bool{}, aggregates.LimitOf(currency)
	for i := range lines {
		l, at := &lines[i], fmt.Sprintf("lines[%d]", i)
		if l.ID == uuid.Nil {
			l.ID = aggregates.DeriveID(order.String(), "line", strconv.Itoa(i))
		}
		fields.Refuse(seen[l.ID], at+".id", "duplicate_line")
		fields.Refuse(l.Product == uuid.Nil, at+".product", "required")
		fields.Refuse(l.Quantity <= 0, at+".quantity", "quantity_not_positive")
		fields.Refuse(l.Discount < 0 || l.Discount > aggregates.NewDecimal(100), at+".discount", "invalid_value")
		for j, t := range l.Taxes {
			fields.Name(fmt.Sprintf("%s.taxes[%d].name", at, j), t.Name)
		}
		seen[l.ID] = true
		if aggregates.TooLarge(new(big.Rat).Mul(l.Quantity.Rat(), l.UnitPrice.Rat())) {
			fields.Refuse(true, at+".unit_price", "amount_too_large")
			continue
		}
		l.Untaxed = aggregates.Extend(l.Quantity, l.UnitPrice, l.Discount, currency)
		if left > 0 {
			left -= max(l.Untaxed, -l.Untaxed)
			fields.Refuse(left <= 0, at+".unit_price", "amount_too_large")
		}
	}
	return lines, fields.Err()
}
