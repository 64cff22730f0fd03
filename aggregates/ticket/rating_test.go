package ticket_test

import (
	"strings"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/ticket"
)

// domain.md 4: the customer rates, also a closed ticket; the last rating counts.
func TestTheLastRatingCounts(t *testing.T) {
	rate := func(r ticket.Rated) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.Rate(r) }
	}
	good, bad := ticket.Rated{Rating: ticket.Satisfied}, ticket.Rated{Rating: ticket.Dissatisfied, Comment: "It broke again."}
	given := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{}, good)
	given.When(rate(good)).Then()
	given.When(rate(bad)).Then(bad)
	if got := given.When(rate(bad)).State().Rating; got != ticket.Dissatisfied {
		t.Errorf("rated %s", got)
	}
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	if got := given.When(change(toB)).State().Rating; got != "" { // section 4: it was A's
		t.Errorf("of B's ticket: %s", got)
	}
	given.When(rate(ticket.Rated{})).Refused("required")
	given.When(rate(ticket.Rated{Rating: "so-so"})).Refused("invalid_value")
	given.When(rate(ticket.Rated{Rating: ticket.Neutral, Comment: strings.Repeat("x", check.MaxText+1)})).Refused("too_long")
}
