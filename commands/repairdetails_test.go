package commands_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/commands"
)

// repaired is the repair of these tests, by the log.
func (w *world) repaired() (s repair.State) {
	w.t.Helper()
	for _, e := range w.log() {
		if e.Stream == repair.Model.Stream(id("repair")) {
			s = repair.Model.Evolve(s, e.Event)
		}
	}
	return s
}

// 2.8, pain 33: whoever changes something else of the form while a colleague
// gives the repair another product and lot, takes neither back; a quantity is one
// of the product that the repair has by then.
func TestAChangeOfTheFormKeepsTheProductThatAColleagueChose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]commands.ChangeRepairDetails{
		"notes":    {Repair: id("repair"), Notes: new("Seal")},
		"quantity": {Repair: id("repair"), Quantity: new(aggregates.NewDecimal(1)), Notes: new("Seal")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.furnish()
			w.do("drill", &commands.RegisterProduct{ID: ref("drill"), Name: "Drill", Type: product.Goods, Tracking: product.BySerial})
			w.do("lot", &commands.RegisterLot{Product: id("drill"), ID: ref("SN1"), Name: "SN1"})
			w.do("repair", &commands.CreateRepair{Ticket: id("ticket"), ID: ref("repair"), Product: id("product")})
			w.meanwhile("repair", func(other *world) {
				other.do("drill instead", &commands.ChangeRepairDetails{Repair: id("repair"), Product: id("drill"), Lot: id("SN1")})
			})
			w.do("change", &c)
			if s := w.repaired(); s.Product != id("drill") || s.Lot != id("SN1") || s.Tracking != product.BySerial || s.Notes != "Seal" {
				t.Errorf("product %s, lot %s, notes %q", s.Product, s.Lot, s.Notes)
			}
		})
	}
}
