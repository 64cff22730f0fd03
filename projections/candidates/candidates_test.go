package candidates_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/program"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/projectionstest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// However the log is cut, however often the read model is rebuilt: its tables
// are the same.
func TestSlicesOfAnySizeAndARebuildGiveTheSameCandidates(t *testing.T) {
	env := eventstoretest.New(t)
	stories := []*projectionstest.Story{projectionstest.NewStory("a"), projectionstest.NewStory("b")}
	var facts []projectionstest.Fact
	for i := range stories[0].Facts {
		for _, s := range stories {
			facts = append(facts, s.Facts[i])
		}
	}
	last := projectionstest.Record(t, env, facts)
	var first map[string][]string
	for _, limit := range []int{1, 7, 1000} {
		r := projectionstest.Start(t, env, func(c *projections.Config) {
			c.SliceLimit = limit
			c.DatabaseURL = projectionstest.Database(t, env, "slices"+strconv.Itoa(limit))
		}, candidates.Projection)
		projectionstest.Wait(t, r, "candidates", last)
		live := projectionstest.Dump(t, r, "candidates")
		if len(live["candidate"]) != 2*11 || len(live["aggregate"]) != 2*10 {
			t.Errorf("%d candidates in %d streams", len(live["candidate"]), len(live["aggregate"]))
		}
		if first == nil {
			first = live
		} else if diff := cmp.Diff(first, live); diff != "" {
			t.Errorf("in slices of %d (-others +these):\n%s", limit, diff)
		}
		if found, err := r.Verify(t.Context(), "candidates"); err != nil || len(found) > 0 {
			t.Errorf("verify: %+v, %v", found, err)
		}
		if err := r.Rebuild(t.Context(), "candidates"); err != nil {
			t.Errorf("rebuild: %v", err)
		}
		if diff := cmp.Diff(live, projectionstest.Dump(t, r, "candidates")); diff != "" {
			t.Errorf("rebuilt (-live +rebuilt):\n%s", diff)
		}
	}
}

// A story's invoice has 1 of 3 credited; of its delivery 2 of 3 are on their
// way back.
func TestListsAreNarrowedByEntityOrderAndProduct(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, candidates.Projection)
	a, b := projectionstest.NewStory("a"), projectionstest.NewStory("b")
	projectionstest.Record(t, env, a.Facts)
	projectionstest.Wait(t, r, "candidates", projectionstest.Record(t, env, b.Facts))
	for name, c := range map[string]struct {
		filter candidates.Filter
		want   bool
	}{
		"nothing":        {candidates.Filter{ID: a.ID("invoice")}, true},
		"entity":         {candidates.Filter{ID: a.ID("invoice"), Entity: a.ID("company")}, true},
		"other entity":   {candidates.Filter{ID: a.ID("invoice"), Entity: b.ID("company")}, false},
		"contact":        {candidates.Filter{ID: a.ID("invoice"), Entity: a.ID("contact")}, false},
		"order":          {candidates.Filter{ID: a.ID("invoice"), Order: a.ID("order")}, true},
		"other order":    {candidates.Filter{ID: a.ID("invoice"), Order: b.ID("order")}, false},
		"product":        {candidates.Filter{ID: a.ID("invoice"), Product: a.ID("product")}, true},
		"other product":  {candidates.Filter{ID: a.ID("invoice"), Product: b.ID("product")}, false},
		"something left": {candidates.Filter{ID: a.ID("invoice"), Usable: true}, true},
	} {
		found, more, err := candidates.Invoices(t.Context(), r.Pool(), c.filter)
		if err != nil || more || (len(found) == 1) != c.want {
			t.Errorf("%s: %d invoices, more %v, %v", name, len(found), more, err)
		}
		if exists, err := candidates.Exists(t.Context(), r.Pool(), "invoice", c.filter); err != nil || exists != c.want {
			t.Errorf("%s: exists %v, %v", name, exists, err)
		}
	}
	deliveries, _, err := candidates.Deliveries(t.Context(), r.Pool(), candidates.Filter{Entity: a.ID("company"), Usable: true})
	if err != nil || len(deliveries) != 1 || deliveries[0].Balances()[a.ID("delivery line")].Rest().String() != "1" {
		t.Errorf("deliveries %+v, %v", deliveries, err)
	}
	returns, _, err := candidates.Returns(t.Context(), r.Pool(), candidates.Filter{Entity: a.ID("company"), Product: a.ID("product"), Ticket: a.ID("ticket")})
	if err != nil || len(returns) != 1 || returns[0].ID != a.ID("return") || returns[0].From.ID != a.ID("delivery") {
		t.Errorf("returns %+v, %v", returns, err)
	}
	products, _, err := candidates.Products(t.Context(), r.Pool(), candidates.Filter{Entity: a.ID("company"), On: "invoice"})
	if err != nil || len(products) != 1 || products[0].ID != a.ID("product") || len(products[0].Lots) != 1 {
		t.Errorf("products %+v, %v", products, err)
	}
	orders, _, err := candidates.Orders(t.Context(), r.Pool(), candidates.Filter{Entity: b.ID("company"), Delivered: true})
	if err != nil || len(orders) != 1 || orders[0].ID != b.ID("order") {
		t.Errorf("orders %+v, %v", orders, err)
	}
}

