package ticket_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	helpdesk "aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

var (
	id        = uuid.MustParse("cd1c3a10-0000-4000-8000-000000000001")
	team      = uuid.MustParse("cd1c3a10-0000-4000-8000-000000000002")
	customerA = uuid.MustParse("cd1c3a10-0000-4000-8000-00000000000a")
	customerB = uuid.MustParse("cd1c3a10-0000-4000-8000-00000000000b")
	chair     = uuid.MustParse("cd1c3a10-0000-4000-8000-000000000003")
	table     = uuid.MustParse("cd1c3a10-0000-4000-8000-000000000004")
	lot       = uuid.MustParse("cd1c3a10-0000-4000-8000-000000000005")
	document  = ticket.Document{Kind: "credit_note", ID: table, Stream: "invoice-1"}

	details = ticket.Details{
		Title: "Broken chair", Team: team, Customer: customerA, Entity: customerA,
		Product: chair, Lot: lot, Priority: ticket.Low,
	}
	opened   = ticket.Opened{Ticket: id, Stage: "new", Details: details}
	followsA = ticket.FollowerAdded{Follower: ticket.Follower{Contact: customerA, Entity: customerA}}
	linked   = ticket.DocumentLinked{Document: document}
)

// owner is a team that leaves stages free.
var owner helpdesk.State

func closing(owner helpdesk.State) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.Close(owner) }
}

func reopening(owner helpdesk.State) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.Reopen(owner) }
}

type rule = func(ticket.State) ([]aggregates.Event, error)

func with(change func(*ticket.Details)) ticket.Details {
	d := details
	change(&d)
	return d
}

func open(d ticket.Details) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.Open(id, "", d, owner) }
}

func change(d ticket.Details) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.ChangeDetails(d, owner) }
}

func TestTheCustomerOfANewTicketFollowsIt(t *testing.T) {
	wish := with(func(d *ticket.Details) { d.Title, d.Priority = " Broken chair ", "" })
	aggregatetest.For(t, ticket.Model).When(open(wish)).Then(opened, followsA)
	aggregatetest.For(t, ticket.Model, opened).When(open(wish)).Refused("already_exists")

	nobody := with(func(d *ticket.Details) { d.Customer, d.Entity = uuid.Nil, uuid.Nil })
	aggregatetest.For(t, ticket.Model).When(open(nobody)).
		Then(ticket.Opened{Ticket: id, Stage: "new", Details: nobody})
}

func TestBadDetailsAreRefused(t *testing.T) {
	for _, c := range []struct {
		code   string
		change func(*ticket.Details)
	}{
		{"title_required", func(d *ticket.Details) { d.Title = " \n" }},
		{"title_too_long", func(d *ticket.Details) { d.Title = strings.Repeat("ت", 201) }},
		{"too_long", func(d *ticket.Details) { d.Description = strings.Repeat("ت", check.MaxText+1) }},
		{"required", func(d *ticket.Details) { d.Team = uuid.Nil }},
		{"customer_not_found", func(d *ticket.Details) { d.Entity = uuid.Nil }},
		{"product_required", func(d *ticket.Details) { d.Product = uuid.Nil }},
		{"invalid_email", func(d *ticket.Details) { d.Email = "a@" }},
		{"invalid_value", func(d *ticket.Details) { d.Priority = "3" }},
	} {
		aggregatetest.For(t, ticket.Model).When(open(with(c.change))).Refused(c.code)
	}
	longest := with(func(d *ticket.Details) { d.Title = strings.Repeat("ت", 200) })
	aggregatetest.For(t, ticket.Model).When(open(longest)).
		Then(ticket.Opened{Ticket: id, Stage: "new", Details: longest}, followsA)
}

// A description from before there was a limit stays, and is in nobody's way.
func TestALongDescriptionStays(t *testing.T) {
	long := with(func(d *ticket.Details) { d.Description = strings.Repeat("ت", check.MaxText+1) })
	retitled, lengthened := long, long
	retitled.Title, lengthened.Description = "Chair", long.Description+"!"
	given := aggregatetest.For(t, ticket.Model, ticket.Opened{Ticket: id, Stage: "new", Details: long})
	given.When(change(retitled)).Then(ticket.DetailsChanged{Details: retitled})
	given.When(func(s ticket.State) ([]aggregates.Event, error) {
		return s.LinkDocument(document, customerA, customerA)
	}).Then(linked)
	given.When(change(lengthened)).Refused("too_long")
}

// 2.1: what is made from a closed ticket is to be followed up; it stays closed, and
// when it is open again somebody works on it anyway.
func TestWhatIsMadeAfterClosingIsKeptInMind(t *testing.T) {
	late := ticket.DocumentLinked{Document: ticket.Document{Kind: "coupon", ID: chair, Stream: "coupon-1"}}
	closed := ticket.Model.Fold(opened, linked, ticket.Closed{}, late)
	if diff := cmp.Diff([]ticket.Document{late.Document}, closed.AfterClosing); diff != "" || !closed.Closed {
		t.Errorf("closed: %v (-want +got):\n%s", closed.Closed, diff)
	}
	if open := ticket.Model.Evolve(closed, ticket.Reopened{}); len(open.AfterClosing) != 0 || len(closed.AfterClosing) != 1 {
		t.Errorf("open again: %v, before %v", open.AfterClosing, closed.AfterClosing)
	}
}

