package invoice_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// Every event is read back as it was written, and is one of the catalogue.
func TestEveryEventSurvivesItsJSON(t *testing.T) {
	number := func(s invoice.State) ([]aggregates.Event, error) { return s.SetNumber("INV/1") }
	noteNumber := func(s invoice.State) ([]aggregates.Event, error) { return s.SetCreditNoteNumber(noteA, "RINV/1") }
	discard := func(s invoice.State) ([]aggregates.Event, error) { return s.Discard() }
	change := func(s invoice.State) ([]aggregates.Event, error) {
		return s.ChangeLines([]invoice.DraftLine{line(lineA, "2", "1", "0", vat9)})
	}
	d := draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0", vat9)))
	events := history(t, d, change, discard)
	events = append(events, history(t, posted1410(number, pay(payA, 141000), draftNote(noteB), discardNote(noteB),
		draftNote(noteA), editNote(noteA, wish(lineA, "1")), postingRefused(noteA, "contended"), locked(today, postNote(noteA)), noteNumber, payOut(noteA, payB, 1))...)...)
	events = append(events, history(t, posted1410(pay(payA, 1), reverseAndCreate(noteA))...)...)
	events = append(events, history(t, posted1410(hold(held(replacement, theInvoice, id(60))), release)...)...)
	events = append(events, history(t, released(reserve(allocation(2)), giveBack(1), take(1), refundPayment(id(33), 1))...)...)
	events = append(events, history(t, openCredit(allocateCredit(creditAllocation(20000)), returnCredit(100), releasePayment(payA), returnCredit(0))...)...)
	events = append(events, history(t, posted1410(takeCredit(100), releaseCredit(), draftNote(noteA, goodwill("1")))...)...)

	seen := map[string]bool{}
	for _, e := range events {
		i := slices.IndexFunc(invoice.Model.Events, func(d aggregates.Definition) bool { return d.Type == reflect.TypeOf(e) })
		if i < 0 {
			t.Fatalf("%T is not in the catalogue", e)
		}
		def := invoice.Model.Events[i]
		stored, err := def.Decode(def.Version, json.RawMessage(toJSON(t, e)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, stored); diff != "" {
			t.Errorf("%s (-written +read):\n%s", def.Name, diff)
		}
		seen[def.Name] = true
	}
	if len(seen) != len(invoice.Model.Events) {
		t.Errorf("read back %v, the catalogue has %d events", seen, len(invoice.Model.Events))
	}
}

// Stored names and fields are for ever.
func TestTheStoredFormOfAPostedCreditNote(t *testing.T) {
	events := history(t, posted1410(draftNote(noteA, wish(lineB, "1")), postNote(noteA))...)
	posted := events[len(events)-1].(invoice.CreditNotePosted)
	want := `{"credit_note":"00000000-0000-0000-0000-000000000015","lines":[{"id":"` + posted.Lines[0].ID.String() +
		`","invoice_line":"00000000-0000-0000-0000-00000000000c","product":"00000000-0000-0000-0000-000000000005",` +
		`"description":"","quantity":"1","unit_price":"1","discount":"0","taxes":[],"untaxed":100,"tax":0,"total":100,` +
		`"reinvoice":false}],"untaxed":100,"tax":0,"total":100,"applied":100,"open_credit":0,` +
		`"credit_note_payment_state":"paid","residual_after":140900,"payment_state_after":"partial"}`
	if diff := cmp.Diff(want, toJSON(t, posted)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEventsOfAnotherAggregateOrNoteChangeNothing(t *testing.T) {
	s := after(t, posted1410(draftNote(noteA))...)
	for _, e := range []aggregates.Event{
		"not an event of an invoice",
		invoice.CreditNoteNumbered{CreditNote: noteB, Number: "RINV/1"},
		invoice.CreditNoteDiscarded{CreditNote: noteB},
	} {
		if diff := cmp.Diff(s, invoice.Model.Evolve(s, e)); diff != "" {
			t.Errorf("%v changed:\n%s", e, diff)
		}
	}
}

// A state may be evolved into several futures: a rule that is asked again after
// a conflict, a dry run.
func TestTwoFuturesOfAStateDoNotDisturbEachOther(t *testing.T) {
	s := after(t, posted1410(pay(id(61), 100000), pay(id(62), 20000), pay(id(63), 21000),
		draftNote(id(71)), draftNote(id(72)), draftNote(noteA, wish(lineA, "9")), postNote(noteA),
		payOut(noteA, id(81), 1), payOut(noteA, id(82), 1), payOut(noteA, id(83), 1), draftNote(id(73)), draftNote(id(74)))...)
	for _, one := range []func(uint64) aggregates.Event{
		func(n uint64) aggregates.Event { return invoice.PaymentRegistered{Payment: id(n)} },
		func(n uint64) aggregates.Event { return invoice.OpenPaymentDeclined{Payment: id(n)} },
		func(n uint64) aggregates.Event {
			return invoice.OpenPaymentReserved{Payment: id(61), Allocation: id(n), Amount: 1}
		},
		func(n uint64) aggregates.Event { return invoice.CreditNoteDrafted{CreditNote: id(n)} },
		func(n uint64) aggregates.Event { return invoice.CreditNotePaidOut{CreditNote: noteA, Payment: id(n)} },
		func(n uint64) aggregates.Event { return invoice.PaymentRefunded{Payment: id(61), Refund: id(n)} },
		func(n uint64) aggregates.Event { return invoice.CreditAllocated{CreditNote: noteA, Allocation: id(n)} },
		func(n uint64) aggregates.Event { return invoice.CreditTaken{Allocation: id(n)} },
	} {
		first := invoice.Model.Evolve(s, one(91))
		before := toJSON(t, first)
		invoice.Model.Evolve(s, one(92))
		if diff := cmp.Diff(before, toJSON(t, first)); diff != "" {
			t.Errorf("%T (-before +after):\n%s", one(0), diff)
		}
	}
}

func TestAReleasedPaymentStaysReleased(t *testing.T) {
	s := after(t, posted1410(pay(payA, 1), pay(payB, 1))...)
	for _, p := range s.Payments {
		s = invoice.Model.Evolve(s, invoice.PaymentsReleased{Payments: []invoice.ReleasedPayment{{Payment: p.ID, Amount: 1}}})
	}
	if !s.Payments[0].Released || !s.Payments[1].Released {
		t.Errorf("payments %+v", s.Payments)
	}
}
