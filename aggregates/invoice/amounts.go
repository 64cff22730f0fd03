package invoice

import (
	"fmt"
	"math/big"

	"aftersales/aggregates"
)

// TaxRounding says where taxes are rounded to minor units.
type TaxRounding string

// PerLine rounds each tax on each line. PerDocument rounds each tax once, on the
// sum over the lines, and spreads it over them by cumulative rounding.
const (
	PerLine     TaxRounding = "per_line"
	PerDocument TaxRounding = "per_document"
)

// pricing computes the amounts of one document, line after line.
type pricing struct {
	currency aggregates.Currency
	rounding TaxRounding
	exact    map[Tax]*big.Rat // of the lines so far, in whole units
	spread   map[Tax]int64    // of it given to those lines, in minor units
	most     int64            // the limit in minor units
}

// price computes the amounts of the items and their sum. It refuses with
// amount_too_large on the line that takes the sum to the limit.
func price(items []Item, c aggregates.Currency, r TaxRounding) ([]Amounts, Amounts, error) {
	p := pricing{c, r, map[Tax]*big.Rat{}, map[Tax]int64{}, aggregates.LimitOf(c)}
	lines := make([]Amounts, len(items))
	var sum Amounts
	for i, item := range items {
		lines[i] = p.line(item)
		if sum = sum.Plus(lines[i]); sum.Total >= p.most {
			return nil, Amounts{}, aggregates.Refuse("amount_too_large").On(fmt.Sprintf("lines[%d]", i))
		}
	}
	return lines, sum, nil
}

// line prices one item. What its price includes stays the price: the untaxed
// amount is what the included taxes leave of it.
func (p pricing) line(item Item) Amounts {
	gross := p.extend(item)
	included := p.levy(item, true, p.withoutIncluded(item, gross), gross)
	untaxed := gross - included
	excluded := p.levy(item, false, aggregates.MinorRat(untaxed, p.currency), p.most)
	return Amounts{untaxed, included + excluded, gross + excluded}
}

// extend is the item's quantity times its price less the discount.
func (p pricing) extend(item Item) int64 {
	if aggregates.TooLarge(new(big.Rat).Mul(item.Quantity.Rat(), item.UnitPrice.Rat())) {
		return p.most
	}
	return aggregates.Extend(item.Quantity, item.UnitPrice, item.Discount, p.currency)
}

// withoutIncluded is the exact base of the taxes in whole units: the gross less
// the taxes that it includes, each of them on that same base; at least 0.
func (p pricing) withoutIncluded(item Item, gross int64) *big.Rat {
	base, percent := aggregates.MinorRat(gross, p.currency), big.NewRat(100, 1)
	for _, t := range item.Taxes {
		if t.Included {
			base.Sub(base, new(big.Rat).Mul(t.Fixed.Rat(), item.Quantity.Rat()))
			percent.Add(percent, t.Rate.Rat())
		}
	}
	if base.Sign() < 0 {
		return new(big.Rat)
	}
	base.Mul(base, big.NewRat(100, 1))
	return base.Quo(base, percent)
}

// levy is the sum of the item's taxes of one kind on a base, at most most.
func (p pricing) levy(item Item, included bool, base *big.Rat, most int64) int64 {
	var sum int64
	for _, t := range item.Taxes {
		if t.Included == included {
			exact := new(big.Rat).Mul(base, t.Rate.Rat())
			exact.Quo(exact, big.NewRat(100, 1))
			exact.Add(exact, new(big.Rat).Mul(t.Fixed.Rat(), item.Quantity.Rat()))
			sum += p.share(t, exact, most-sum)
		}
	}
	return sum
}

// share is a line's rounded part of a tax. Per document it is what the sum so
// far, rounded, has more than the lines before were given.
func (p pricing) share(t Tax, exact *big.Rat, most int64) int64 {
	if p.rounding == PerLine {
		return min(p.round(exact), most)
	}
	if before, ok := p.exact[t]; ok {
		exact = new(big.Rat).Add(before, exact)
	}
	share := min(p.round(exact)-p.spread[t], most)
	p.exact[t] = exact
	p.spread[t] += share
	return share
}

// round goes to minor units; from the limit on it stays at the limit.
func (p pricing) round(exact *big.Rat) int64 {
	if aggregates.TooLarge(exact) {
		return p.most
	}
	return aggregates.RoundMinor(exact, p.currency)
}
