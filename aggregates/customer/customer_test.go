package customer_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/customer"
)

var (
	id      = uuid.MustParse("5d1c3a10-0000-4000-8000-000000000001")
	company = uuid.MustParse("5d1c3a10-0000-4000-8000-000000000002")
)

func register(c customer.Registered) func(customer.State) ([]aggregates.Event, error) {
	return func(s customer.State) ([]aggregates.Event, error) { return s.Register(c) }
}

func TestACustomerWithoutParentIsItsOwnEntity(t *testing.T) {
	aggregatetest.For(t, customer.Model).
		When(register(customer.Registered{Customer: id, Details: customer.Details{Name: " Customer A "}})).
		Then(customer.Registered{Customer: id, Entity: id, Details: customer.Details{Name: "Customer A", Language: "en"}})
}

// 2.3: a contact belongs to the commercial entity of its company.
func TestAContactBelongsToTheEntityOfItsParent(t *testing.T) {
	contact := customer.Registered{Customer: id, Parent: company, Entity: company, Details: customer.Details{Name: "Contact A", Language: "fa"}}
	got := aggregatetest.For(t, customer.Model).When(register(contact)).State()
	want := customer.State{ID: id, Parent: company, Entity: company, Details: customer.Details{Name: "Contact A", Language: "fa"}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestABadCustomerIsRefused(t *testing.T) {
	for code, c := range map[string]customer.Registered{
		"required":           {Customer: id},
		"invalid_email":      {Customer: id, Details: customer.Details{Name: "Customer A", Email: "a@"}},
		"invalid_value":      {Customer: id, Details: customer.Details{Name: "Customer A", Language: "xx"}},
		"customer_not_found": {Customer: id, Parent: company, Details: customer.Details{Name: "Customer A"}},
	} {
		aggregatetest.For(t, customer.Model).When(register(c)).Refused(code)
	}
}

func TestACustomerIsRegisteredOnce(t *testing.T) {
	c := customer.Registered{Customer: id, Entity: id, Details: customer.Details{Name: "Customer A"}}
	aggregatetest.For(t, customer.Model, c).When(register(c)).Refused("already_exists")
}
