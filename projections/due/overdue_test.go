package due_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/due"
	"aftersales/projections/projectionstest"
)

// A repair is due a day after its scheduled time while it is open and nobody was
// reminded of it; set to draft again or given another date it is due again.
func TestWhichRepairsAreOverdue(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, due.Projection)
	after := map[string][]aggregates.Event{
		"draft": nil, "done": {repair.Ended{}}, "cancelled": {repair.Cancelled{}}, "reminded": {repair.OverdueReminded{}},
		"again":   {repair.OverdueReminded{}, repair.Cancelled{}, repair.ReturnedToDraft{ScheduledAt: noon}},
		"moved":   {repair.OverdueReminded{}, repair.DetailsChanged{ScheduledAt: noon, Rescheduled: true}},
		"put off": {repair.DetailsChanged{ScheduledAt: noon.Add(1000), Rescheduled: true}}, "noted": {repair.OverdueReminded{}, repair.DetailsChanged{ScheduledAt: noon}},
	}
	var facts []projectionstest.Fact
	for name, events := range after {
		stream := repair.Model.Stream(id(name))
		facts = append(facts, projectionstest.Fact{Stream: stream, Event: repair.Created{Repair: id(name), ScheduledAt: noon}})
		for _, e := range events {
			facts = append(facts, projectionstest.Fact{Stream: stream, Event: e})
		}
	}
	projectionstest.Wait(t, r, "due", projectionstest.Record(t, env, facts))
	at := noon.Add(repair.OverdueAfter)
	if early := listed(t, r, at.Add(-1000), "2026-03-20"); len(early) != 0 {
		t.Errorf("early: %v", early)
	}
	want := map[uuid.UUID]int{id("draft"): 1, id("again"): 1, id("moved"): 1}
	if diff := cmp.Diff(want, listed(t, r, at, "2026-03-20")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
