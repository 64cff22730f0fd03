package portal_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/documents"
	"aftersales/projections/portal"
	"aftersales/projections/projectionstest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

func list(t *testing.T, r *projections.Runner, f portal.Filter) []documents.Document {
	t.Helper()
	f.Limit = 100
	all, next, err := portal.List(t.Context(), r.Pool(), f)
	if err != nil || next != "" {
		t.Fatal(next, err)
	}
	return all
}

func kinds(all []documents.Document) (names []string) {
	for _, d := range all {
		names = append(names, d.Kind)
	}
	slices.Sort(names)
	return names
}

// Domain.md 4: own tickets, tasks of portal-visible projects, posted invoices and credit
// notes but no drafts, returns, coupons, repairs; and nothing else.
func TestACustomerSeesWhatIsTheirsAndNothingElse(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, portal.Projection)
	mine, others := projectionstest.NewStory("mine"), projectionstest.NewStory("others")
	hidden := uuid.New()
	facts := append(slices.Concat(mine.Facts, others.Facts), projectionstest.Fact{
		Stream: task.Model.Stream(hidden),
		Event:  task.Created{Task: hidden, Ticket: mine.ID("ticket"), Title: "T", Entity: mine.ID("company")},
	})
	projectionstest.Wait(t, r, "portal", projectionstest.Record(t, env, facts))

	got := list(t, r, portal.Filter{Entity: mine.ID("company")})
	want := []string{"coupon", "credit_note", "delivery", "invoice", "order", "repair", "return", "task", "ticket"}
	if diff := cmp.Diff(want, kinds(got)); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	text := projectionstest.JSON(t, got)
	for _, secret := range []string{"An internal note", "Check the socket", `"parts"`, `"followers"`, "return_location", `"sealed`, others.ID("ticket").String()} {
		if strings.Contains(text, secret) {
			t.Errorf("the portal shows %s", secret)
		}
	}
	for _, d := range got {
		if _, ok, err := portal.Get(t.Context(), r.Pool(), mine.ID("company"), d.Kind, d.ID); !ok || err != nil {
			t.Errorf("%s is listed but not shown, %v", d.Kind, err)
		}
		if _, ok, err := portal.Get(t.Context(), r.Pool(), others.ID("company"), d.Kind, d.ID); ok || err != nil {
			t.Errorf("another customer sees the %s, %v", d.Kind, err)
		}
	}
	if _, ok, err := portal.Get(t.Context(), r.Pool(), mine.ID("company"), "credit_note", mine.ID("draft credit note")); ok || err != nil {
		t.Errorf("the draft credit note is shown, %v", err)
	}
	if got := kinds(list(t, r, portal.Filter{Entity: mine.ID("company"), Ticket: mine.ID("ticket")})); len(got) != 5 {
		t.Errorf("of the ticket: %v", got)
	}
	if got := kinds(list(t, r, portal.Filter{Entity: mine.ID("company"), Kind: "return"})); len(got) != 1 {
		t.Errorf("returns: %v", got)
	}
}

