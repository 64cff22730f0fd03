package commands_test

import (
	"fmt"
	"slices"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/tag"
	"aftersales/aggregates/task"
	"aftersales/commands"
)

// tagged are the tags of every repair and task, by stream, and how often tags were
// created, by the log.
func (w *world) tagged() (of map[string][]string, created int) {
	w.t.Helper()
	of = map[string][]string{}
	for _, recorded := range w.log() {
		switch e := recorded.Event.(type) {
		case tag.Created:
			created++
		case repair.Created:
			of[recorded.Stream] = e.Tags
		case repair.DetailsChanged:
			of[recorded.Stream] = e.Tags
		case task.Created:
			of[recorded.Stream] = e.About.Tags
		case task.DetailsChanged:
			of[recorded.Stream] = e.About.Tags
		}
	}
	return of, created
}

func mend(name string, tags ...string) *commands.CreateRepair {
	return &commands.CreateRepair{Ticket: id("ticket"), ID: ref(name), Product: id("product"), Tags: tags}
}

// P-10, "duplicate name: reuse the existing tag": a tag is written as it first was,
// on repairs and tasks, also when two write it otherwise at one moment. A refusal
// creates none.
func TestATagIsWrittenAsItFirstWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	want := func(stream string, created int, tags ...string) {
		t.Helper()
		of, all := w.tagged()
		if !slices.Equal(of[stream], tags) || all != created {
			t.Errorf("%s: %q, %d tags created", stream, of[stream], all)
		}
	}
	w.do("first", mend("first", "Seal", "Urgent "))
	want(repair.Model.Stream(id("first")), 2, "Seal", "Urgent")
	w.do("second", mend("second", "seal", "SEAL", "new"))
	want(repair.Model.Stream(id("second")), 3, "Seal", "new")
	w.do("changed", &commands.ChangeRepairDetails{Repair: id("first"), Tags: &[]string{"NEW"}})
	want(repair.Model.Stream(id("first")), 3, "new")
	w.do("visit", &commands.PlanIntervention{Ticket: id("ticket"), ID: ref("visit"), Tags: []string{"urgent"}})
	want(task.Model.Stream(id("visit")), 3, "Urgent")
	w.do("visit changed", &commands.ChangeTaskDetails{Task: id("visit"), TaskDetails: commands.TaskDetails{Tags: &[]string{"Roof"}}})
	want(task.Model.Stream(id("visit")), 4, "Roof")

	refused := mend("refused", "Refused")
	refused.Quantity = new(aggregates.NewDecimal(0))
	_, err := w.try("refused", refused)
	wantRefusal(t, "nothing to repair", err, "quantity_not_positive")
	_, err = w.try("too urgent", &commands.ChangeRepairDetails{Repair: id("first"), Tags: &[]string{"Refused"}, Priority: new(9)})
	wantRefusal(t, "no such priority", err, "invalid_value")
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprint("tag ", i)
	}
	_, err = w.try("too many", mend("many", many...))
	wantRefusal(t, "51 tags", err, "invalid_value")
	want(repair.Model.Stream(id("first")), 4, "new")

	w.meanwhile("tag", func(other *world) { other.do("other", mend("other", "PUMP")) })
	w.do("pump", mend("pump", "pump"))
	want(repair.Model.Stream(id("pump")), 5, "PUMP")
}
