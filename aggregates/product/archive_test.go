package product_test

import (
	"testing"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/product"
)

// 2.11: active and archived.
func TestArchiving(t *testing.T) {
	registered := product.Registered{Product: id, Name: "Lamp"}
	known := aggregatetest.For(t, product.Model, registered)
	known.When(product.State.Archive).Then(product.Archived{})
	aggregatetest.For(t, product.Model, registered, product.Archived{}).When(product.State.Archive).Then()
	aggregatetest.For(t, product.Model).When(product.State.Archive).Refused("product_not_found")
	aggregatetest.For(t, product.Model, registered, product.Archived{}).When(product.State.Unarchive).Then(product.Unarchived{})
	known.When(product.State.Unarchive).Then()
	aggregatetest.For(t, product.Model).When(product.State.Unarchive).Refused("product_not_found")
}
