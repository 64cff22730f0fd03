package repair_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

// 2.8, 2.11: a repair has its serial number from the confirmation to its end.
func TestARepairHasItsSerialNumberWhileItIsOpen(t *testing.T) {
	s := repair.State{}
	do := func(what string, takes, has uuid.UUID, rule func(repair.State) ([]aggregates.Event, error)) {
		t.Helper()
		events, err := rule(s)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := s.Takes(events); (takes == uuid.Nil) != (len(got) == 0) || len(got) > 0 && got[0] != takes {
			t.Errorf("%s: takes %s", what, got)
		}
		for _, e := range events {
			s = repair.Model.Evolve(s, e)
		}
		if s.Serial() != has || s.Keeps(has) != (has != uuid.Nil) {
			t.Errorf("%s: has %s, keeps it: %t", what, s.Serial(), s.Keeps(has))
		}
	}
	lot := func(name string) *repair.Lot { return &repair.Lot{ID: id(name), Product: machine.ID} }
	edit := func(name string) func(repair.State) ([]aggregates.Event, error) {
		return func(s repair.State) ([]aggregates.Event, error) { return s.ChangeDetails(repair.Edit{Lot: lot(name)}) }
	}
	one, two, none := id("SN1"), id("SN2"), uuid.Nil
	do("draft", none, none, create(func(d *repair.Draft) { d.Product, d.Lot = tracked(machine, product.BySerial), lot("SN1") }))
	do("confirmed", one, one, confirm(repair.Confirmation{Override: true}))
	do("another", two, two, edit("SN2"))
	do("the first again", one, one, edit("SN1"))
	do("cancelled", none, none, cancel())
	do("a draft again", none, none, repair.State.SetToDraft)
	do("started", one, one, func(s repair.State) ([]aggregates.Event, error) { return s.Start(repair.Confirmation{Override: true}) })
	do("ended as another", two, none, func(s repair.State) ([]aggregates.Event, error) { return s.End(repair.Ending{Lot: lot("SN2")}) })

	s = repair.State{}
	do("confirmed at once", one, one, create(submit(repair.Confirm), func(d *repair.Draft) {
		d.Product, d.Lot, d.Confirmation.Override = tracked(machine, product.BySerial), lot("SN1"), true
	}))
	s = repair.State{}
	do("of a lot", none, none, create(submit(repair.Confirm), func(d *repair.Draft) {
		d.Product, d.Lot, d.Confirmation.Override = tracked(machine, product.ByLot), lot("L1"), true
	}))
}
