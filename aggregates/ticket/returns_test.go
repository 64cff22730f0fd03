package ticket_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
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
	long := first
	long.Reason = strings.Repeat("ت", check.MaxReason+1)
	given.When(ask(long, takesBack)).Refused("too_long")
	given.When(ask(first, owner)).Refused("service_not_enabled")
	aggregatetest.For(t, ticket.Model, opened, ticket.Closed{}).When(ask(first, takesBack)).Then(first, ticket.Reopened{})
	aggregatetest.For(t, ticket.Model, opened, first).When(ask(first, takesBack)).Refused("already_exists")

	made := ticket.DocumentLinked{Document: ticket.Document{Kind: "return", ID: chair, Stream: picking.Model.Stream(table)}}
	elsewhere := ticket.DocumentLinked{Document: ticket.Document{Kind: "return", ID: lot, Stream: picking.Model.Stream(chair)}}
	got := ticket.Model.Fold(opened, first, second, elsewhere, linked, made, third).ReturnRequests
	if diff := cmp.Diff([]ticket.ReturnRequest{{Wish: second, Return: chair}, {Wish: third}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	if got := aggregatetest.For(t, ticket.Model, opened, first).When(change(toB)).State().ReturnRequests; len(got) != 0 {
		t.Errorf("of B's ticket: %v", got) // it was A's wish
	}
}

// domain.md 4: the team declines with a reason, the customer withdraws, each once and
// only while the request waits; what comes later about the delivery is another request.
func TestAReturnRequestEnds(t *testing.T) {
	asked := ticket.ReturnRequested{Request: lot, Delivery: table, Customer: customerA, Entity: customerA, At: time.Unix(1, 0).UTC()}
	later := asked
	later.Request = chair
	decline := func(request uuid.UUID, reason string) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.DeclineReturn(request, reason) }
	}
	withdraw := func(request uuid.UUID) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.WithdrawReturn(request) }
	}
	declined, withdrawn := ticket.ReturnRequestDeclined{Request: lot, Reason: "Used"}, ticket.ReturnRequestWithdrawn{Request: lot}
	made := ticket.DocumentLinked{Document: ticket.Document{Kind: "return", ID: chair, Stream: picking.Model.Stream(table)}}

	waiting := aggregatetest.For(t, ticket.Model, opened, asked)
	waiting.When(decline(lot, " Used ")).Then(declined)
	waiting.When(withdraw(lot)).Then(withdrawn)
	waiting.When(decline(lot, " ")).Refused("required")
	waiting.When(decline(lot, strings.Repeat("ن", 501))).Refused("too_long")
	waiting.When(decline(lot, strings.Repeat("ن", 500))).Then(ticket.ReturnRequestDeclined{Request: lot, Reason: strings.Repeat("ن", 500)})
	waiting.When(decline(chair, "Used")).Refused("return_request_not_found")
	waiting.When(withdraw(chair)).Refused("return_request_not_found")
	for want, end := range map[ticket.RequestStatus]aggregates.Event{
		ticket.RequestDeclined: declined, ticket.RequestWithdrawn: withdrawn, ticket.RequestAccepted: made,
	} {
		over := aggregatetest.For(t, ticket.Model, opened, asked, end)
		over.When(decline(lot, "Used")).Refused("return_request_answered")
		over.When(withdraw(lot)).Refused("return_request_answered")
		got := ticket.Model.Fold(opened, asked, end, later).ReturnRequests
		if len(got) != 2 || got[0].Wish.Request != lot || got[0].Status() != want || got[1].Status() != ticket.RequestWaiting {
			t.Errorf("after %T: %+v", end, got)
		}
	}
}
