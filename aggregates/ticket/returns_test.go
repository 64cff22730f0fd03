package ticket_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/picking"
	helpdesk "aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// domain.md 4: the customer asks for a return, also on a closed ticket; of what is
// asked about a delivery the last counts, until the team makes a return of it.
func TestACustomerAsksForAReturn(t *testing.T) {
	takesBack := helpdesk.State{Services: map[helpdesk.Service]bool{helpdesk.Returns: true}}
	asked := func(request byte, quantity int64) ticket.ReturnRequested {
		return ticket.ReturnRequested{
			Request: uuid.UUID{request}, Delivery: table, Customer: customerA, Entity: customerA, At: time.Unix(1, 0).UTC(),
			Lines: []ticket.ReturnLine{{DeliveryLine: lot, Product: chair, Quantity: aggregates.NewDecimal(quantity)}},
		}
	}
	ask := func(r ticket.ReturnRequested, owner helpdesk.State) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.RequestReturn(r, owner) }
	}
	first, second, third := asked(1, 1), asked(2, 2), asked(3, 3)
	given := aggregatetest.For(t, ticket.Model, opened)
	given.When(ask(first, takesBack)).Then(first)
	given.When(ask(first, owner)).Refused("service_not_enabled")
	aggregatetest.For(t, ticket.Model, opened, ticket.Closed{}).When(ask(first, takesBack)).Then(first, ticket.Reopened{})
	aggregatetest.For(t, ticket.Model, opened, first).When(ask(first, takesBack)).Refused("already_exists")

	made := ticket.DocumentLinked{Document: ticket.Document{Kind: "return", ID: chair, Stream: picking.Model.Stream(table)}}
	elsewhere := ticket.DocumentLinked{Document: ticket.Document{Kind: "return", ID: lot, Stream: picking.Model.Stream(chair)}}
	got := ticket.Model.Fold(opened, first, second, elsewhere, linked, made, third).ReturnRequests
	if diff := cmp.Diff([]ticket.ReturnRequest{{second, chair}, {third, uuid.Nil}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	if got := aggregatetest.For(t, ticket.Model, opened, first).When(change(toB)).State().ReturnRequests; len(got) != 0 {
		t.Errorf("of B's ticket: %v", got) // it was A's wish
	}
}
