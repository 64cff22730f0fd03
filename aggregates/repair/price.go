package repair

import (
	"math/big"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// priced is the part with the price in force.
func (p Part) priced(underWarranty bool) Part {
	p.UnitPrice = p.PriceBeforeWarranty
	if underWarranty {
		p.UnitPrice = 0
	}
	return p
}

// currency is that of the parts' prices: the given one, else the repair's, else
// that of the first list price that is asked for; "" when there is no price.
// A quotation fixes it.
func (s State) currency(given aggregates.Currency, requests []PartRequest) (aggregates.Currency, error) {
	c := given
	if c == "" {
		c = s.Currency
	}
	priced := c != ""
	for _, r := range requests {
		priced = priced || r.UnitPrice != nil
		if c == "" && r.UnitPrice == nil && r.Product.Price != nil {
			c, priced = r.Product.Price.Currency, true
		}
	}
	if _, known := c.Digits(); priced && !known {
		return "", aggregates.Refuse("invalid_value", "currency", c.Code()).On("parts")
	}
	if s.Quote.ID != uuid.Nil && c != s.Quote.Currency {
		return "", aggregates.Refuse("currency_mismatch", "currency", s.Quote.Currency.Code()).On("parts")
	}
	return c, nil
}

// listPrice is the product's price in whole units, 0 when it has none. It is
// not ok when the price is in another currency.
func (p Product) listPrice(currency aggregates.Currency) (price aggregates.Decimal, ok bool) {
	if p.Price == nil {
		return 0, true
	}
	price, err := aggregates.ParseDecimal(p.Price.Amount())
	return price, err == nil && p.Price.Currency == currency
}

// checkTotal refuses parts whose prices add up to more than money can write,
// taken or not, billed or not: a later change must not run into it.
func checkTotal(parts []Part, quantity func(Part) aggregates.Decimal) error {
	total := new(big.Rat)
	for _, p := range parts {
		total.Add(total, new(big.Rat).Mul(quantity(p).Rat(), p.PriceBeforeWarranty.Rat()))
	}
	if aggregates.TooLarge(total) {
		return aggregates.Refuse("amount_too_large").On("parts")
	}
	return nil
}
