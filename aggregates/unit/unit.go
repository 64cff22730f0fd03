// Package unit converts quantities between units of measure of one family
// (domain.md 2.4).
package unit

import (
	"math/big"

	"aftersales/aggregates"
)

// measure is a unit: how many of the smallest unit of its family it is.
type measure struct {
	family string
	size   int64
}

// measures are the units that can be converted; a product may also be counted
// in any other, which converts to itself alone.
var measures = map[string]measure{
	"unit": {"count", 1}, "pair": {"count", 2}, "dozen": {"count", 12},
	"g": {"mass", 1}, "kg": {"mass", 1000}, "t": {"mass", 1_000_000},
	"mm": {"length", 1}, "cm": {"length", 10}, "m": {"length", 1000}, "km": {"length", 1_000_000},
	"ml": {"volume", 1}, "l": {"volume", 1000},
	"min": {"time", 1}, "h": {"time", 60}, "day": {"time", 24 * 60},
}

// Convert is a quantity that is given in a unit, in the product's unit with its
// digits after the point, rounded away from zero; an empty unit is the product's.
// Refusals: unit_other_family, amount_too_large.
func Convert(q aggregates.Decimal, from, to string, digits int) (aggregates.Decimal, error) {
	if from == "" || from == to {
		return q, nil
	}
	a, known := measures[from]
	b, too := measures[to]
	if !known || !too || a.family != b.family {
		return 0, aggregates.Refuse("unit_other_family")
	}
	step := int64(1)
	for range aggregates.DecimalDigits - digits {
		step *= 10
	}
	n := new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(a.size))
	per := new(big.Int).Mul(big.NewInt(b.size), big.NewInt(step))
	n, rest := n.QuoRem(n, per, new(big.Int))
	n.Add(n, big.NewInt(int64(rest.Sign())))
	if n.Mul(n, big.NewInt(step)); !n.IsInt64() {
		return 0, aggregates.Refuse("amount_too_large")
	}
	return aggregates.Decimal(n.Int64()), nil
}
