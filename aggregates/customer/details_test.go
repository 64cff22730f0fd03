package customer_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/customer"
)

func changeDetails(d customer.Details) func(customer.State) ([]aggregates.Event, error) {
	return func(s customer.State) ([]aggregates.Event, error) { return s.ChangeDetails(d) }
}

// 2.3: details may change under the rules of registering; whose the customer is
// stays, and the same details again are no event.
func TestDetailsOfACustomerChange(t *testing.T) {
	before := customer.Details{Name: "Customer A", Email: "a@example.com", Language: "en"}
	after := customer.Details{Name: "Customer B", Language: "fa", Address: "1 Main Street"}
	known := aggregatetest.For(t, customer.Model, customer.Registered{Customer: id, Parent: company, Entity: company, Details: before})

	changed := known.When(changeDetails(after))
	changed.Then(customer.DetailsChanged{Details: after})
	got := changed.State()
	if want := (customer.State{ID: id, Parent: company, Entity: company, Details: after}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	known.When(changeDetails(before)).Then()
	known.When(changeDetails(customer.Details{Name: " "})).Refused("required")
	known.When(changeDetails(customer.Details{Name: "Customer A", Email: "a@"})).Refused("invalid_email")
	known.When(changeDetails(customer.Details{Name: "Customer A", Language: "xx"})).Refused("invalid_value")
	aggregatetest.For(t, customer.Model).When(changeDetails(after)).Refused("customer_not_found")
}