// R-04, T-05: drafts and planned deliveries are not offered; what is credited
// or returned in full is of no use; a cancelled return is none, and gives back.
func TestWhatIsNotReadyOrUsedUpIsLeftOut(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, candidates.Projection)
	s := projectionstest.NewStory("s")
	entity := candidates.Filter{Entity: s.ID("company")}
	usable := candidates.Filter{Entity: s.ID("company"), Usable: true}
	counts := func() string {
		t.Helper()
		var text strings.Builder
		for _, c := range []struct {
			kind   string
			filter candidates.Filter
		}{{"invoice", entity}, {"invoice", usable}, {"delivery", entity}, {"delivery", usable}, {"return", entity}} {
			found, err := candidates.Exists(t.Context(), r.Pool(), c.kind, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(&text, found, " ")
		}
		return text.String()
	}
	saw := map[string]string{}
	for _, f := range s.Facts {
		projectionstest.Wait(t, r, "candidates", projectionstest.Record(t, env, []projectionstest.Fact{f}))
		switch f.Event.(type) {
		case invoice.Drafted, invoice.Posted, picking.DeliveryPlanned, picking.DeliveryValidated, picking.ReturnCreated:
			saw[fmt.Sprintf("%T", f.Event)] = counts()
		}
	}
	if diff := cmp.Diff(map[string]string{
		"invoice.Drafted":           "false false false false false ",
		"invoice.Posted":            "true true false false false ",
		"picking.DeliveryPlanned":   "true true false false false ",
		"picking.DeliveryValidated": "true true true true false ",
		"picking.ReturnCreated":     "true true true true true ",
	}, saw); diff != "" {
		t.Errorf("there are (-want +got):\n%s", diff)
	}
	fold := func(facts []projectionstest.Fact) (i invoice.State, d picking.State) {
		for _, f := range facts {
			switch f.Stream {
			case invoice.Model.Stream(s.ID("invoice")):
				i = invoice.Model.Evolve(i, f.Event)
			case picking.Model.Stream(s.ID("delivery")):
				d = picking.Model.Evolve(d, f.Event)
			}
		}
		return i, d
	}
	i, d := fold(s.Facts)
	record := func(stream string, rule func() ([]projectionstest.Fact, error)) {
		t.Helper()
		facts, err := rule()
		if err != nil {
			t.Fatal(stream, err)
		}
		projectionstest.Wait(t, r, "candidates", projectionstest.Record(t, env, facts))
	}
	record("invoice", func() (facts []projectionstest.Fact, err error) {
		events, err := i.PostCreditNote(s.ID("draft credit note"), projectionstest.Day, invoice.WithinInvoice)
		for _, e := range events {
			facts = append(facts, projectionstest.Fact{Stream: invoice.Model.Stream(i.ID), Event: e})
		}
		return facts, err
	})
	record("delivery", func() (facts []projectionstest.Fact, err error) {
		events, err := d.CreateReturn(picking.ReturnRequest{
			Return: uuid.New(), Customer: d.Customer, Entity: d.Entity, Location: s.ID("location"), LocationTakesReturns: true,
		})
		for _, e := range events {
			facts = append(facts, projectionstest.Fact{Stream: picking.Model.Stream(d.ID), Event: e})
		}
		return facts, err
	})
	if got := counts(); got != "true false true false true " {
		t.Errorf("credited and returned in full: %s", got)
	}
}

// C-06: however many programs are over, exhausted or yet to come, the one that gives
// out coupons is on the page.
func TestProgramsThatGiveNothingOutDoNotFillThePage(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, candidates.Projection)
	one := int64(1)
	var facts []projectionstest.Fact
	define := func(d program.Defined, more ...aggregates.Event) uuid.UUID {
		d.Program, d.Name, d.Type = uuid.New(), "Sorry", program.Coupons
		for _, e := range append([]aggregates.Event{d}, more...) {
			facts = append(facts, projectionstest.Fact{Stream: program.Model.Stream(d.Program), Event: e})
		}
		return d.Program
	}
	want := []uuid.UUID{
		define(program.Defined{}),
		define(program.Defined{StartsOn: "2026-03-01", EndsOn: "2026-03-01", UsageLimit: &one}),
	}
	for range candidates.Most {
		define(program.Defined{EndsOn: "2026-02-28"})
	}
	define(program.Defined{StartsOn: "2026-03-02"})
	define(program.Defined{UsageLimit: &one}, program.CouponAllotted{Coupon: uuid.New()})
	projectionstest.Wait(t, r, "candidates", projectionstest.Record(t, env, facts))
	found, more, err := candidates.Programs(t.Context(), r.Pool(), "2026-03-01")
	if err != nil || more || len(found) != 2 || found[0].ID != want[1] || found[1].ID != want[0] {
		t.Errorf("%d programs, more %v, %v", len(found), more, err)
	}
}
