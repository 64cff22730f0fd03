package repair_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

func edit(w repair.Edit) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.ChangeDetails(w) }
}

// detailsOf are those of draft().
func detailsOf(change func(*repair.DetailsChanged)) repair.DetailsChanged {
	e := repair.DetailsChanged{
		Product: machine.ID, Tracking: product.Untracked, Quantity: *dec("1"), Unit: "unit", ScheduledAt: at,
	}
	change(&e)
	return e
}

// 2.8, P-08 to P-12: the form of a draft can be changed; what is not told stays.
func TestTheFormOfADraftCanBeChanged(t *testing.T) {
	later := at.Add(24 * time.Hour)
	g := given(t, create())
	g.When(edit(repair.Edit{
		ScheduledAt: &later, Responsible: &repair.Responsible{ID: "fixer", Internal: true},
		Tags: new([]string{"leak", "leak "}), Priority: new(1), Notes: new("Seal"),
	})).Then(detailsOf(func(e *repair.DetailsChanged) {
		e.ScheduledAt, e.Rescheduled, e.Responsible, e.Tags, e.Priority, e.Notes = later, true, "fixer", []string{"leak"}, 1, "Seal"
	}))
	g.When(edit(repair.Edit{})).Then()
	g.When(edit(repair.Edit{Product: &machine, ScheduledAt: new(at)})).Then()
	g.When(edit(repair.Edit{Product: &machine, Quantity: dec("2")})).
		Then(detailsOf(func(e *repair.DetailsChanged) { e.Quantity = *dec("2") }))
	g.When(edit(repair.Edit{Priority: new(2)})).Refused("invalid_value")
	g.When(edit(repair.Edit{ScheduledAt: &time.Time{}})).Refused("scheduled_date_required")
	g.When(edit(repair.Edit{Responsible: &repair.Responsible{ID: "visitor"}})).Refused("responsible_not_internal")
	g.When(edit(repair.Edit{Responsible: &repair.Responsible{ID: " \t", Internal: true}})).Refused("required")
	long := strings.Repeat("ت", check.MaxText+1)
	g.When(edit(repair.Edit{Notes: &long})).Refused("too_long")
	given(t).When(create(func(d *repair.Draft) { d.Notes = long })).Refused("too_long")
	g.When(edit(repair.Edit{Product: &machine, Quantity: dec("0")})).Refused("quantity_not_positive")
	g.When(edit(repair.Edit{Product: &pump, Quantity: dec("1")})).Then(detailsOf(func(e *repair.DetailsChanged) { e.Product = pump.ID }))
	g.When(edit(repair.Edit{Quantity: dec("1")})).Refused("product_required")
	g.When(edit(repair.Edit{Product: &machine, Unit: "unit"})).Refused("required")
	given(t, create(func(d *repair.Draft) { d.Priority = 1 })).When(edit(repair.Edit{Priority: new(1)})).Then()
	given(t).When(create(func(d *repair.Draft) { d.Priority = -1 })).Refused("invalid_value")
}

// Notes from before there was a limit stay, and are in nobody's way.
func TestLongNotesStay(t *testing.T) {
	long := detailsOf(func(e *repair.DetailsChanged) { e.Notes = strings.Repeat("ت", check.MaxText+1) })
	urgent := long
	urgent.Priority = 1
	old := func(repair.State) ([]aggregates.Event, error) { return []aggregates.Event{long}, nil }
	given(t, create(), old).When(edit(repair.Edit{Priority: new(1), Notes: &long.Notes})).Then(urgent)
}

// 2.4, pain 33: another product has another lot, in one event.
func TestAnotherProductTakesTheLotAway(t *testing.T) {
	serial := tracked(goods("drill"), product.BySerial)
	sn := repair.Lot{ID: id("SN1"), Product: serial.ID}
	drill := create(func(d *repair.Draft) { d.Product, d.Lot = serial, &sn })
	s := given(t, drill).When(edit(repair.Edit{Product: &machine})).State()
	if s.Lot != uuid.Nil || s.Product != machine.ID || s.Tracking != product.Untracked {
		t.Errorf("%+v", s)
	}
	g := given(t, create())
	if s := g.When(edit(repair.Edit{Product: &serial, Lot: &sn})).State(); s.Lot != sn.ID || s.Tracking != product.BySerial {
		t.Errorf("%+v", s)
	}
	g.When(edit(repair.Edit{Lot: &sn})).Refused("lot_not_applicable")
	g.When(edit(repair.Edit{Product: &serial, Lot: &repair.Lot{ID: id("nowhere")}})).Refused("lot_not_found")
	g.When(edit(repair.Edit{Product: &serial, Lot: &repair.Lot{ID: id("other"), Product: pump.ID}})).Refused("lot_other_product")
	g.When(edit(repair.Edit{Product: &serial, Quantity: dec("2")})).Refused("serial_quantity")
	g.When(edit(repair.Edit{Product: &repair.Product{ID: id("hour"), Type: product.Service}})).Refused("product_not_repairable")
	back := repair.Return{ID: id("return"), Customer: customer, Lines: []repair.ReturnLine{{Product: machine.ID, Quantity: *dec("1")}}}
	given(t, create(func(d *repair.Draft) { d.Return = &back })).
		When(edit(repair.Edit{Product: &pump, Return: &back})).Refused("return_not_matching")
}

// 2.8: a done repair keeps product, lot, warranty and date; a cancelled one all.
func TestADoneRepairKeepsWhatItWas(t *testing.T) {
	later := at.Add(time.Hour)
	confirmed := given(t, create(submit(repair.Confirm)))
	confirmed.When(edit(repair.Edit{Product: &pump})).Refused("repair_not_draft")
	confirmed.When(edit(repair.Edit{ScheduledAt: &later})).
		Then(detailsOf(func(e *repair.DetailsChanged) { e.ScheduledAt, e.Rescheduled = later, true }))
	done := given(t, create(), start(), end())
	done.When(edit(repair.Edit{ScheduledAt: &later})).Refused("repair_not_open")
	done.When(edit(repair.Edit{Product: &pump})).Refused("repair_not_open")
	done.When(warranty(true)).Refused("repair_not_open")
	done.When(edit(repair.Edit{Notes: new("Kept the old seal")})).
		Then(detailsOf(func(e *repair.DetailsChanged) { e.Notes = "Kept the old seal" }))
	given(t, create(), cancel()).When(edit(repair.Edit{Priority: new(1)})).Refused("repair_not_open")
}

// A repair that is put off is reminded of anew.
func TestAnotherDateRemindsAnew(t *testing.T) {
	overdue := func(s repair.State) ([]aggregates.Event, error) { return s.RemindOverdue(at.Add(repair.OverdueAfter)) }
	later := at.Add(time.Hour)
	if s := given(t, create(), overdue).When(edit(repair.Edit{ScheduledAt: &later})).State(); !s.RemindedAt.IsZero() {
		t.Errorf("reminded at %v", s.RemindedAt)
	}
	if s := given(t, create(), overdue).When(edit(repair.Edit{Priority: new(1)})).State(); s.RemindedAt.IsZero() {
		t.Error("reminded twice of the same date")
	}
}
