package due_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/due"
	"aftersales/projections/projectionstest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

func id(name string) uuid.UUID { return aggregates.DeriveID("due test", name) }

var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

func generated(name string, until aggregates.Date) projectionstest.Fact {
	return projectionstest.Fact{Stream: coupon.Model.Stream(id(name)), Event: coupon.Generated{Coupon: id(name), ExpiresOn: until}}
}

func of(name string, events ...aggregates.Event) (facts []projectionstest.Fact) {
	for _, e := range events {
		facts = append(facts, projectionstest.Fact{Stream: coupon.Model.Stream(id(name)), Event: e})
	}
	return facts
}

// listed counts how often each id is due.
func listed(t *testing.T, r *projections.Runner, now time.Time, today aggregates.Date) map[uuid.UUID]int {
	t.Helper()
	found := map[uuid.UUID]int{}
	for ref, err := range due.List(t.Context(), r.Pool(), now, today) {
		if err != nil {
			t.Fatal(err)
		}
		found[ref.ID]++
	}
	return found
}

// A reservation is due from its time on, an expiry after its day, a posting on
// its day; what has happened is not due any more.
func TestWhatIsDueAndWhen(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, due.Projection)
	reserved := coupon.Reserved{Order: "W1", Until: noon}
	facts := []projectionstest.Fact{
		generated("endless", ""), generated("dated", "2026-03-20"), generated("used", "2026-03-20"), generated("revoked", "2026-03-20"),
		generated("expired", "2026-03-20"), generated("held", ""), generated("free", ""), generated("restored", "2026-03-20"),
	}
	facts = append(facts, of("used", reserved, coupon.Redeemed{Order: "W1"})...)
	facts = append(facts, of("restored", coupon.Redeemed{Order: "W1"}, coupon.Restored{Order: "W1", ExpiresOn: "2026-03-20"})...)
	facts = append(facts, of("revoked", reserved, coupon.Revoked{})...)
	facts = append(facts, of("expired", coupon.Expired{})...)
	facts = append(facts, of("held", reserved)...)
	facts = append(facts, of("free", reserved, coupon.Released{Order: "W1"})...)
	for _, note := range []string{"note", "posted", "discarded", "edited"} {
		facts = append(facts, projectionstest.Fact{
			Stream: invoice.Model.Stream(id("invoice")), Event: invoice.CreditNoteDrafted{CreditNote: id(note), AutoPostOn: "2026-03-20"},
		})
	}
	facts = append(facts,
		projectionstest.Fact{Stream: invoice.Model.Stream(id("invoice")), Event: invoice.CreditNoteLinesChanged{CreditNote: id("note"), AutoPostOn: "2026-03-20"}},
		projectionstest.Fact{Stream: invoice.Model.Stream(id("invoice")), Event: invoice.CreditNoteLinesChanged{CreditNote: id("edited")}},
		projectionstest.Fact{Stream: invoice.Model.Stream(id("invoice")), Event: invoice.CreditNotePosted{CreditNote: id("posted")}},
		projectionstest.Fact{Stream: invoice.Model.Stream(id("invoice")), Event: invoice.CreditNoteDiscarded{CreditNote: id("discarded")}})
	projectionstest.Wait(t, r, "due", projectionstest.Record(t, env, facts))
	for _, at := range []struct {
		now   time.Time
		today aggregates.Date
		want  []string
	}{
		{noon.Add(-time.Second), "2026-03-19", nil},
		{noon.Add(-time.Second), "2026-03-20", []string{"note"}},
		{noon, "2026-03-20", []string{"note", "held"}},
		{noon, "2026-03-21", []string{"note", "held", "dated", "restored"}},
	} {
		want := map[uuid.UUID]int{}
		for _, name := range at.want {
			want[id(name)] = 1
		}
		if diff := cmp.Diff(want, listed(t, r, at.now, at.today)); diff != "" {
			t.Errorf("at %s on %s (-want +got):\n%s", at.now, at.today, diff)
		}
	}
}

// Pages of the list neither repeat nor leave out anything, of either kind.
func TestALongListIsReadToItsEnd(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, due.Projection)
	story := projectionstest.NewStory("team")
	facts := story.Facts[:0:0]
	for _, f := range story.Facts {
		if f.Stream == "team-"+story.ID("team").String() {
			facts = append(facts, f)
		}
	}
	want := map[uuid.UUID]int{}
	for i := range 410 {
		name := strconv.Itoa(i)
		facts = append(facts, generated(name, "2026-03-20"))
		open := id("ticket " + name)
		facts = append(facts, projectionstest.Fact{
			Stream: ticket.Model.Stream(open), Event: ticket.Opened{Ticket: open, Details: ticket.Details{Team: story.ID("team")}},
		})
		want[id(name)], want[open] = 1, 1
	}
	projectionstest.Wait(t, r, "due", projectionstest.Record(t, env, facts))
	if diff := cmp.Diff(want, listed(t, r, noon.AddDate(10, 0, 0), "2036-03-20")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
