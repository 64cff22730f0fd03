package program

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Rule is a condition for using a coupon (C-02): the cart is worth at least
// MinimumAmount, and has at least MinimumQuantity pieces (some, if 0) of the
// Products together, of anything if none are named.
type Rule struct {
	MinimumAmount   *aggregates.Money  `json:"minimum_amount,omitempty"`
	MinimumQuantity aggregates.Decimal `json:"minimum_quantity,omitzero"`
	Products        []uuid.UUID        `json:"products,omitempty"`
}

// Rules are conditions that must all hold; none: a coupon gives its rewards at
// once (C-09).
type Rules []Rule

// Cart is what a coupon is to be used for. Amount nil or Items nil mean that
// the shop did not tell them; conditions on them are then the shop's to judge.
type Cart struct {
	Amount *aggregates.Money
	Items  []Item
}

// Item is a quantity of a product in a cart.
type Item struct {
	Product  uuid.UUID
	Quantity aggregates.Decimal
}

// Met refuses a cart that does not meet the rules: coupon_minimum_not_reached
// with the amount, coupon_products_missing.
func (rs Rules) Met(cart Cart) error {
	for _, r := range rs {
		switch {
		case cart.Amount != nil && r.MinimumAmount != nil && !reaches(*cart.Amount, *r.MinimumAmount):
			return aggregates.Refuse("coupon_minimum_not_reached",
				"amount", r.MinimumAmount.Amount(), "currency", r.MinimumAmount.Currency.Code())
		case cart.Items != nil && !r.inCart(cart.Items):
			return aggregates.Refuse("coupon_products_missing")
		}
	}
	return nil
}

// reaches is false for another currency: the amounts cannot be compared.
func reaches(amount, minimum aggregates.Money) bool {
	return amount.Currency == minimum.Currency && amount.Minor >= minimum.Minor
}

func (r Rule) inCart(items []Item) bool {
	if r.MinimumQuantity <= 0 && len(r.Products) == 0 {
		return true
	}
	// Counted down, so that no sum can overflow; the smallest piece is some.
	missing := max(r.MinimumQuantity, 1)
	for _, item := range items {
		if item.Quantity > 0 && (len(r.Products) == 0 || slices.Contains(r.Products, item.Product)) {
			missing -= min(missing, item.Quantity)
		}
	}
	return missing == 0
}

func (r Rule) check(f *fields, at string) {
	f.amount(at+".minimum_amount", r.MinimumAmount)
	f.Refuse(r.MinimumQuantity < 0, at+".minimum_quantity", "negative_quantity")
	empty := r.MinimumAmount == nil && r.MinimumQuantity == 0 && r.Products == nil
	f.Refuse(empty, at, "required")
}
