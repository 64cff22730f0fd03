package repair_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

// P-01, P-03, P-08 to P-12, P-16: everything on the form is one fact, and the
// creator may open the repair while the ticket is with the team.
func TestARepairIsCreatedAsADraftThatItsCreatorMayOpen(t *testing.T) {
	outcome := given(t).When(create(withParts(part("a", repair.Add, "2", "35")), func(d *repair.Draft) {
		d.Responsible = &repair.Responsible{ID: "repairer-1", Internal: true}
		d.Tags = []string{"urgent", " pump ", "pump", ""}
		d.Notes, d.Team = "rattles", id("team")
	}))
	outcome.Then(
		repair.Created{
			Repair: id("repair"), Ticket: id("ticket"), Customer: customer.ID, Entity: customer.Entity,
			Product: machine.ID, Tracking: product.Untracked, Quantity: *dec("1"), Unit: "unit", ScheduledAt: at,
			Responsible: "repairer-1", Tags: []string{"urgent", "pump"}, Currency: "EUR",
			Parts: []repair.Part{{
				ID: id("a"), Kind: repair.Add, Product: pump.ID, Unit: "unit", Digits: 2,
				Quantity: *dec("2"), UnitPrice: *dec("35"), PriceBeforeWarranty: *dec("35"),
			}},
			Notes: "rattles", CreatedBy: "agent-1",
		},
		repair.AccessGranted{User: "agent-1", Rule: "ticket-derived", Team: id("team")},
	)
	s := outcome.State()
	if !s.MayOpen("agent-1", id("team")) || s.MayOpen("agent-1", id("other team")) || s.MayOpen("agent-2", id("team")) || s.MayOpen("", id("team")) {
		t.Errorf("access is %v", s.Access)
	}
	given(t, create()).When(create()).Refused("already_exists")
}

// 3.4: one decision makes, confirms and quotes, or does nothing at all.
func TestSubmitConfirmsAndQuotesInOneDecision(t *testing.T) {
	names := func(events []aggregates.Event) (names []string) {
		for _, e := range events {
			i := slices.IndexFunc(repair.Model.Events, func(d aggregates.Definition) bool { return d.Type == reflect.TypeOf(e) })
			names = append(names, repair.Model.Events[i].Name)
		}
		return names
	}
	want := []string{"repair-created", "repair-access-granted", "repair-confirmed", "repair-quote-created"}
	for submitted, n := range map[repair.Submit]int{"": 2, repair.Save: 2, repair.Confirm: 3, repair.ConfirmAndQuote: 4} {
		if diff := cmp.Diff(want[:n], names(after(t, create(submit(submitted))))); diff != "" {
			t.Errorf("%q: %s", submitted, diff)
		}
	}
	given(t).When(create(submit("print"))).Refused("invalid_value")
	given(t).When(create(submit(repair.ConfirmAndQuote), func(d *repair.Draft) { d.Customer = repair.Customer{} })).
		Refused("quote_customer_required")
	given(t).When(create(submit(repair.Confirm), func(d *repair.Draft) { d.Confirmation = repair.Confirmation{} })).
		Refused("insufficient_quantity_to_repair")
}

// 3.4: the checks and their order; each fault is put in front of all later ones.
func TestCreatingChecksInTheOrderOfTheForm(t *testing.T) {
	faults := []struct {
		code  string
		spoil func(*repair.Draft)
	}{
		{"insufficient_quantity_to_repair", func(d *repair.Draft) { d.Confirmation.Return = nil }},
		{"negative_quantity", withParts(part("a", repair.Add, "-1", "1"))},
		{"responsible_not_internal", func(d *repair.Draft) { d.Responsible = &repair.Responsible{ID: "customer-1"} }},
		{"scheduled_date_required", func(d *repair.Draft) { d.ScheduledAt = time.Time{} }},
		{"return_other_customer", func(d *repair.Draft) {
			d.Return = &repair.Return{
				ID: id("return"), Customer: repair.Customer{ID: id("b"), Entity: id("b")},
				Lines: []repair.ReturnLine{{Product: machine.ID, Quantity: *dec("1")}},
			}
		}},
		{"return_not_matching", func(d *repair.Draft) { d.Return = &repair.Return{ID: id("return"), Customer: customer} }},
		{"serial_quantity", func(d *repair.Draft) {
			d.Product, d.Quantity = tracked(machine, product.BySerial), dec("2")
			d.Lot = &repair.Lot{ID: id("SN1"), Product: machine.ID}
		}},
		{"quantity_not_positive", func(d *repair.Draft) { d.Quantity = dec("0") }},
		{"lot_required", func(d *repair.Draft) { d.Lot = nil }},
		{"lot_other_product", func(d *repair.Draft) { d.Lot = &repair.Lot{ID: id("SN1"), Product: pump.ID} }},
		{"lot_not_found", func(d *repair.Draft) { d.Lot = &repair.Lot{ID: id("SN1")} }},
		{"lot_not_applicable", func(d *repair.Draft) { d.Product.Tracking = product.Untracked }},
		{"product_not_repairable", func(d *repair.Draft) { d.Product.Type = product.Service }},
		{"product_required", func(d *repair.Draft) { d.Product = repair.Product{} }},
	}
	spoilt := []func(*repair.Draft){submit(repair.ConfirmAndQuote)}
	for _, f := range faults {
		spoilt = append(spoilt, f.spoil)
		given(t).When(create(spoilt...)).Refused(f.code)
	}
}