func TestATicketIsNumberedOnce(t *testing.T) {
	number := func(s ticket.State) ([]aggregates.Event, error) { return s.SetNumber("T00001") }
	aggregatetest.For(t, ticket.Model, opened).When(number).Then(ticket.Numbered{Number: "T00001"})
	aggregatetest.For(t, ticket.Model, opened, ticket.Numbered{Number: "T00009"}).When(number).Then()
}

func TestTheSameDetailsChangeNothing(t *testing.T) {
	aggregatetest.For(t, ticket.Model, opened, followsA, linked).When(change(details)).Then()
}

// 2.4: changing the product clears the lot, unless a new one is given.
func TestAnotherProductClearsTheLotThatStayed(t *testing.T) {
	given := aggregatetest.For(t, ticket.Model, opened)
	want := with(func(d *ticket.Details) { d.Product, d.Lot = table, uuid.Nil })
	given.When(change(with(func(d *ticket.Details) { d.Product = table }))).
		Then(ticket.DetailsChanged{Details: want})
	other := with(func(d *ticket.Details) { d.Product, d.Lot = table, customerB })
	given.When(change(other)).Then(ticket.DetailsChanged{Details: other})
}

// Worked example 24: A's following ends at once, B's begins.
func TestANewCustomerFollowsInPlaceOfTheOldOne(t *testing.T) {
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	given := aggregatetest.For(t, ticket.Model, opened, followsA)
	given.When(change(toB)).Then(
		ticket.DetailsChanged{Details: toB},
		ticket.FollowerRemoved(followsA),
		ticket.FollowerAdded{Follower: ticket.Follower{Contact: customerB, Entity: customerB}},
	)
	toNobody := with(func(d *ticket.Details) { d.Customer, d.Entity = uuid.Nil, uuid.Nil })
	if got := given.When(change(toNobody)).State().Followers; len(got) != 0 {
		t.Errorf("still followed by %v", got)
	}
}

// 2.1: name, address and phone may exist without a contact record, and go with
// the customer whose they were.
func TestWhoAskedNeedsNoRecord(t *testing.T) {
	nobody := with(func(d *ticket.Details) {
		d.Customer, d.Entity, d.Email, d.Name, d.Phone = uuid.Nil, uuid.Nil, "a@example.com", "A", "555"
	})
	first := ticket.Opened{Ticket: id, Stage: "new", Details: nobody}
	aggregatetest.For(t, ticket.Model).When(open(nobody)).Then(first)
	asA := nobody
	asA.Customer, asA.Entity = customerA, customerA
	aggregatetest.For(t, ticket.Model, first).When(change(asA)).Then(ticket.DetailsChanged{Details: asA}, followsA)
	toB, cleared := asA, asA
	toB.Customer, toB.Entity, toB.Phone = customerB, customerB, "777"
	cleared.Customer, cleared.Entity, cleared.Email, cleared.Name, cleared.Phone = customerB, customerB, "", "", "777"
	aggregatetest.For(t, ticket.Model, first, ticket.DetailsChanged{Details: asA}).When(change(toB)).Then(
		ticket.DetailsChanged{Details: cleared}, ticket.FollowerAdded{Follower: ticket.Follower{Contact: customerB, Entity: customerB}})
}

// 2.1 (#69281), worked example 24: with the old customer go their colleagues, and
// whoever might be one; others stay. Within one company only the old contact goes.
func TestTheFollowersOfAFormerCustomerGo(t *testing.T) {
	colleague, toB := chair, with(func(d *ticket.Details) { d.Customer, d.Entity = customerB, customerB })
	of := func(contact, entity uuid.UUID) ticket.FollowerAdded {
		return ticket.FollowerAdded{Follower: ticket.Follower{Contact: contact, Entity: entity}}
	}
	mail := ticket.FollowerAdded{Follower: ticket.Follower{Email: "a2@example.com"}}
	colleagueA, older, partner, followsB := of(colleague, customerA), of(lot, uuid.Nil), of(table, table), of(customerB, customerB)
	followed := []aggregates.Event{opened, followsA, colleagueA, older, partner, mail}
	aggregatetest.For(t, ticket.Model, followed...).When(change(toB)).Then(
		ticket.DetailsChanged{Details: toB}, ticket.FollowerRemoved(followsA), ticket.FollowerRemoved(colleagueA),
		ticket.FollowerRemoved(older), ticket.FollowerRemoved(mail), followsB,
	)
	aggregatetest.For(t, ticket.Model, opened, followsA, of(customerB, uuid.Nil)).When(change(toB)).
		Then(ticket.DetailsChanged{Details: toB}, ticket.FollowerRemoved(followsA)) // B follows already

	toColleague := with(func(d *ticket.Details) { d.Customer = colleague })
	aggregatetest.For(t, ticket.Model, followed...).When(change(toColleague)).
		Then(ticket.DetailsChanged{Details: toColleague}, ticket.FollowerRemoved(followsA))

	nobody := opened
	nobody.Customer, nobody.Entity = uuid.Nil, uuid.Nil
	aggregatetest.For(t, ticket.Model, nobody, mail, partner).When(change(toB)).Then(ticket.DetailsChanged{Details: toB}, followsB)
}