// Domain.md 4: open tickets come first, also over several pages; a cursor of
// another order is none.
func TestOpenTicketsComeFirst(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, portal.Projection)
	entity, tickets := uuid.New(), []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()}
	var facts []projectionstest.Fact
	for _, id := range tickets {
		facts = append(facts, projectionstest.Fact{
			Stream: ticket.Model.Stream(id), Event: ticket.Opened{Ticket: id, Details: ticket.Details{Title: "T", Customer: entity, Entity: entity}},
		})
	}
	for _, id := range tickets[:2] {
		facts = append(facts, projectionstest.Fact{Stream: ticket.Model.Stream(id), Event: ticket.Closed{}})
	}
	projectionstest.Wait(t, r, "portal", projectionstest.Record(t, env, facts))
	want := []uuid.UUID{tickets[2], tickets[3], tickets[0], tickets[1]}
	for limit := 1; limit <= len(tickets); limit++ {
		var got []uuid.UUID
		f := portal.Filter{Entity: entity, Kind: "ticket", Limit: limit}
		for more := true; more; more = f.Cursor != "" {
			page, next, err := portal.List(t.Context(), r.Pool(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range page {
				got = append(got, d.ID)
			}
			f.Cursor = next
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d a page (-want +got):\n%s", limit, diff)
		}
	}
	_, marked, err := portal.List(t.Context(), r.Pool(), portal.Filter{Entity: entity, Kind: "ticket", Limit: 1})
	_, plain, plainErr := portal.List(t.Context(), r.Pool(), portal.Filter{Entity: entity, Limit: 1})
	if err != nil || plainErr != nil {
		t.Fatal(err, plainErr)
	}
	for kind, cursor := range map[string]string{"ticket": plain, "": marked} {
		if _, _, err := portal.List(t.Context(), r.Pool(), portal.Filter{Entity: entity, Kind: kind, Limit: 1, Cursor: cursor}); !errors.Is(err, documents.ErrCursor) {
			t.Errorf("kind %q takes the cursor %s: %v", kind, cursor, err)
		}
	}
}

// No row of any table that queries read holds what is not for customers.
func TestTheTablesHoldNothingInternal(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, portal.Projection)
	projectionstest.Wait(t, r, "portal", projectionstest.Record(t, env, projectionstest.NewStory("tables").Facts))
	dump := projectionstest.Dump(t, r, "portal")
	rows := strings.Join(slices.Concat(dump["item"], dump["message"]), "\n")
	for _, internal := range []string{"internal note", "Check the socket", "price_before_warranty"} {
		if strings.Contains(rows, internal) {
			t.Errorf("a table holds %q", internal)
		}
	}
}

func TestTheConversationIsForItsCustomerAndWithoutNotes(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, portal.Projection)
	story := projectionstest.NewStory("talk")
	answer := uuid.New()
	facts := append(story.Facts, projectionstest.Fact{
		Stream: ticket.Model.Stream(story.ID("ticket")),
		Event:  ticket.MessagePosted{Message: answer, Author: "customer", FromCustomer: true, Body: "Thanks"},
	})
	projectionstest.Wait(t, r, "portal", projectionstest.Record(t, env, facts))
	all, err := portal.Messages(t.Context(), r.Pool(), story.ID("company"), "ticket", story.ID("ticket"))
	if err != nil || len(all) != 2 || all[0].Body != "We are on it." || all[1].ID != answer || !all[1].FromCustomer {
		t.Errorf("messages %+v, %v", all, err)
	}
	if all, err := portal.Messages(t.Context(), r.Pool(), uuid.New(), "ticket", story.ID("ticket")); err != nil || len(all) != 0 {
		t.Errorf("another customer reads %+v, %v", all, err)
	}
}

// A ticket that is given to another customer leaves the first one's sight, a
// quotation shows once it was sent.
func TestWhatIsVisibleChangesWithTheDocument(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, portal.Projection)
	story := projectionstest.NewStory("moves")
	step := func(facts ...projectionstest.Fact) {
		t.Helper()
		projectionstest.Wait(t, r, "portal", projectionstest.Record(t, env, facts))
	}
	shown := func() int { return len(list(t, r, portal.Filter{Entity: story.ID("company"), Kind: "ticket"})) }
	stream := ticket.Model.Stream(story.ID("ticket"))
	details := ticket.Details{Title: "T", Customer: story.ID("contact"), Entity: story.ID("company")}
	step(projectionstest.Fact{Stream: stream, Event: ticket.Opened{Ticket: story.ID("ticket"), Details: details}})
	if shown() != 1 {
		t.Error("the ticket is not shown")
	}
	step(projectionstest.Fact{Stream: stream, Event: ticket.DetailsChanged{Details: ticket.Details{Title: "T"}}})
	if shown() != 0 {
		t.Error("a ticket without customer is still shown")
	}
	quote := func() (state string) {
		d, ok, err := portal.Get(t.Context(), r.Pool(), story.ID("company"), "repair", story.ID("repair"))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		var of struct{ Quote struct{ State string } }
		if err := json.Unmarshal(d.Fields, &of); err != nil {
			t.Fatal(err)
		}
		return of.Quote.State
	}
	var states []string
	for _, f := range story.Facts {
		if strings.HasPrefix(f.Stream, "repair-") {
			step(f)
			states = append(states, quote())
		}
	}
	if diff := cmp.Diff([]string{"", "", "", "sent", "sent"}, states); diff != "" {
		t.Errorf("quote (-want +got):\n%s", diff)
	}
}
