package repair_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

func cancel() rule { return repair.State.Cancel }

// P-13, example 20: missing stock is a refusal with an override that is
// recorded with its actor; with stock an override is not needed, nor recorded.
func TestMissingStockNeedsARecordedOverride(t *testing.T) {
	g := given(t, create())
	g.When(confirm(repair.Confirmation{Location: "Workshop"})).Refused("insufficient_quantity_to_repair")
	g.When(confirm(repair.Confirmation{Override: true, By: "agent-2"})).
		Then(repair.Confirmed{Override: true, OverriddenBy: "agent-2"})
	g.When(confirm(repair.Confirmation{Return: here("1"), Override: true, By: "agent-2"})).Then(repair.Confirmed{})
	given(t, create(submit(repair.Confirm))).When(confirm(repair.Confirmation{})).Then()
}

// P-13: what is there of the return is what counts, of the lot if there is one,
// not that something once came back with it.
func TestSoMuchOfTheReturnMustBeThere(t *testing.T) {
	with := func(r *repair.Return, lot string) rule {
		c := repair.Confirmation{Return: r}
		if lot != "" {
			c.Lot = &repair.Lot{ID: id(lot), Product: machine.ID}
		}
		return confirm(c)
	}
	two := given(t, create(func(d *repair.Draft) { d.Quantity = dec("2") }))
	two.When(with(here("2"), "")).Then(repair.Confirmed{})
	two.When(with(here("1"), "")).Refused("insufficient_quantity_to_repair")
	gone := &repair.Return{ID: id("return"), Received: true, Lines: []repair.ReturnLine{{Product: machine.ID, Quantity: *dec("2")}}}
	two.When(with(gone, "")).Refused("insufficient_quantity_to_repair")
	lots := given(t, create(func(d *repair.Draft) { d.Product = tracked(machine, product.BySerial) }))
	lots.When(with(here("1"), "SN1")).Then(repair.Confirmed{Lot: id("SN1")})
	lots.When(with(here("1"), "SN2")).Refused("insufficient_quantity_to_repair")
}

// P-05 and 3.4: a tracked product is confirmed with its lot, which may be named
// only then.
func TestATrackedProductIsConfirmedWithItsLot(t *testing.T) {
	g := given(t, create(func(d *repair.Draft) { d.Product = tracked(machine, product.ByLot) }))
	g.When(confirm(inStock)).Refused("lot_required")
	named := inStock
	named.Lot = &repair.Lot{ID: id("L1"), Product: machine.ID}
	g.When(confirm(named)).Then(repair.Confirmed{Lot: id("L1")})
	named.Lot = &repair.Lot{ID: id("L1"), Product: pump.ID}
	g.When(confirm(named)).Refused("lot_other_product")
	given(t, create()).When(confirm(named)).Refused("lot_not_applicable")
}

// A lot that is named too late is told, not thrown away.
func TestAConfirmedRepairHasItsLot(t *testing.T) {
	lots := create(func(d *repair.Draft) { d.Product = tracked(machine, product.ByLot) })
	of := func(lot string) repair.Confirmation {
		return repair.Confirmation{Return: here("1"), Lot: &repair.Lot{ID: id(lot), Product: machine.ID}}
	}
	begin := func(c repair.Confirmation) rule {
		return func(s repair.State) ([]aggregates.Event, error) { return s.Start(c) }
	}
	confirmed := given(t, lots, confirm(of("L1")))
	confirmed.When(confirm(of("L1"))).Then()
	confirmed.When(confirm(of("L2"))).Refused("stale_version")
	confirmed.When(begin(of("L1"))).Then(repair.Started{})
	confirmed.When(begin(of("L2"))).Refused("stale_version")
	begun := given(t, lots, begin(of("L1")))
	begun.When(begin(of("L1"))).Then()
	begun.When(begin(of("L2"))).Refused("stale_version")
}

// 2.8: the machine of states.
func TestStartingConfirmsADraftOnTheWay(t *testing.T) {
	given(t, create()).When(start()).Then(repair.Confirmed{}, repair.Started{})
	given(t, create(submit(repair.Confirm))).When(start()).Then(repair.Started{})
	given(t, create(), start()).When(start()).Then()
	given(t, create(func(d *repair.Draft) { d.Product = tracked(machine, product.BySerial) })).When(start()).Refused("lot_required")
	given(t, create(), cancel()).When(start()).Refused("repair_not_open")
	given(t, create(), start(), end()).When(start()).Refused("repair_not_open")
}