// P-11 and 3.4: all that is wrong with the parts is said at once, by field.
func TestPartsAnswerAllTheirFieldErrorsAtOnce(t *testing.T) {
	none := repair.PartRequest{ID: id("a"), Quantity: dec("-1"), UnitPrice: dec("-1")}
	fine := part("b", repair.Recycle, "0.001", "1")
	_, err := repair.State{}.Create(draft(withParts(none, fine, fine)))
	var refusals aggregates.Refusals
	if !errors.As(err, &refusals) {
		t.Fatal(err)
	}
	var got []string
	for _, r := range refusals {
		got = append(got, r.Field+" "+r.Code)
	}
	want := []string{
		"parts[0].kind part_kind_required", "parts[0].product part_product_required",
		"parts[0].quantity negative_quantity", "parts[0].unit_price invalid_value",
		"parts[1].quantity quantity_precision",
		"parts[2].quantity quantity_precision", "parts[2].id duplicate_line",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// P-06, example 19: customer, quantity and the only lot come from the return; a
// lot of another delivery is refused.
func TestARepairFromAReturnTakesOverCustomerQuantityAndLot(t *testing.T) {
	lots := []repair.ReturnLot{{Lot: id("L1"), Quantity: *dec("4")}}
	back := &repair.Return{ID: id("return"), Customer: customer, Lines: []repair.ReturnLine{
		{Product: machine.ID, Quantity: *dec("4"), Lots: lots}, {Product: pump.ID, Quantity: *dec("7")},
	}}
	from := func(d *repair.Draft) {
		d.Product, d.Return, d.Customer = tracked(machine, product.ByLot), back, repair.Customer{}
	}
	s := given(t).When(create(from)).State()
	if s.Customer != customer.ID || s.Entity != customer.Entity || s.Lot != id("L1") || s.Quantity != *dec("4") || s.Return != back.ID {
		t.Errorf("got %+v", s)
	}
	other := func(d *repair.Draft) { d.Lot = &repair.Lot{ID: id("L9"), Product: machine.ID} }
	given(t).When(create(from, other)).Refused("lot_not_in_return")

	two := *back
	two.Lines = slices.Clone(back.Lines)
	two.Lines[0].Lots = append(slices.Clip(lots), repair.ReturnLot{Lot: id("L2"), Quantity: *dec("1")})
	s = given(t).When(create(from, func(d *repair.Draft) { d.Return = &two })).State()
	if s.Lot != uuid.Nil {
		t.Errorf("one of two lots was chosen: %v", s.Lot)
	}
	s = given(t).When(create(from, func(d *repair.Draft) {
		d.Return, d.Lot = &two, &repair.Lot{ID: id("L2"), Product: machine.ID}
	})).State()
	if s.Quantity != *dec("1") {
		t.Errorf("quantity of L2 is %v", s.Quantity)
	}
}

// 2.4: one unit per serial, however many came back.
func TestASerialIsOneUnit(t *testing.T) {
	s := given(t).When(create(func(d *repair.Draft) {
		d.Product = tracked(machine, product.BySerial)
		d.Return = &repair.Return{ID: id("return"), Customer: customer, Lines: []repair.ReturnLine{
			{Product: machine.ID, Quantity: *dec("2")},
		}}
	})).State()
	if s.Quantity != *dec("1") {
		t.Errorf("got %v", s.Quantity)
	}
}

// 3.4: warnings do not block.
func TestWarningsTellOfAPastDateAndAnUnreceivedReturn(t *testing.T) {
	d := draft(func(d *repair.Draft) { d.Return = &repair.Return{} })
	if diff := cmp.Diff([]string{"scheduled_in_past", "return_not_received"}, d.Warnings(at.Add(1))); diff != "" {
		t.Error(diff)
	}
	if w := draft().Warnings(at); len(w) > 0 {
		t.Errorf("got %v", w)
	}
}
