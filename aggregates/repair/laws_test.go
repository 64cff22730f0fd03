package repair_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

var (
	amountOf  = rapid.SampledFrom([]string{"1", "2", "35", "0", "0.5", "1.255", "-1", "1000000000"})
	submitOf  = rapid.SampledFrom([]repair.Submit{repair.Save, repair.Confirm, repair.ConfirmAndQuote})
	requestOf = rapid.Custom(func(t *rapid.T) repair.PartRequest {
		r := part(
			rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"),
			rapid.SampledFrom([]repair.Kind{repair.Add, repair.Add, repair.Remove, repair.Recycle, ""}).Draw(t, "kind"),
			amountOf.Draw(t, "quantity"), amountOf.Draw(t, "price"))
		if rapid.Bool().Draw(t, "list price") {
			r.Product, r.UnitPrice = listed(pump, "19.90", "EUR"), nil
		}
		return r
	})
	lotOf = rapid.Custom(func(t *rapid.T) *repair.Lot {
		return rapid.SampledFrom([]*repair.Lot{nil, {ID: id("L1"), Product: machine.ID}, {ID: id("L1"), Product: pump.ID}}).Draw(t, "lot")
	})
	confirmationOf = rapid.Custom(func(t *rapid.T) repair.Confirmation {
		stock := rapid.SampledFrom([]*repair.Return{nil, here("1"), inStock.Return}).Draw(t, "stock")
		return repair.Confirmation{Return: stock, Override: rapid.Bool().Draw(t, "override"), By: "a", Lot: lotOf.Draw(t, "lot")}
	})
)

// anyRule is any rule with any wish, sensible or not.
func anyRule(t *rapid.T) rule {
	requests := rapid.SliceOfN(requestOf, 0, 3)
	switch rapid.SampledFrom([]string{
		"create", "parts", "warranty", "confirm", "start", "start", "end", "end", "cancel", "quote", "answer", "number", "edit",
	}).Draw(t, "rule") {
	case "create":
		return create(withParts(requests.Draw(t, "parts")...), submit(submitOf.Draw(t, "submit")), func(d *repair.Draft) {
			d.Product.Tracking = rapid.SampledFrom([]product.Tracking{product.Untracked, product.ByLot, product.BySerial}).Draw(t, "tracking")
			d.Lot, d.UnderWarranty = lotOf.Draw(t, "lot"), rapid.Bool().Draw(t, "warranty")
			d.Confirmation = confirmationOf.Draw(t, "confirmation")
		})
	case "parts":
		return parts(requests.Draw(t, "parts")...)
	case "warranty":
		return warranty(rapid.Bool().Draw(t, "on"))
	case "confirm":
		return confirm(confirmationOf.Draw(t, "confirmation"))
	case "start":
		return start()
	case "end":
		used := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) repair.Used {
			return repair.Used{ID: id(rapid.SampledFrom([]string{"a", "b", "z"}).Draw(t, "id")), DoneQuantity: *dec(amountOf.Draw(t, "done"))}
		}), 0, 2).Draw(t, "used")
		return func(s repair.State) ([]aggregates.Event, error) {
			return s.End(repair.Ending{Used: used, Lot: lotOf.Draw(t, "lot")})
		}
	case "cancel":
		return cancel()
	case "edit":
		other := rapid.SampledFrom([]repair.Product{machine, pump, tracked(machine, product.BySerial)}).Draw(t, "other")
		return edit(repair.Edit{Product: &other, Lot: lotOf.Draw(t, "lot"), Priority: new(rapid.IntRange(-1, 2).Draw(t, "priority"))})
	case "quote":
		return quote()
	case "number":
		return number("RO/00001")
	default:
		return rapid.SampledFrom([]rule{send(), accept(), decline("no")}).Draw(t, "answer")
	}
}

// nextRule is any rule, but mostly a plain creation of what is not there yet.
func nextRule(t *rapid.T, s repair.State) rule {
	if s.ID == uuid.Nil && rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "plain") {
		return create(withParts(part("a", repair.Add, "2", "35"), part("b", repair.Remove, "1", "9")))
	}
	return anyRule(t)
}

// Whatever is asked in whatever order: one quotation, no price under warranty,
// totals that are the sum of their lines, and a done repair that stays as it is.
func TestAnySequenceOfRulesKeepsTheLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s repair.State
		var events []aggregates.Event
		var sent repair.Amounts
		for range 25 {
			more, err := nextRule(t, s)(s)
			if err != nil && len(more) > 0 {
				t.Fatalf("%v and yet %d events", err, len(more))
			}
			for _, e := range more {
				next := evolved(t, s, e)
				if s.Status == repair.StatusDone {
					sameRepair(t, s, next)
				}
				s = next
				lawful(t, s)
				if e, ok := e.(repair.QuoteSent); ok {
					sent = e.Amounts
				}
				if s.Quote.Status == repair.QuoteStatusSent && !cmp.Equal(sent, repair.Amounts{Lines: s.Quote.Lines, Total: s.Quote.Total}) {
					t.Fatalf("sent was %+v, to be accepted is %+v", sent, s.Quote)
				}
			}
			events = append(events, more...)
		}
		quotes := slices.DeleteFunc(slices.Clone(events), func(e aggregates.Event) bool {
			_, made := e.(repair.QuoteCreated)
			return !made
		})
		if len(quotes) > 1 {
			t.Fatalf("%d quotations", len(quotes))
		}
		if diff := cmp.Diff(s, repair.Model.Fold(events...)); diff != "" {
			t.Fatalf("a second fold differs: %s", diff)
		}
	})
}