func TestOnlyAStartedRepairEnds(t *testing.T) {
	given(t).When(end()).Refused("repair_not_open")
	given(t, create()).When(end()).Refused("repair_not_started")
	given(t, create(submit(repair.Confirm))).When(end()).Refused("repair_not_started")
	given(t, create(), cancel()).When(end()).Refused("repair_not_open")
}

// Example 18: demand 3, used 1; the quotation follows; a done repair cannot be
// cancelled.
func TestEndingBillsWhatWasUsed(t *testing.T) {
	a, b := part("a", repair.Add, "3", "40"), part("b", repair.Add, "2", "10")
	g := given(t, create(withParts(a, b), submit(repair.ConfirmAndQuote)), start())
	outcome := g.When(end(repair.Used{ID: id("a"), DoneQuantity: *dec("1")}))
	s := outcome.State()
	if s.Status != repair.StatusDone || s.Parts[0].DoneQuantity != *dec("1") || s.Parts[1].DoneQuantity != *dec("2") {
		t.Errorf("got %+v", s)
	}
	if l := s.Quote.Lines[0]; l.Quantity != *dec("1") || l.Total != 4000 || s.Quote.Total != 6000 {
		t.Errorf("quotation is %+v", s.Quote)
	}
	done := given(t, create(withParts(a, b), submit(repair.ConfirmAndQuote)), start(), end(repair.Used{ID: id("a"), DoneQuantity: *dec("1")}))
	done.When(cancel()).Refused("repair_already_done")
	done.When(end(repair.Used{ID: id("a"), DoneQuantity: *dec("1")})).Then()
	done.When(end(repair.Used{ID: id("a"), DoneQuantity: *dec("2")})).Refused("repair_not_open")
	done.When(warranty(true)).Refused("repair_not_open")
	done.When(parts()).Refused("repair_not_open")
}

func TestBadUsageIsRefused(t *testing.T) {
	g := given(t, create(withParts(part("a", repair.Add, "3", "40"))), start())
	used := func(name, quantity string) repair.Used {
		return repair.Used{ID: id(name), DoneQuantity: *dec(quantity)}
	}
	g.When(end(used("z", "1"))).Refused("part_not_found")
	g.When(end(used("a", "1"), used("a", "1"))).Refused("duplicate_line")
	g.When(end(used("a", "-1"))).Refused("negative_quantity")
	g.When(end(used("a", "0.125"))).Refused("quantity_precision")
	g.When(end(used("a", "999999999999"))).Refused("amount_too_large")
}

// 3.4: the end may name the lot that it turned out to be.
func TestEndingMayCorrectTheLot(t *testing.T) {
	lot := func(d *repair.Draft) {
		d.Product, d.Lot = tracked(machine, product.ByLot), &repair.Lot{ID: id("L1"), Product: machine.ID}
	}
	ends := func(w repair.Ending) rule {
		return func(s repair.State) ([]aggregates.Event, error) { return s.End(w) }
	}
	g := given(t, create(lot), start())
	g.When(ends(repair.Ending{})).Then(repair.Ended{Parts: []repair.Used{}, Lot: id("L1")})
	g.When(ends(repair.Ending{Lot: &repair.Lot{ID: id("L2"), Product: machine.ID}})).
		Then(repair.Ended{Parts: []repair.Used{}, Lot: id("L2")})
	g.When(ends(repair.Ending{
		Lot:    &repair.Lot{ID: id("L2"), Product: machine.ID},
		Return: &repair.Return{Lines: []repair.ReturnLine{{Product: machine.ID, Lots: []repair.ReturnLot{{Lot: id("L1")}}}}},
	})).Refused("lot_not_in_return")
}

// 2.8: cancelling bills nothing.
func TestCancellingEmptiesTheQuotation(t *testing.T) {
	g := given(t, create(withParts(part("a", repair.Add, "3", "40")), submit(repair.ConfirmAndQuote)))
	s := g.When(cancel()).State()
	if s.Status != repair.StatusCancelled || s.Quote.Total != 0 || s.Quote.Lines[0].Quantity != 0 {
		t.Errorf("got %+v", s.Quote)
	}
	given(t, create(), cancel()).When(cancel()).Then()
	given(t).When(cancel()).Refused("repair_not_open")
}

func number(n string) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.SetNumber(n) }
}

func TestARepairIsNumberedOnce(t *testing.T) {
	given(t, create()).When(number("RO/00001")).Then(repair.Numbered{Number: "RO/00001"})
	given(t, create(), number("RO/00001")).When(number("RO/00002")).Then()
}
