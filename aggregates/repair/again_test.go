package repair_test

import (
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
)

func toDraft() rule { return repair.State.SetToDraft }

func remind(now time.Time) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.RemindOverdue(now) }
}

// 2.8: a cancelled repair is set to draft again, and its quotation is filled
// again.
func TestACancelledRepairBecomesADraftAgain(t *testing.T) {
	made := create(withParts(part("seal", repair.Add, "2", "12.50")))
	before := given(t, made, quote()).When(toDraft()).State()
	g := given(t, made, quote(), cancel())
	if got := g.When(toDraft()).State(); got.Status != repair.StatusDraft || got.Quote.Total != before.Quote.Total || got.Quote.Total != 2500 {
		t.Errorf("%s, total %d", got.Status, got.Quote.Total)
	}
	given(t, made, cancel()).When(toDraft()).Then(repair.ReturnedToDraft{ScheduledAt: at})
	given(t, made).When(toDraft()).Then()
	given(t, made, confirm(inStock)).When(toDraft()).Refused("repair_not_cancelled")
	given(t, made, start(), end()).When(toDraft()).Refused("repair_not_cancelled")
	given(t).When(toDraft()).Refused("repair_not_cancelled")
	given(t, made, cancel(), toDraft()).When(confirm(inStock)).Then(repair.Confirmed{})
}

// Section 5: overdue repairs are reminded of, once, a day after their time.
func TestAnOverdueRepairIsRemindedOfOnce(t *testing.T) {
	late := at.Add(repair.OverdueAfter)
	want := repair.OverdueReminded{ScheduledAt: at, At: late}
	given(t, create()).When(remind(late.Add(-time.Second))).Then()
	given(t, create()).When(remind(late)).Then(want)
	given(t, create(), start()).When(remind(late)).Then(want)
	given(t, create(), remind(late)).When(remind(late.Add(time.Hour))).Then()
	given(t, create(), start(), end()).When(remind(late)).Then()
	given(t, create(), cancel()).When(remind(late)).Then()
	given(t, create(), remind(late), cancel(), toDraft()).When(remind(late)).Then(want)
	given(t).When(remind(late)).Then()
}