// Decision 21.
func TestTheCustomerIsLockedOnceADocumentIsLinked(t *testing.T) {
	given := aggregatetest.For(t, ticket.Model, opened, linked)
	given.When(change(with(func(d *ticket.Details) { d.Customer = customerB }))).Refused("customer_locked")
	urgent := with(func(d *ticket.Details) { d.Priority = ticket.Urgent })
	given.When(change(urgent)).Then(ticket.DetailsChanged{Details: urgent})
}

func TestADocumentIsLinkedOnce(t *testing.T) {
	link := func(s ticket.State) ([]aggregates.Event, error) { return s.LinkDocument(document, uuid.Nil, uuid.Nil) }
	aggregatetest.For(t, ticket.Model, opened).When(link).Then(linked)
	aggregatetest.For(t, ticket.Model, opened, linked).When(link).Then()
	// Decision 20: a closed ticket still takes documents.
	closed := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{})
	if diff := cmp.Diff([]ticket.Document{document}, closed.When(link).State().Documents); diff != "" {
		t.Error(diff)
	}
}

// Decision 21: a customer that was changed while the first document was being
// made for the one before comes back, and follows again; an order of the other
// one does not stay. Later documents change nothing.
func TestACustomerWhoHasADocumentComesBack(t *testing.T) {
	link := func(s ticket.State) ([]aggregates.Event, error) {
		return s.LinkDocument(document, customerA, customerA)
	}
	toB := with(func(d *ticket.Details) { d.Customer, d.Entity, d.Order = customerB, customerB, table })
	followsB := ticket.FollowerAdded{Follower: ticket.Follower{Contact: customerB, Entity: customerB}}
	gone := []aggregates.Event{opened, followsA, ticket.FollowerRemoved(followsA), ticket.DetailsChanged{Details: toB}, followsB}

	aggregatetest.For(t, ticket.Model, gone...).When(link).Then(
		ticket.DetailsChanged{Details: details},
		ticket.FollowerRemoved(followsB), followsA, linked,
	)
	aggregatetest.For(t, ticket.Model, opened, followsA).When(link).Then(linked)
	other := ticket.DocumentLinked{Document: ticket.Document{Kind: "coupon", ID: chair, Stream: "coupon-1"}}
	aggregatetest.For(t, ticket.Model, append(gone, other)...).When(link).Then(linked)
}

func TestWorkOnATicketGoesOnWhileItIsOpen(t *testing.T) {
	assign := func(s ticket.State) ([]aggregates.Event, error) { return s.Assign("agent-1") }
	move := func(s ticket.State) ([]aggregates.Event, error) { return s.MoveTo("waiting", owner) }
	nowhere := func(s ticket.State) ([]aggregates.Event, error) { return s.MoveTo(" ", owner) }
	given := aggregatetest.For(t, ticket.Model, opened)
	given.When(assign).Then(ticket.Assigned{Assignee: "agent-1"})
	given.When(func(s ticket.State) ([]aggregates.Event, error) { return s.Assign(" \t\u00a0") }).Refused("required")
	given.When(move).Then(ticket.StageChanged{Stage: "waiting"})
	given.When(nowhere).Refused("required")

	worked := []aggregates.Event{opened, ticket.Assigned{Assignee: "agent-1"}, ticket.StageChanged{Stage: "waiting"}}
	again := aggregatetest.For(t, ticket.Model, worked...)
	again.When(assign).Then()
	again.When(move).Then()

	closed := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{})
	closed.When(assign).Refused("ticket_closed")
	closed.When(move).Refused("ticket_closed")
}

func TestClosingAndReopeningTwiceChangesNothing(t *testing.T) {
	open := aggregatetest.For(t, ticket.Model, opened)
	open.When(reopening(owner)).Then()
	open.When(closing(owner)).Then(ticket.Closed{})
	if got := open.When(closing(owner)).State().Status(); got != "closed" {
		t.Errorf("status %q", got)
	}
	closed := aggregatetest.For(t, ticket.Model, opened, ticket.Closed{})
	closed.When(closing(owner)).Then()
	closed.When(reopening(owner)).Then(ticket.Reopened{})
	if got := closed.When(reopening(owner)).State().Status(); got != "open" {
		t.Errorf("status %q", got)
	}
}
