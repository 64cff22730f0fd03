package picking_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/picking"
)

// 3.3, T-07, T-08: the codes of the lines, each with its field.
func TestLinesOfAReturnAreRefusedByCode(t *testing.T) {
	for name, c := range map[string]struct {
		lines []picking.LineQuantity
		want  string
	}{
		"a line of elsewhere":        {lines(line(id("?"), "1")), "line_not_in_delivery on lines[0].delivery_line"},
		"a line twice":               {lines(line(chairs, "1"), line(chairs, "1")), "duplicate_line on lines[1].delivery_line"},
		"below zero":                 {lines(line(chairs, "-1")), "negative_quantity on lines[0].quantity"},
		"half a chair":               {lines(line(chairs, "0.5")), "quantity_precision on lines[0].quantity digits=0 unit=unit"},
		"grams in hundredths of kg":  {lines(line(paint, "1.005")), "quantity_precision on lines[0].quantity digits=2 unit=kg"},
		"a lot of an untracked one":  {lines(line(chairs, "1", lots("1", lotA)...)), "lot_not_applicable on lines[0].lots"},
		"one serial for two":         {lines(line(phones, "2", lots("2", sn1)...)), "serial_quantity on lines[0].lots"},
		"a serial twice":             {lines(line(phones, "2", lots("1", sn1, sn1)...)), "serial_quantity on lines[0].lots"},
		"a lot twice":                {lines(line(paint, "2", lots("1", lotA, lotA)...)), "duplicate_line on lines[0].lots"},
		"nothing of a lot":           {lines(line(paint, "2", lots("0", lotA)...)), "quantity_not_positive on lines[0].lots"},
		"less than nothing of a lot": {lines(line(paint, "2", lots("-1", lotA)...)), "negative_quantity on lines[0].lots"},
		"a serial not delivered":     {lines(line(phones, "1", lots("1", sn9)...)), "lot_not_delivered on lines[0].lots lot=" + sn9.String()},
		"a serial of another product": {
			lines(picking.LineQuantity{Line: phones, Quantity: dec("2"), Lots: lots("1", sn1, sn9), Foreign: []uuid.UUID{sn9}}),
			"lot_other_product on lines[0].lots lot=" + sn9.String(),
		},
		"a serial that there is not": {
			lines(picking.LineQuantity{Line: phones, Quantity: dec("2"), Lots: lots("1", sn1, sn9), Missing: []uuid.UUID{sn9}}),
			"lot_not_found on lines[0].lots lot=" + sn9.String(),
		},
		"a serial that is none": {lines(line(phones, "1", lots("1", uuid.Nil)...)), "lot_required on lines[0].lots product=" + id("phone").String()},
		"too few lots":          {lines(line(paint, "4", lots("1", lotA, lotB)...)), "lot_quantity_mismatch on lines[0].lots"},
		"too many lots":         {lines(line(paint, "1", lots("1", lotA, lotB)...)), "lot_quantity_mismatch on lines[0].lots"},
		"more than delivered": {
			lines(line(chairs, "11")),
			"return_exceeds_delivered on lines[0].quantity delivered=10 open=0 rest=10 returned=0",
		},
		"more of a lot than delivered": {
			lines(line(paint, "4", lots("4", lotB)...)),
			"return_exceeds_delivered on lines[0].lots delivered=3 lot=" + lotB.String() + " open=0 rest=3 returned=0",
		},
		"all lines removed (T-08)":           {[]picking.LineQuantity{}, "return_empty on lines"},
		"all lines zero (T-08)":              {lines(line(chairs, "0"), line(paint, "0")), "return_empty on lines"},
		"zero at two digits (example 12)":    {lines(line(paint, "0.004")), "return_empty on lines"},
		"half of a hundredth is not nothing": {lines(line(paint, "0.005")), "quantity_precision on lines[0].quantity digits=2 unit=kg"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := picking.Model.Fold(after(t)...).CreateReturn(request(first, c.lines))
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// Section 3: all faults of the lines at once; zero lines are no fault.
func TestAllLineFaultsAreTold(t *testing.T) {
	_, err := picking.Model.Fold(after(t)...).
		CreateReturn(request(first, lines(line(chairs, "-1"), line(phones, "0"), line(paint, "9"))))
	var all aggregates.Refusals
	if !errors.As(err, &all) || len(all) != 2 || all[0].Code != "negative_quantity" || all[1].Field != "lines[2].quantity" {
		t.Errorf("got %v", err)
	}
}

// T-05, T-08, T-09, T-14: the checks around the lines, in their order.
func TestAReturnIsRefusedInTheOrderOfItsChecks(t *testing.T) {
	over := lines(line(chairs, "11"))
	wish := picking.ReturnRequest{Return: first, Product: id("table"), Lines: over}
	ask := func(s picking.State) ([]aggregates.Event, error) { return s.CreateReturn(wish) }

	aggregatetest.For(t, picking.Model).When(ask).Refused("delivery_not_found")
	aggregatetest.For(t, picking.Model, planned).When(ask).Refused("delivery_not_done")
	aggregatetest.For(t, picking.Model, planned, picking.DeliveryCancelled{}).When(ask).Refused("delivery_not_done")
	given(t).When(ask).Refused("delivery_without_product")
	wish.Product = id("chair")
	given(t).When(ask).Refused("return_exceeds_delivered")
	wish.Lines = lines(line(chairs, "0"))
	given(t).When(ask).Refused("return_empty")
	wish.Lines = lines(line(chairs, "1"))
	given(t).When(ask).Refused("return_location_required")
	wish.Location = repairs
	given(t).When(ask).Refused("return_location_invalid")
	wish.LocationTakesReturns, wish.Reason = true, strings.Repeat("ت", check.MaxReason+1)
	given(t).When(ask).Refused("too_long")
	wish.Reason = strings.Repeat("ت", check.MaxReason)
	if s := given(t).When(ask).State(); s.Returns[0].Location != repairs {
		t.Errorf("the return goes to %s", s.Returns[0].Location)
	}
	wish.LocationTakesReturns, wish.Location = false, depot
	given(t).When(ask).State()
}

// A product whose line did not leave is not in the delivery (#39547).
func TestWhatDidNotLeaveIsNotReturned(t *testing.T) {
	only := picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: chairs, DoneQuantity: *dec("10")}}}
	g := aggregatetest.For(t, picking.Model, planned, only)
	g.When(create(first, line(phones, "1"))).Refused("return_exceeds_delivered")
	g.When(func(s picking.State) ([]aggregates.Event, error) {
		return s.CreateReturn(picking.ReturnRequest{Return: first, Product: id("phone")})
	}).Refused("delivery_without_product")
}

