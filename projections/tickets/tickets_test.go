package tickets_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/project"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/projectionstest"
	"aftersales/projections/tickets"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// reasons are the codes against the five actions, "" where it is available.
func reasons(a tickets.Actions) []string {
	var all []string
	for _, action := range []tickets.Action{a.Refund, a.Coupon, a.Return, a.Repair, a.Intervention} {
		switch {
		case action.Available == (action.Reason != nil):
			all = append(all, fmt.Sprintf("available %v with reason %v", action.Available, action.Reason))
		case action.Available:
			all = append(all, "")
		default:
			all = append(all, *action.Reason)
		}
	}
	return all
}

// R-25, C-19, T-16, P-15, F-09 (domain.md 3.6): the buttons count posted credit
// notes and all other documents, whatever became of them.
func TestSmartButtonsCountTheDocumentsOfTheTicket(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, tickets.Projection)
	story := projectionstest.NewStory("buttons")
	want := map[string]tickets.SmartButtons{}
	var buttons tickets.SmartButtons
	for _, f := range story.Facts {
		last := projectionstest.Record(t, env, []projectionstest.Fact{f})
		switch fmt.Sprintf("%T", f.Event) {
		case "invoice.CreditNotePosted":
			buttons.CreditNotes++
		case "coupon.Generated":
			buttons.Coupons++
		case "picking.ReturnCreated":
			buttons.Returns++
		case "repair.Created":
			buttons.Repairs++
		case "task.Created":
			buttons.Tasks++
		default:
			continue
		}
		projectionstest.Wait(t, r, "tickets", last)
		page, ok, err := tickets.Get(t.Context(), r.Pool(), story.ID("ticket"))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		name := fmt.Sprintf("%T", f.Event)
		want[name] = buttons
		if diff := cmp.Diff(buttons, page.SmartButtons); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", name, diff)
		}
	}
	if len(want) != 5 {
		t.Errorf("the story has only %v", want)
	}
	last := projectionstest.Record(t, env, []projectionstest.Fact{
		{Stream: picking.Model.Stream(story.ID("delivery")), Event: picking.ReturnCancelled{Return: story.ID("return")}},
		{Stream: invoice.Model.Stream(story.ID("invoice")), Event: invoice.CreditNoteDiscarded{CreditNote: story.ID("draft credit note")}},
	})
	projectionstest.Wait(t, r, "tickets", last)
	page, _, err := tickets.Get(t.Context(), r.Pool(), story.ID("ticket"))
	if err != nil || page.SmartButtons != (tickets.SmartButtons{CreditNotes: 1, Coupons: 1, Returns: 1, Repairs: 1, Tasks: 1}) {
		t.Errorf("after a return was cancelled and a draft discarded: %+v, %v", page.SmartButtons, err)
	}
}

// 3.1: a draft credit note is to be reviewed and posted by billing until it is
// posted or discarded, unless it is posted by itself, still and in fact.
func TestBillingHasToReviewDraftCreditNotes(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, tickets.Projection)
	story := projectionstest.NewStory("review")
	draft := func(name string, on aggregates.Date) aggregates.Event {
		return invoice.CreditNoteDrafted{CreditNote: story.ID(name), Ticket: story.ID("ticket"), AutoPostOn: on}
	}
	facts := story.Facts
	for _, e := range []aggregates.Event{
		draft("left", ""), draft("dated", "2026-03-25"), draft("posted", ""), draft("discarded", ""), draft("edited", "2026-03-25"),
		draft("refused", "2026-03-25"),
		invoice.CreditNoteLinesChanged{CreditNote: story.ID("edited")},
		invoice.CreditNoteLinesChanged{CreditNote: story.ID("dated"), AutoPostOn: "2026-03-25"},
		invoice.CreditNotePostingRefused{CreditNote: story.ID("refused"), Code: "journal_archived"},
		invoice.CreditNotePosted{CreditNote: story.ID("posted")},
		invoice.CreditNoteDiscarded{CreditNote: story.ID("discarded")},
	} {
		facts = append(facts, projectionstest.Fact{Stream: invoice.Model.Stream(story.ID("review")), Event: e})
	}
	projectionstest.Wait(t, r, "tickets", projectionstest.Record(t, env, facts))
	page, _, err := tickets.Get(t.Context(), r.Pool(), story.ID("ticket"))
	var want []tickets.Activity
	for _, name := range []string{"left", "edited", "refused"} {
		want = append(want, tickets.Activity{Type: tickets.ReviewAndPost, Kind: "credit_note", ID: story.ID(name)})
	}
	slices.SortFunc(want, func(a, b tickets.Activity) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	if err != nil || !cmp.Equal(want, page.Activities) {
		t.Errorf("activities %+v, %v, want %+v", page.Activities, err, want)
	}
}