// Toggling the warranty, whatever the parts, changes nothing in the end.
func TestTickingAndUntickingTheWarrantyIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := repair.State{}
		for range 4 {
			if more, err := nextRule(t, s)(s); err == nil {
				s = fold(s, more)
			}
		}
		first, err := s.SetWarranty(!s.UnderWarranty)
		if err != nil {
			t.Skip("not open")
		}
		toggled := fold(s, first)
		second, err := toggled.SetWarranty(s.UnderWarranty)
		if err != nil {
			t.Fatal(err)
		}
		if s.Quote.Status == repair.QuoteStatusSent { // what changed is to be sent again
			s.Quote.Status = fold(toggled, second).Quote.Status
		}
		if diff := cmp.Diff(s, fold(toggled, second)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Two futures of one state do not share memory.
func TestForksOfAStateStayApart(t *testing.T) {
	var s repair.State
	for _, user := range []string{"a", "b", "c"} {
		s = repair.Model.Evolve(s, repair.AccessGranted{User: user})
	}
	one := repair.Model.Evolve(s, repair.AccessGranted{User: "d"})
	repair.Model.Evolve(s, repair.AccessGranted{User: "e"})
	if !one.MayOpen("d", uuid.Nil) {
		t.Errorf("got %v", one.Access)
	}
}

func fold(s repair.State, events []aggregates.Event) repair.State {
	for _, e := range events {
		s = repair.Model.Evolve(s, e)
	}
	return s
}

func lawful(t *rapid.T, s repair.State) {
	var total int64
	for _, l := range s.Quote.Lines {
		i := slices.IndexFunc(s.Parts, func(p repair.Part) bool { return p.ID == l.Part })
		if s.Parts[i].Kind != repair.Add || s.Parts[i].UnitPrice != l.UnitPrice || l.Quantity < 0 {
			t.Fatalf("line %+v of part %+v", l, s.Parts[i])
		}
		total += l.Total
	}
	if total != s.Quote.Total || (s.UnderWarranty && total != 0) {
		t.Fatalf("total %d of lines that sum up to %d", s.Quote.Total, total)
	}
	for _, p := range s.Parts {
		if p.UnitPrice < 0 || p.Quantity < 0 || (s.UnderWarranty && p.UnitPrice != 0) || (!s.UnderWarranty && p.UnitPrice != p.PriceBeforeWarranty) {
			t.Fatalf("part %+v, under warranty %v", p, s.UnderWarranty)
		}
	}
	beyondDraft := s.Status != repair.StatusDraft && s.Status != repair.StatusCancelled
	if beyondDraft && s.Tracking.Tracked() && s.Lot == uuid.Nil {
		t.Fatalf("%s without a lot", s.Status)
	}
}

// sameRepair compares all but the number, what its people note of it, and the
// quotation's making and answer.
func sameRepair(t *rapid.T, before, after repair.State) {
	if before.Quote.ID == uuid.Nil {
		after.Quote, after.Currency = before.Quote, before.Currency
	}
	after.Quote.Status, after.Quote.AcceptedTotal = before.Quote.Status, before.Quote.AcceptedTotal
	after.Number, after.Priority = before.Number, before.Priority
	if diff := cmp.Diff(before, after); diff != "" {
		t.Fatalf("a done repair changed: %s", diff)
	}
}

// evolved is the next state, after checking that the old one was left alone and
// that event and state survive storage.
func evolved(t *rapid.T, s repair.State, e aggregates.Event) repair.State {
	before := stored(t, s)
	i := slices.IndexFunc(repair.Model.Events, func(d aggregates.Definition) bool { return d.Type == reflect.TypeOf(e) })
	read, err := repair.Model.Events[i].Decode(1, stored(t, e))
	if err != nil {
		t.Fatal(err)
	}
	next := repair.Model.Evolve(s, e)
	if diff := cmp.Diff(next, repair.Model.Evolve(s, read)); diff != "" {
		t.Fatalf("%T read back means something else: %s", e, diff)
	}
	if after := stored(t, s); string(after) != string(before) {
		t.Fatalf("%T changed the old state: %s", e, cmp.Diff(string(before), string(after)))
	}
	var again repair.State
	if err := json.Unmarshal(stored(t, next), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(next, again); diff != "" {
		t.Fatalf("the state after %T does not survive storage: %s", e, diff)
	}
	return next
}

func stored(t *rapid.T, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(fmt.Errorf("%T: %w", v, err))
	}
	return b
}