func TestARefusedReceptionNamesItsLine(t *testing.T) {
	g := given(t, create(first, line(phones, "1", lots("1", sn1)...), line(chairs, "2")))
	g.When(receive(second)).Refused("return_not_found")
	g.When(receive(first, line(paint, "1"))).Refused("line_not_in_return")
	g.When(receive(first, line(chairs, "0"))).Refused("return_empty")
	g.When(receive(first, line(chairs, "1.5"))).Refused("quantity_precision")
	g.When(receive(first, line(chairs, "11"))).Refused("return_exceeds_delivered")
	g.When(cancel(second)).Refused("return_not_found")
	g.When(closeShort(second)).Refused("return_not_found")
	partly := g.When(receive(first, line(chairs, "2"))).State()
	if r, _ := partly.Return(first); r.Status != picking.PartiallyReceived || !r.Open() {
		t.Errorf("the return is %s", r.Status)
	}
}

// 2.7: validation takes the plan, or less of it; tracked products need lots.
func TestADeliveryIsValidatedWithItsLots(t *testing.T) {
	validate := func(lines ...picking.LineQuantity) rule {
		return func(s picking.State) ([]aggregates.Event, error) { return s.Validate(lines, uuid.Nil) }
	}
	g := aggregatetest.For(t, picking.Model, planned)
	g.When(validate()).Refused("lot_required")
	g.When(validate(line(phones, "3", lots("1", sn1, sn2)...))).Refused("lot_quantity_mismatch")
	g.When(validate(line(phones, "3", lots("3", sn1)...))).Refused("serial_quantity")
	g.When(validate(picking.LineQuantity{Line: phones, Lots: lots("1", sn1), Foreign: []uuid.UUID{sn1}})).Refused("lot_other_product")
	g.When(validate(line(chairs, "13"))).Refused("done_exceeds_planned")
	g.When(validate(line(id("?"), "1"))).Refused("line_not_in_delivery")
	g.When(validate(line(chairs, "0"))).Refused("quantity_not_positive")
	g.When(validate(line(chairs, "10"),
		picking.LineQuantity{Line: phones, Lots: lots("1", sn1, sn2, sn3)},
		picking.LineQuantity{Line: paint, Lots: validated.Lines[2].Lots})).Then(validated)

	done := given(t)
	done.When(validate(line(chairs, "10"))).Refused("delivery_already_done")
	done.When(picking.State.Cancel).Refused("delivery_already_done")
	g.When(picking.State.Cancel).Then(picking.DeliveryCancelled{})
	cancelled := aggregatetest.For(t, picking.Model, planned, picking.DeliveryCancelled{})
	cancelled.When(picking.State.Cancel).Then()
	cancelled.When(validate()).Refused("delivery_cancelled")
}

