package program

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// RewardType is what a reward gives.
type RewardType string

// The types of rewards.
const (
	Discount    RewardType = "discount"
	FreeProduct RewardType = "free_product"
)

// Scope is what a discount is taken off.
type Scope string

// The scopes: the whole order, its cheapest product, or the products named.
const (
	WholeOrder Scope = "order"
	Cheapest   Scope = "cheapest"
	Products   Scope = "products"
)

// Reward is what a coupon gives. A discount is a percentage (Discount, above 0
// up to 100) or a Fixed amount, at most Max, off what AppliesTo says, by
// default the order. A free product has a Quantity, by default 1.
type Reward struct {
	Type      RewardType         `json:"type"`
	Discount  aggregates.Decimal `json:"discount,omitzero"`
	Fixed     *aggregates.Money  `json:"fixed,omitempty"`
	Max       *aggregates.Money  `json:"max,omitempty"`
	AppliesTo Scope              `json:"applies_to,omitempty"`
	Products  []uuid.UUID        `json:"products,omitempty"`
	Product   uuid.UUID          `json:"product,omitzero"`
	Quantity  aggregates.Decimal `json:"quantity,omitzero"`
}

func (r Reward) withDefaults() Reward {
	r.Products = orNil(r.Products)
	switch {
	case r.Type == Discount && r.AppliesTo == "":
		r.AppliesTo = WholeOrder
	case r.Type == FreeProduct && r.Quantity == 0:
		r.Quantity = aggregates.NewDecimal(1)
	}
	return r
}

// check notes the faults of the reward; fields of the other type are faults.
func (r Reward) check(f *fields, at string) {
	switch r.Type {
	case Discount:
		r.checkDiscount(f, at)
		f.Refuse(r.Product != uuid.Nil, at+".product", "invalid_value")
		f.Refuse(r.Quantity != 0, at+".quantity", "invalid_value")
	case FreeProduct:
		f.Refuse(r.Product == uuid.Nil, at+".product", "required")
		f.Refuse(r.Quantity < 0, at+".quantity", "quantity_not_positive")
		f.Refuse(r.Discount != 0, at+".discount", "invalid_value")
		f.Refuse(r.Fixed != nil, at+".fixed", "invalid_value")
		f.Refuse(r.Max != nil, at+".max", "invalid_value")
		f.Refuse(r.AppliesTo != "", at+".applies_to", "invalid_value")
		f.Refuse(r.Products != nil, at+".products", "invalid_value")
	default:
		f.Refuse(true, at+".type", "invalid_value")
	}
}

func (r Reward) checkDiscount(f *fields, at string) {
	if r.Fixed == nil {
		f.Refuse(r.Discount <= 0, at+".discount", "not_positive")
		f.Refuse(r.Discount > aggregates.NewDecimal(100), at+".discount", "invalid_value")
	} else {
		f.Refuse(r.Discount != 0, at+".discount", "invalid_value")
	}
	f.amount(at+".fixed", r.Fixed)
	f.amount(at+".max", r.Max)
	switch r.AppliesTo {
	case WholeOrder, Cheapest:
		f.Refuse(r.Products != nil, at+".products", "invalid_value")
	case Products:
		f.Refuse(r.Products == nil, at+".products", "required")
	default:
		f.Refuse(true, at+".applies_to", "invalid_value")
	}
}
