package ticket_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	helpdesk "aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

func follow(f ticket.Follower) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.AddFollower(f) }
}

func unfollow(f ticket.Follower) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.RemoveFollower(f) }
}

func TestAFollowerIsAContactOrAnAddress(t *testing.T) {
	reader, shouted := ticket.Follower{Email: "a@example.com"}, ticket.Follower{Email: "A@Example.com"}
	given := aggregatetest.For(t, ticket.Model, opened, followsA)
	given.When(follow(reader)).Then(ticket.FollowerAdded{Follower: reader})
	given.When(follow(ticket.Follower{Contact: customerA, Email: "a@example.com"})).Then()
	given.When(follow(ticket.Follower{})).Refused("required")
	given.When(follow(ticket.Follower{Email: "a@"})).Refused("invalid_email")
	given.When(unfollow(reader)).Then()
	given.When(unfollow(followsA.Follower)).Then(ticket.FollowerRemoved(followsA))

	read := aggregatetest.For(t, ticket.Model, opened, ticket.FollowerAdded{Follower: reader})
	read.When(follow(shouted)).Then()
	if got := read.When(unfollow(shouted)).State().Followers; len(got) != 0 {
		t.Errorf("still followed by %v", got)
	}
}

// 2.1: the customer's reply reopens, the team's does not.
func TestTheCustomersReplyReopensAClosedTicket(t *testing.T) {
	post := func(m ticket.MessagePosted) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.PostMessage(m, owner) }
	}
	reply := ticket.MessagePosted{Message: lot, Author: "customer-1", FromCustomer: true, Body: "It broke again.", Entity: customerA}
	answer := ticket.MessagePosted{Message: lot, Author: "agent-1", Body: "We are sorry.", Entity: customerA}
	closed := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{})
	closed.When(post(reply)).Then(reply, ticket.Reopened{})
	closed.When(post(answer)).Then(answer)
	aggregatetest.For(t, ticket.Model, opened).When(post(reply)).Then(reply)
	archived := func(s ticket.State) ([]aggregates.Event, error) {
		return s.PostMessage(reply, helpdesk.State{Archived: true})
	}
	closed.When(archived).Then(reply) // 2.11: it has no open tickets
	closed.When(post(ticket.MessagePosted{Body: " "})).Refused("required")
}

func TestANoteIsLogged(t *testing.T) {
	note := func(n ticket.NoteLogged) rule {
		return func(s ticket.State) ([]aggregates.Event, error) { return s.LogNote(n) }
	}
	n := ticket.NoteLogged{Note: lot, Author: "agent-1", Body: "Call the workshop."}
	given := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{})
	given.When(note(n)).Then(n)
	given.When(note(ticket.NoteLogged{})).Refused("required")
}

// Law: whatever is asked in whatever order, asking again at once changes
// nothing, nobody follows twice, and the customer of the first document stays.
func TestAskingAgainChangesNothing(t *testing.T) {
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	rules := map[string]rule{
		"close":      closing(owner),
		"reopen":     reopening(owner),
		"assign":     func(s ticket.State) ([]aggregates.Event, error) { return s.Assign("agent-1") },
		"unassign":   func(s ticket.State) ([]aggregates.Event, error) { return s.Assign("") },
		"to A":       change(details),
		"to B":       change(toB),
		"follow B":   follow(ticket.Follower{Contact: customerB}),
		"unfollow B": unfollow(ticket.Follower{Contact: customerB}),
		"link": func(s ticket.State) ([]aggregates.Event, error) {
			return s.LinkDocument(document, customerA, customerA)
		},
	}
	names := slices.Sorted(maps.Keys(rules))
	rapid.Check(t, func(t *rapid.T) {
		s := ticket.Model.Fold(opened, followsA)
		for _, name := range rapid.SliceOf(rapid.SampledFrom(names)).Draw(t, "rules") {
			before := s
			events, err := rules[name](s)
			for _, e := range events {
				s = ticket.Model.Evolve(s, e)
			}
			if again, _ := rules[name](s); err == nil && len(again) > 0 {
				t.Fatalf("%s again: %v", name, again)
			}
			seen := map[ticket.Follower]bool{}
			for _, f := range s.Followers {
				if seen[f] {
					t.Fatalf("after %s, %v follows twice", name, f)
				}
				seen[f] = true
			}
			if len(before.Documents) > 0 && s.Details.Customer != before.Details.Customer {
				t.Fatalf("after %s, the customer of a ticket with documents changed", name)
			}
		}
	})
}

// Section 4: a description written about one customer is not for the next one,
// until it is written anew; what was written about nobody known is for whoever
// turns out to be the customer.
func TestADescriptionIsForTheCustomerItWasWrittenAbout(t *testing.T) {
	of := func(entity uuid.UUID, text string) ticket.Details {
		return with(func(d *ticket.Details) { d.Customer, d.Entity, d.Description = entity, entity, text })
	}
	begun := func(d ticket.Details) ticket.Opened { return ticket.Opened{Ticket: id, Stage: "new", Details: d} }
	for name, c := range map[string]struct {
		want   bool
		events []aggregates.Event
	}{
		"one's own":      {true, []aggregates.Event{begun(of(customerA, "a"))}},
		"handed over":    {false, []aggregates.Event{begun(of(customerA, "a")), ticket.DetailsChanged{Details: of(customerB, "a")}}},
		"written anew":   {true, []aggregates.Event{begun(of(customerA, "a")), ticket.DetailsChanged{Details: of(customerB, "b")}}},
		"come back":      {true, []aggregates.Event{begun(of(customerA, "a")), ticket.DetailsChanged{Details: of(customerB, "a")}, ticket.DetailsChanged{Details: of(customerA, "a")}}},
		"nobody's first": {true, []aggregates.Event{begun(of(uuid.Nil, "a")), ticket.DetailsChanged{Details: of(customerB, "a")}}},
	} {
		if got := ticket.Model.Fold(c.events...).DescriptionShared(); got != c.want {
			t.Errorf("%s: shared %t", name, got)
		}
	}
}