// Lots named in the plan leave with it.
func TestAPlanWithLotsIsValidatedAsPlanned(t *testing.T) {
	withLots := planned
	withLots.Lines = []picking.PlannedLine{planned.Lines[1]}
	withLots.Lines[0].Lots = lots("1", sn1, sn2, sn3)
	aggregatetest.For(t, picking.Model, withLots).
		When(func(s picking.State) ([]aggregates.Event, error) { return s.Validate(nil, uuid.Nil) }).
		Then(picking.DeliveryValidated{Lines: validated.Lines[1:2]})
}

func TestRulesOfADeliveryThatDoesNotExist(t *testing.T) {
	g := aggregatetest.For(t, picking.Model)
	g.When(picking.State.Cancel).Refused("delivery_not_found")
	g.When(func(s picking.State) ([]aggregates.Event, error) { return s.Validate(nil, uuid.Nil) }).Refused("delivery_not_found")
	g.When(func(s picking.State) ([]aggregates.Event, error) { return s.SetNumber("OUT/1") }).Refused("delivery_not_found")
	given(t).When(func(s picking.State) ([]aggregates.Event, error) { return s.SetNumber("") }).Refused("required")
	given(t).When(func(s picking.State) ([]aggregates.Event, error) { return s.SetReturnNumber(first, "IN/1") }).
		Refused("return_not_found")
}

func TestAPlanIsCheckedLineByLine(t *testing.T) {
	plan := func(lines ...picking.PlannedLine) error {
		_, err := picking.State{}.Plan(picking.DeliveryPlanned{Delivery: delivery, Customer: customer, Lines: lines})
		return err
	}
	product, q := id("chair"), *dec("1")
	none := picking.Untracked
	err := plan(
		picking.PlannedLine{ID: chairs, Quantity: q, Tracking: none},
		picking.PlannedLine{ID: chairs, Product: product, Quantity: q, Tracking: "rfid"},
		picking.PlannedLine{ID: chairs, Product: product, Quantity: q, Tracking: none, Digits: 7},
		picking.PlannedLine{ID: chairs, Product: product, Tracking: none},
		picking.PlannedLine{ID: chairs, Product: product, Quantity: -q, Tracking: none},
		picking.PlannedLine{ID: chairs, Product: product, Quantity: q, Tracking: none},
		picking.PlannedLine{ID: phones, Product: product, Quantity: q, Tracking: picking.BySerial, Lots: lots("1", sn1)},
		picking.PlannedLine{ID: paint, Product: product, Quantity: q, Tracking: picking.BySerial, Lots: lots("1", sn1)},
	)
	want := []string{
		"required on lines[0].product", "invalid_value on lines[1].tracking", "invalid_value on lines[2].digits",
		"quantity_not_positive on lines[3].quantity", "negative_quantity on lines[4].quantity",
		"duplicate_line on lines[5].id", "serial_quantity on lines[7].lots",
	}
	if err == nil || err.Error() != strings.Join(want, "; ") {
		t.Errorf("got  %v\nwant %s", err, strings.Join(want, "; "))
	}
	if err := plan(); err == nil || err.Error() != "required on lines" {
		t.Errorf("without lines: %v", err)
	}
	aggregatetest.For(t, picking.Model, planned).
		When(func(s picking.State) ([]aggregates.Event, error) { return s.Plan(planned) }).Refused("already_exists")
}

// A retried plan makes the same line ids.
func TestLinesWithoutIDsGetStableOnes(t *testing.T) {
	d := planned
	d.Lines = []picking.PlannedLine{{Product: id("chair"), Quantity: *dec("1"), Tracking: picking.Untracked}}
	ids := map[uuid.UUID]bool{}
	for range 2 {
		events, err := picking.State{}.Plan(d)
		if err != nil {
			t.Fatal(err)
		}
		ids[events[0].(picking.DeliveryPlanned).Lines[0].ID] = true
	}
	if len(ids) != 1 || ids[uuid.Nil] {
		t.Errorf("ids: %v", ids)
	}
}