// S-02, S-05 to S-09, domain.md 1.7: what each action needs.
func TestActionsFollowTheTeamTheCustomerAndTheDeliveries(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, tickets.Projection)
	ticketID, teamID, customer, entity, deliveryID := uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()
	details := ticket.Details{Title: "T", Team: teamID, Priority: ticket.Low}
	known := details
	known.Customer, known.Entity = customer, entity
	off, anyone := "service_not_enabled", "customer_required"
	for _, step := range []struct {
		name  string
		facts []projectionstest.Fact
		want  []string
	}{
		{"a ticket of a team without services", []projectionstest.Fact{
			{Stream: team.Model.Stream(teamID), Event: team.Created{Team: teamID, Name: "A"}},
			{Stream: ticket.Model.Stream(ticketID), Event: ticket.Opened{Ticket: ticketID, Stage: "new", Details: details}},
		}, []string{off, off, off, off, off}},
		{"services", []projectionstest.Fact{
			{Stream: team.Model.Stream(teamID), Event: team.ServiceEnabled{Service: team.Refunds}},
			{Stream: team.Model.Stream(teamID), Event: team.ServiceEnabled{Service: team.Returns}},
			{Stream: team.Model.Stream(teamID), Event: team.ServiceEnabled{Service: team.Repairs}},
			{Stream: team.Model.Stream(teamID), Event: team.ServiceEnabled{Service: team.FieldService}},
		}, []string{anyone, off, anyone, anyone, anyone}},
		{"a customer", []projectionstest.Fact{
			{Stream: ticket.Model.Stream(ticketID), Event: ticket.DetailsChanged{Details: known}},
		}, []string{"", off, "no_delivery_for_customer", "", ""}},
		{"a planned delivery to a colleague", []projectionstest.Fact{
			{Stream: picking.Model.Stream(deliveryID), Event: picking.DeliveryPlanned{Delivery: deliveryID, Customer: uuid.New(), Entity: entity}},
		}, []string{"", off, "no_delivery_for_customer", "", ""}},
		{"it is done", []projectionstest.Fact{
			{Stream: picking.Model.Stream(deliveryID), Event: picking.DeliveryValidated{}},
		}, []string{"", off, "", "", ""}},
		{"a service is switched off", []projectionstest.Fact{
			{Stream: team.Model.Stream(teamID), Event: team.ServiceDisabled{Service: team.Repairs}},
		}, []string{"", off, "", off, ""}},
		{"the team's project is archived", []projectionstest.Fact{
			{Stream: team.Model.Stream(teamID), Event: team.FieldServiceProjectSet{Project: teamID}},
			{Stream: project.Model.Stream(teamID), Event: project.Archived{}},
		}, []string{"", off, "", off, "project_archived"}},
		{"and taken back", []projectionstest.Fact{
			{Stream: project.Model.Stream(teamID), Event: project.Unarchived{}},
		}, []string{"", off, "", off, ""}},
	} {
		projectionstest.Wait(t, r, "tickets", projectionstest.Record(t, env, step.facts))
		page, ok, err := tickets.Get(t.Context(), r.Pool(), ticketID)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if diff := cmp.Diff(step.want, reasons(page.Actions)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestATicketsPageHasTheDocumentedShape(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, tickets.Projection)
	story := projectionstest.NewStory("page")
	projectionstest.Wait(t, r, "tickets", projectionstest.Record(t, env, story.Facts))
	page, _, err := tickets.Get(t.Context(), r.Pool(), story.ID("ticket"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal([]byte(projectionstest.JSON(t, page)), &got); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{
		"id", "number", "state", "created_at", "updated_at", "revision", "title", "team", "customer", "product",
		"lot", "order", "priority", "stage", "followers", "smart_buttons", "actions",
	} {
		if got[field] == nil {
			t.Errorf("the page has no %s", field)
		}
	}
	var buttons map[string]int
	if err := json.Unmarshal(got["smart_buttons"], &buttons); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"credit_notes": 1, "coupons": 1, "returns": 1, "repairs": 1, "tasks": 1}
	if diff := cmp.Diff(want, buttons); diff != "" {
		t.Errorf("smart buttons (-want +got):\n%s", diff)
	}
}

func TestTicketsAreListedByTeamCustomerStateAndNumber(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, tickets.Projection)
	var stories []*projectionstest.Story
	for i := range 3 {
		s := projectionstest.NewStory(strconv.Itoa(i))
		stories = append(stories, s)
		projectionstest.Record(t, env, s.Facts)
	}
	open := aggregates.DeriveID("open")
	projectionstest.Wait(t, r, "tickets", projectionstest.Record(t, env, []projectionstest.Fact{
		{Stream: ticket.Model.Stream(open), Event: ticket.Opened{Ticket: open, Stage: "new", Details: ticket.Details{Title: "T", Team: stories[0].ID("team")}}},
	}))
	for name, c := range map[string]struct {
		filter tickets.Filter
		want   []uuid.UUID
	}{
		"all":      {tickets.Filter{}, []uuid.UUID{stories[0].ID("ticket"), stories[1].ID("ticket"), stories[2].ID("ticket"), open}},
		"team":     {tickets.Filter{Team: stories[0].ID("team")}, []uuid.UUID{stories[0].ID("ticket"), open}},
		"customer": {tickets.Filter{Customer: stories[1].ID("contact")}, []uuid.UUID{stories[1].ID("ticket")}},
		"state":    {tickets.Filter{State: "open"}, []uuid.UUID{open}},
		"number":   {tickets.Filter{Number: "T-2"}, []uuid.UUID{stories[2].ID("ticket")}},
		"none":     {tickets.Filter{Number: "T-3"}, nil},
	} {
		for limit := 1; limit <= 4; limit++ {
			var got []uuid.UUID
			f := c.filter
			f.Limit = limit
			for {
				page, next, err := tickets.List(t.Context(), r.Pool(), f)
				if err != nil || len(page) > limit {
					t.Fatalf("%s: %d tickets, %v", name, len(page), err)
				}
				for _, p := range page {
					got = append(got, p.ID)
				}
				if f.Cursor = next; next == "" {
					break
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %d at a time (-want +got):\n%s", name, limit, diff)
			}
		}
	}
}
