package commands_test

import (
	"errors"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
	"aftersales/commands"
)

// drills are two serial numbers of a product.
func (w *world) drills() {
	w.t.Helper()
	w.furnish()
	w.do("drill", &commands.RegisterProduct{ID: ref("drill"), Name: "Drill", Tracking: product.BySerial})
	w.do("broken drill", &commands.OpenTicket{ID: ref("broken drill"), TicketDetails: commands.TicketDetails{
		Title: "Broken drill", Team: id("team"), Customer: id("customer"), Product: id("drill"),
	}})
	for _, name := range []string{"SN1", "SN2"} {
		w.do(name, &commands.RegisterLot{Product: id("drill"), ID: ref(name), Name: name})
	}
}

func pieces(serials ...string) (lots []picking.LotQuantity) {
	for _, name := range serials {
		lots = append(lots, picking.LotQuantity{Lot: id(name), Quantity: aggregates.NewDecimal(1)})
	}
	return lots
}

// delivery plans one of drills with these serial numbers.
func delivery(name string, serials ...string) *commands.PlanDelivery {
	return &commands.PlanDelivery{ID: ref(name), Customer: id("customer"), Lines: []commands.DeliveryLine{
		{ID: id(name + " line"), Product: id("drill"), Quantity: aggregates.NewDecimal(int64(len(serials))), Lots: pieces(serials...)},
	}}
}

// validating plans a delivery and answers the command that validates it.
func (w *world) validating(name string, serials ...string) *commands.ValidateDelivery {
	w.t.Helper()
	w.do("plan "+name, delivery(name, serials...))
	return &commands.ValidateDelivery{Delivery: id(name)}
}

// comesBack returns a delivery and receives all of it.
func (w *world) comesBack(name string) {
	w.t.Helper()
	w.do("return "+name, &commands.ReverseTransfer{
		Ticket: id("broken drill"), ID: ref("return of " + name), Delivery: id(name), ReturnLocation: id("location"),
	})
	w.do("receive "+name, &commands.ReceiveReturn{Return: id("return of " + name)})
}

// mending is a repair of a serial number.
func mending(name, number string, submit repair.Submit) *commands.CreateRepair {
	return &commands.CreateRepair{Ticket: id("broken drill"), ID: ref(name), Product: id("drill"), Lot: id(number), Submit: submit, Override: true}
}

// wantPlace checks why, and on which field, a serial number was refused.
func wantPlace(t *testing.T, what string, err error, field string, place serial.Place) {
	t.Helper()
	r, ok := errors.AsType[*aggregates.Refusal](err)
	if !ok || r.Code != "serial_not_available" || r.Field != field || r.Params["state"] != string(place) {
		t.Errorf("%s: got %v, want serial_not_available on %s as %s", what, err, field, place)
	}
}

// 2.4, 2.11: a serial number leaves with one delivery until it is back.
func TestASerialNumberLeavesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	w.do("first", w.validating("one", "SN1"))
	_, err := w.try("second", w.validating("two", "SN2", "SN1"))
	wantPlace(t, "a second delivery", err, "lines[0].lots", serial.Delivered)
	atOnce := delivery("at once", "SN1")
	atOnce.Validate = true
	_, err = w.try("at once", atOnce)
	wantPlace(t, "one that is validated at once", err, "lines[0].lots", serial.Delivered)
	w.do("SN2 alone", &commands.ValidateDelivery{Delivery: id("two"), Lines: []commands.DoneLine{{ID: id("two line"), Lots: pieces("SN2")}}})
	w.comesBack("one")
	w.do("what came back", atOnce)
	w.do("again", &commands.RedeliverReturn{Return: id("return of one"), ID: ref("again")})
	_, err = w.try("leave again", &commands.ValidateDelivery{Delivery: id("again")})
	wantPlace(t, "what left otherwise", err, "lines[0].lots", serial.Delivered)
	w.comesBack("at once")
	w.do("leave again", &commands.ValidateDelivery{Delivery: id("again")})
}

