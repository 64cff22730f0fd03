package customer_test

import (
	"testing"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/customer"
)

// 2.11: active and archived.
func TestArchiving(t *testing.T) {
	registered := customer.Registered{Customer: id, Details: customer.Details{Name: "Customer A"}}
	known := aggregatetest.For(t, customer.Model, registered)
	known.When(customer.State.Archive).Then(customer.Archived{})
	aggregatetest.For(t, customer.Model, registered, customer.Archived{}).When(customer.State.Archive).Then()
	aggregatetest.For(t, customer.Model).When(customer.State.Archive).Refused("customer_not_found")
	aggregatetest.For(t, customer.Model, registered, customer.Archived{}).When(customer.State.Unarchive).Then(customer.Unarchived{})
	known.When(customer.State.Unarchive).Then()
	aggregatetest.For(t, customer.Model).When(customer.State.Unarchive).Refused("customer_not_found")
}
