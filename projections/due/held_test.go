package due_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/due"
	"aftersales/projections/projectionstest"
)

// A held invoice is to be looked at from the end of its hold on, unless the hold
// was used or given up.
func TestAHeldInvoiceIsDueWhenItsHoldIsOver(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, due.Projection)
	var facts []projectionstest.Fact
	for name, then := range map[string][]aggregates.Event{
		"kept": nil, "used": {invoice.CreditNoteDrafted{CreditNote: id("note"), Hold: id("hold")}},
		"given up": {invoice.CreditHoldReleased{Hold: id("hold")}}, "beside": {invoice.CreditNoteDrafted{CreditNote: id("other note")}},
	} {
		for _, e := range append([]aggregates.Event{invoice.CreditHeld{ID: id("hold"), Until: noon}}, then...) {
			facts = append(facts, projectionstest.Fact{Stream: invoice.Model.Stream(id(name)), Event: e})
		}
	}
	projectionstest.Wait(t, r, "due", projectionstest.Record(t, env, facts))
	if early := listed(t, r, noon.Add(-time.Second), "2026-03-20"); len(early) > 0 {
		t.Errorf("due before the time: %v", early)
	}
	want := map[uuid.UUID]int{id("kept"): 1, id("beside"): 1}
	if diff := cmp.Diff(want, listed(t, r, noon, "2026-03-20")); diff != "" {
		t.Errorf("due (-want +got):\n%s", diff)
	}
}