// 2.8, 2.11: a serial number is in one repair from its confirmation to its end, and
// does not leave meanwhile; with whom it is else, a repair does not ask (P-13).
func TestASerialNumberIsInOneRepair(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	w.do("repair", mending("first", "SN1", repair.Confirm))
	_, err := w.try("a second", mending("second", "SN1", repair.Confirm))
	wantPlace(t, "a second repair", err, "lot", serial.InRepair)
	w.do("a draft", mending("second", "SN1", repair.Save))
	_, err = w.try("confirm", &commands.ConfirmRepair{Repair: id("second"), Confirming: commands.Confirming{Override: true}})
	wantPlace(t, "confirming a draft", err, "lot", serial.InRepair)
	start := &commands.StartRepair{Repair: id("second"), Confirming: commands.Confirming{Override: true}}
	_, err = w.try("start", start)
	wantPlace(t, "starting a draft", err, "lot", serial.InRepair)
	_, err = w.try("leave", w.validating("one", "SN1"))
	wantPlace(t, "a delivery", err, "lines[0].lots", serial.InRepair)

	w.do("third", mending("third", "SN2", repair.Confirm))
	other := func(number string) *commands.ChangeRepairDetails {
		return &commands.ChangeRepairDetails{Repair: id("third"), Lot: id(number), Tags: &[]string{"never known"}}
	}
	_, err = w.try("turns out SN1", other("SN1"))
	wantPlace(t, "another lot", err, "lot", serial.InRepair)
	w.do("start third", &commands.StartRepair{Repair: id("third")})
	_, err = w.try("ends as SN1", &commands.EndRepair{Repair: id("third"), Lot: id("SN1")})
	wantPlace(t, "another lot at the end", err, "lot", serial.InRepair)

	w.do("cancel", &commands.CancelRepair{Repair: id("first")})
	w.do("turned out SN1", other("SN1"))
	_, err = w.try("start", start)
	wantPlace(t, "what turned out to be in another repair", err, "lot", serial.InRepair)
	w.do("end", &commands.EndRepair{Repair: id("third")})
	w.do("leave", &commands.ValidateDelivery{Delivery: id("one")})
	w.do("start", start)
	w.do("draft", &commands.SetRepairToDraft{Repair: id("first")})
	_, err = w.try("again", &commands.ConfirmRepair{Repair: id("first"), Confirming: commands.Confirming{Override: true}})
	wantPlace(t, "a repair taken up again", err, "lot", serial.InRepair)
}

// 2.11: what is with a customer or in repair is not scrapped, and what is scrapped
// is nowhere else again.
func TestAScrappedSerialNumberIsNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	scrap := &commands.ScrapLot{Lot: id("SN1")}
	w.do("leave", w.validating("one", "SN1"))
	_, err := w.try("scrap", scrap)
	wantPlace(t, "of the customer's", err, "lot", serial.Delivered)
	w.comesBack("one")
	w.do("repair", mending("repair", "SN1", repair.Confirm))
	_, err = w.try("scrap", scrap)
	wantPlace(t, "in repair", err, "lot", serial.InRepair)
	w.do("cancel", &commands.CancelRepair{Repair: id("repair")})
	o := w.do("scrap", scrap)
	if o.Documents[0].State != "scrapped" {
		t.Errorf("answered %+v", o.Documents)
	}
	_, err = w.try("leave again", w.validating("two", "SN1"))
	wantPlace(t, "leaves", err, "lines[0].lots", serial.Scrapped)
	_, err = w.try("repair again", mending("again", "SN1", repair.Confirm))
	wantPlace(t, "is repaired", err, "lot", serial.Scrapped)
	w.do("scrap again", scrap)
	w.do("paint", &commands.RegisterProduct{ID: ref("paint"), Name: "Paint", Tracking: product.ByLot})
	w.do("pot", &commands.RegisterLot{Product: id("paint"), ID: ref("pot"), Name: "P1"})
	_, err = w.try("scrap a lot", &commands.ScrapLot{Lot: id("pot")})
	wantRefusal(t, "a lot of several pieces", err, "lot_not_serial")
	_, err = w.try("scrap nothing", &commands.ScrapLot{Lot: id("nothing")})
	wantRefusal(t, "no lot", err, "lot_not_found")
}

