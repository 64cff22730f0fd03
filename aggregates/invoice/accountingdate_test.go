package invoice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// locked is a rule asked while the books are locked up to a day.
func locked(lock aggregates.Date, r rule) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		events, err := r(s)
		return s.Dated(events, lock), err
	}
}

func moved(document uuid.UUID, to, lock aggregates.Date) aggregates.Event {
	return invoice.AccountingDateMoved{Document: document, AccountingDate: to, LockDate: lock}
}

// dates are own and accounting date of the invoice or a credit note.
func dates(s invoice.State, document uuid.UUID) [2]aggregates.Date {
	date, _ := s.AccountingDateOf(document)
	if n, ok := s.CreditNote(document); ok {
		return [2]aggregates.Date{n.ReversalDate, date}
	}
	return [2]aggregates.Date{s.InvoiceDate, date}
}

// domain.md 2.5, post: the lock date pushes the accounting date forward instead of
// failing. The invoice is dated 2026-03-01.
func TestAnInvoiceCountsOnTheFirstOpenDay(t *testing.T) {
	for lock, want := range map[aggregates.Date]aggregates.Date{
		"": "2026-03-01", "2026-02-28": "2026-03-01", "2026-03-01": "2026-03-02", "2026-03-19": "2026-03-20",
	} {
		s := after(t, draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))), locked(lock, post()))
		if diff := cmp.Diff([2]aggregates.Date{"2026-03-01", want}, dates(s, theInvoice)); diff != "" {
			t.Errorf("locked up to %q (-want +got):\n%s", lock, diff)
		}
		if _, m := s.AccountingDateOf(theInvoice); m != (want != "2026-03-01") {
			t.Errorf("locked up to %q: moved is %v", lock, m)
		}
	}
}

// An invoice without a date counts on the day on which it is posted.
func TestAnInvoiceWithoutADateCountsToday(t *testing.T) {
	d := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))
	d.InvoiceDate = ""
	s := after(t, locked("2026-03-19", draft(d)))
	if diff := cmp.Diff([2]aggregates.Date{}, dates(s, theInvoice)); diff != "" {
		t.Error(diff)
	}
	s = after(t, draft(d), locked("2026-03-19", post()))
	if diff := cmp.Diff([2]aggregates.Date{today, today}, dates(s, theInvoice)); diff != "" {
		t.Error(diff)
	}
}

// domain.md 3.1 rule 15: the draft tells early; what is locked until it is posted
// moves it again, and what is locked later does not.
func TestACreditNoteLeavesLockedDays(t *testing.T) {
	drafted := locked("2026-03-20", draftNote(noteA))
	given(t, posted1410(drafted)...).When(locked("2026-03-20", discardNote(noteA))).Then(invoice.CreditNoteDiscarded{CreditNote: noteA})
	s := after(t, posted1410(drafted)...)
	if diff := cmp.Diff([2]aggregates.Date{today, "2026-03-21"}, dates(s, noteA)); diff != "" {
		t.Error(diff)
	}
	s = after(t, posted1410(drafted, locked("2026-03-31", postNote(noteA)))...)
	if diff := cmp.Diff([2]aggregates.Date{today, "2026-04-01"}, dates(s, noteA)); diff != "" {
		t.Error(diff)
	}
	number := func(s invoice.State) ([]aggregates.Event, error) {
		return s.SetCreditNoteNumber(noteA, "RINV/2026/00001")
	}
	s = after(t, posted1410(drafted, locked("2026-03-20", postNote(noteA)), locked("2026-12-31", number))...)
	if diff := cmp.Diff([2]aggregates.Date{today, "2026-03-21"}, dates(s, noteA)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([2]aggregates.Date{"2026-03-01", "2026-03-01"}, dates(s, theInvoice)); diff != "" {
		t.Error(diff)
	}
}

// the move is in the append of the credit note, with one event for it.
func TestReverseAndCreateLeavesLockedDaysAtOnce(t *testing.T) {
	s := after(t, posted1410()...)
	events, err := locked("2026-03-20", reverseAndCreate(noteA))(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(moved(noteA, "2026-03-21", "2026-03-20"), events[len(events)-1]); diff != "" {
		t.Error(diff)
	}
	for _, e := range events[:len(events)-1] {
		if _, again := e.(invoice.AccountingDateMoved); again {
			t.Error("moved twice")
		}
	}
}

// What was posted for a day that turned out to be locked is moved once.
func TestAPostedDocumentIsMovedOnce(t *testing.T) {
	leave := func(lock aggregates.Date) rule {
		return func(s invoice.State) ([]aggregates.Event, error) { return s.LeaveLocked(theInvoice, lock) }
	}
	open := given(t, posted1410()...)
	open.When(leave("")).Then()
	open.When(leave("2026-02-28")).Then()
	open.When(leave("2026-03-10")).Then(moved(theInvoice, "2026-03-11", "2026-03-10"))
	given(t, posted1410(leave("2026-03-10"))...).When(leave("2026-03-10")).Then()
}

// Law: whatever is locked before a posting, it counts on the first open day from
// its own on, and its own date stays.
func TestNothingCountsOnALockedDay(t *testing.T) {
	invoiced := after(t, posted1410()...)
	rapid.Check(t, func(t *rapid.T) {
		day := func(label string) aggregates.Date {
			d := aggregates.Date("2026-02-20")
			for range rapid.IntRange(0, 28).Draw(t, label) {
				d = d.Next()
			}
			return d
		}
		own, lock := day("own"), day("lock")
		r := request(noteA)
		r.ReversalDate = own
		events, err := invoiced.ReverseAndCreate(r, replacement, today)
		if err != nil {
			t.Fatal(err)
		}
		s := invoiced
		for _, e := range invoiced.Dated(events, lock) {
			s = invoice.Model.Evolve(s, e)
		}
		want := own
		for !want.After(lock) {
			want = want.Next()
		}
		if got := dates(s, noteA); got != [2]aggregates.Date{own, want} {
			t.Fatalf("%s locked up to %s became %v", own, lock, got)
		}
	})
}
