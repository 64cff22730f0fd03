package product_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/product"
)

// 2.4: name, SKU and list price change; what quantities are counted in stays.
func TestDetailsOfAProductChange(t *testing.T) {
	eur := func(minor int64) *aggregates.Money { return &aggregates.Money{Minor: minor, Currency: "EUR"} }
	change := func(d product.DetailsChanged) func(product.State) ([]aggregates.Event, error) {
		return func(s product.State) ([]aggregates.Event, error) { return s.ChangeDetails(d) }
	}
	known := aggregatetest.For(t, product.Model, tracked)
	same := product.DetailsChanged{Name: tracked.Name, SKU: tracked.SKU, Price: tracked.Price}
	dearer := product.DetailsChanged{Name: tracked.Name, SKU: "C-2", Price: eur(12300)}

	changed := known.When(change(dearer))
	changed.Then(dearer)
	got := changed.State()
	if got.SKU != "C-2" || got.Price.Minor != 12300 || got.Tracking != tracked.Tracking || got.Unit != tracked.Unit {
		t.Errorf("got %+v", got)
	}
	known.When(change(same)).Then()
	known.When(change(product.DetailsChanged{})).Refused("required")
	known.When(change(product.DetailsChanged{Name: "Chair", Price: eur(-1)})).Refused("invalid_value")
	aggregatetest.For(t, product.Model).When(change(dearer)).Refused("product_not_found")
}