// What was refused keeps no serial number, what had nothing to do neither, and a
// dry run takes none.
func TestARefusedCommandGivesItsSerialNumbersBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	w.do("one", w.validating("one", "SN2"))
	_, err := w.try("SN1 and SN2", w.validating("both", "SN1", "SN2"))
	wantRefusal(t, "SN1 and SN2", err, "serial_not_available")
	taken := delivery("numbered", "SN1")
	taken.Number, taken.Validate = "D-1", true
	w.do("D-1", &commands.PlanDelivery{Number: "D-1", Customer: id("customer"), Lines: []commands.DeliveryLine{
		{Product: id("product"), Quantity: aggregates.NewDecimal(1)},
	}})
	_, err = w.try("D-1 again", taken)
	wantRefusal(t, "D-1 again", err, "number_taken")
	ctx := t.Context()
	validate := w.validating("dry", "SN1")
	if _, err := w.Execute(ctx, commands.Request{Principal: admin, DryRun: true}, validate); err != nil {
		t.Errorf("dry run: %v", err)
	}
	_, err = w.Execute(ctx, commands.Request{Principal: admin, DryRun: true}, &commands.ValidateDelivery{Delivery: id("both")})
	wantRefusal(t, "dry run of what is refused", err, "serial_not_available")
	w.do("SN1", w.validating("other", "SN1"))
}

// Another delivery that leaves between the claim and the decision changes nothing,
// and one that a colleague validates or gives another serial number at that moment
// is not mistaken.
func TestAnOvertakenCommandTakesWhatItHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	validate := w.validating("one", "SN1")
	w.meanwhile("picking", func(other *world) {
		_, err := other.try("two", other.validating("two", "SN1"))
		wantRefusal(t, "a delivery that comes between", err, "contended")
		other.do("the same", validate)
	})
	w.do("one", validate)
	w.comesBack("one")
	w.do("two", &commands.ValidateDelivery{Delivery: id("two")})

	w.do("draft", mending("repair", "SN1", repair.Save))
	w.meanwhile("repair", func(other *world) {
		other.do("it is SN2", &commands.ChangeRepairDetails{Repair: id("repair"), Lot: id("SN2")})
	})
	confirm := &commands.ConfirmRepair{Repair: id("repair"), Confirming: commands.Confirming{Override: true}}
	_, err := w.try("confirm", confirm)
	wantRefusal(t, "a repair that got another serial number", err, "contended")
	w.do("confirm", confirm)
	if w.keepers(id("SN2")) != 1 {
		t.Errorf("%d have SN2", w.keepers(id("SN2")))
	}
}

// What has no serial numbers pays nothing for them.
func TestOnlySerialNumbersAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	w.do("paint", &commands.RegisterProduct{ID: ref("paint"), Name: "Paint", Tracking: product.ByLot})
	w.do("pot", &commands.RegisterLot{Product: id("paint"), ID: ref("pot"), Name: "P1"})
	for _, name := range []string{"one", "two"} {
		w.do(name, &commands.PlanDelivery{Customer: id("customer"), Validate: true, Lines: []commands.DeliveryLine{
			{Product: id("product"), Quantity: aggregates.NewDecimal(1)},
			{Product: id("paint"), Quantity: aggregates.NewDecimal(1), Lots: pieces("pot")},
		}})
	}
	w.do("planned", delivery("planned", "SN1"))
	w.do("draft", mending("draft", "SN1", repair.Save))
	w.do("repair", &commands.CreateRepair{Ticket: id("ticket"), Product: id("paint"), Lot: id("pot"), Submit: repair.Confirm, Override: true})
	for _, e := range w.log() {
		if taken, ok := e.Event.(serial.Taken); ok {
			t.Errorf("taken: %+v", taken)
		}
	}
}
