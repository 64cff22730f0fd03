package invoice_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

var (
	theHold = id(61)
	until   = time.Date(2026, 3, 20, 12, 1, 0, 0, time.UTC)
)

// held is the hold of a command that credits another invoice and then, or first,
// this one.
func held(replacement uuid.UUID, invoices ...uuid.UUID) invoice.Hold {
	return invoice.Hold{ID: theHold, Invoices: invoices, Until: until, Replacement: replacement}
}

func hold(h invoice.Hold) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.HoldCredit(h, request(noteA), today) }
}

func use(s invoice.State) ([]aggregates.Event, error) { return s.UseHold(theHold) }

func release(s invoice.State) ([]aggregates.Event, error) { return s.ReleaseHold(theHold) }

// what is held cannot be refused any more, whatever happens in between, and
// it is then what it would have been without.
func TestR21AHeldInvoiceIsContendedUntilTheHoldIsUsed(t *testing.T) {
	h := held(replacement, id(60), theInvoice)
	s := given(t, posted1410(draftNote(noteB), hold(h))...)
	for _, other := range []rule{draftNote(id(23)), postNote(noteB), reverseAndCreate(id(23)), hold(invoice.Hold{ID: id(62), Invoices: h.Invoices})} {
		s.When(other).Refused("contended")
	}
	s.When(hold(h)).Then()
	if now := s.When(hold(h)).State(); now.Creditable().Total != 141000 || len(now.CreditNotes) != 1 {
		t.Errorf("the hold alone had an effect: %+v", now)
	}
	paid := posted1410(draftNote(noteB), hold(h), pay(payA, 41000))
	got := note(t, after(t, append(paid, use)...), noteA)
	if got.Status != invoice.StatusPosted || got.Total != 141000 || got.ReplacementInvoice != replacement || got.Hold != theHold {
		t.Errorf("credit note %+v", got)
	}
	used := given(t, append(paid, use)...)
	used.When(use).Then()
	used.When(release).Then()
	used.When(hold(h)).Then()
	used.When(postNote(noteB)).Refused("credit_exceeds_invoice")
}

func TestR21AReleasedHoldLeavesNothing(t *testing.T) {
	released := given(t, posted1410(hold(held(uuid.Nil, theInvoice, id(60))), release)...)
	released.When(use).Then()
	released.When(release).Then()
	if s := released.When(draftNote(noteA)).State(); s.Took(theHold) || len(s.CreditNotes) != 1 {
		t.Errorf("after the release %+v", s)
	}
}

// The credit note of the first invoice names the others, so that it alone is
// the decision for all.
func TestR21TheFirstInvoiceDecidesForAll(t *testing.T) {
	others := func(h invoice.Hold) []uuid.UUID {
		events := history(t, posted1410(hold(h), use)...)
		return events[len(events)-1].(invoice.CreditNoteDrafted).Others
	}
	if got := others(held(uuid.Nil, theInvoice, id(60))); len(got) != 1 || got[0] != id(60) {
		t.Errorf("the first names %v", got)
	}
	if got := others(held(uuid.Nil, id(60), theInvoice)); got != nil {
		t.Errorf("the second names %v", got)
	}
}

func TestAHoldIsRefusedAsTheCreditNoteWouldBe(t *testing.T) {
	credited := given(t, posted1410(draftNote(noteB, wish(lineA, "1")), postNote(noteB))...)
	credited.When(hold(held(replacement, theInvoice))).Refused("invoice_already_credited")
	credited.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.HoldCredit(held(uuid.Nil, theInvoice), request(noteA, wish(lineA, "1200")), today)
	}).Refused("credit_exceeds_invoice")
	given(t, posted1410(draftNote(noteA))...).When(hold(held(uuid.Nil, theInvoice))).Refused("already_exists")
}

// A hold lapses in its time, but not while the invoice that decides has taken it.
func TestAHoldLapsesUnlessTheFirstInvoiceTookIt(t *testing.T) {
	lapse := func(first invoice.State, at time.Time) rule {
		return func(s invoice.State) ([]aggregates.Event, error) { return s.LapseHold(first, at) }
	}
	first := after(t, posted1410(hold(held(uuid.Nil, theInvoice, id(60))))...)
	given(t, posted1410(hold(held(uuid.Nil, theInvoice, id(60))))...).When(lapse(first, until.Add(-1))).Then()
	given(t, posted1410(hold(held(uuid.Nil, theInvoice, id(60))))...).When(lapse(first, until)).Then(invoice.CreditHoldReleased{Hold: theHold})
	second := given(t, posted1410(hold(held(uuid.Nil, id(60), theInvoice)))...)
	first.ID = id(60)
	second.When(lapse(first, until)).Then()
	first.Held = invoice.Hold{}
	second.When(lapse(first, until)).Then(invoice.CreditHoldReleased{Hold: theHold})
	given(t, posted1410()...).When(lapse(first, until)).Then()
}
