package invoice_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

func draftNoteFor(note [16]byte, day aggregates.Date) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		r := request(note, wish(lineA, "1"))
		r.ReversalDate, r.AutoPostOn = day, day
		return s.DraftCreditNote(r)
	}
}

func postingRefused(note [16]byte, code string) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.NotePostingRefused(note, code) }
}

// Domain.md 3.1 rule 14: what somebody made of a dated draft who may not post is
// not posted by itself; what one made who may, is.
func TestAnEditLendsNobodyTheRightToPost(t *testing.T) {
	edit := func(mayPost bool, quantity string) rule {
		return func(s invoice.State) ([]aggregates.Event, error) {
			return s.EditCreditNote(noteA, []invoice.CreditLineRequest{wish(lineA, quantity)}, invoice.WithinInvoice, mayPost)
		}
	}
	due := func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostDue(noteA, today, invoice.WithinInvoice)
	}
	drafted := posted1410(draftNoteFor(noteA, today))
	for _, c := range []struct {
		mayPost  bool
		quantity string
		posted   bool
	}{{true, "2", true}, {false, "2", false}, {false, "1", true}} { // the last changes nothing
		s := after(t, append(drafted, edit(c.mayPost, c.quantity))...)
		events, err := due(s)
		if err != nil || len(events) > 0 != c.posted {
			t.Errorf("%+v: %d events, %v", c, len(events), err)
		}
	}
}

// Why a draft is not posted on its day is noted when it is news, and forgotten
// when it was edited or posted.
func TestWhyADatedDraftIsNotPostedIsNotedOnce(t *testing.T) {
	noted := posted1410(draftNoteFor(noteA, today), postingRefused(noteA, "journal_archived"))
	given(t, noted...).When(postingRefused(noteA, "journal_archived")).Then()
	given(t, noted...).When(postingRefused(noteA, "credit_exceeds_invoice")).
		Then(invoice.CreditNotePostingRefused{CreditNote: noteA, Code: "credit_exceeds_invoice"})
	given(t, noted...).When(postingRefused(noteB, "journal_archived")).Refused("credit_note_not_found")
	for _, then := range []rule{editNote(noteA, wish(lineA, "2")), postNote(noteA)} {
		if n := note(t, after(t, append(noted, then)...), noteA); n.AutoPostRefused != "" {
			t.Errorf("%s has %s", n.Status, n.AutoPostRefused)
		}
	}
	given(t, append(noted, postNote(noteA))...).When(postingRefused(noteA, "journal_archived")).Then()
}

// Domain.md 2.5: a number from outside is the invoice's from its posting on.
func TestANumberFromOutsideComesWithThePosting(t *testing.T) {
	d := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))
	d.Number = " X/1 "
	if s := after(t, draft(d)); s.Number != "" || s.OutsideNumber != "X/1" {
		t.Errorf("the draft has the number %q, and brought %q", s.Number, s.OutsideNumber)
	}
	given(t, draft(d)).When(post()).
		Then(invoice.Posted{Number: "X/1", InvoiceDate: "2026-03-01", Residual: 100, PaymentState: invoice.NotPaid})
	s := after(t, draft(d), post())
	if events, err := s.SetNumber("INV/1"); s.Number != "X/1" || len(events) > 0 || err != nil {
		t.Errorf("%s is numbered again: %v, %v", s.Number, events, err)
	}
}
