package invoice_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// an invoice must be posted before a credit note is made from it.
func TestR04OnlyAPostedInvoiceIsCredited(t *testing.T) {
	d := draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0")))
	discard := func(s invoice.State) ([]aggregates.Event, error) { return s.Discard() }
	given(t, d).When(draftNote(noteA)).Refused("invoice_not_posted")
	given(t, d, discard).When(draftNote(noteA)).Refused("invoice_not_posted")
	given(t, d).When(reverseAndCreate(noteA)).Refused("invoice_not_posted")
	given(t).When(draftNote(noteA)).Refused("invoice_not_found")
}

// reason, journal and reversal date.
func TestR15R17JournalAndReversalDateAreRequired(t *testing.T) {
	posted := after(t, posted1410()...)
	for want, change := range map[string]func(*invoice.CreditNoteRequest){
		"required on id": func(r *invoice.CreditNoteRequest) { r.ID = [16]byte{} },
		"reversal_date_required on reversal_date": func(r *invoice.CreditNoteRequest) { r.ReversalDate = "" },
		"journal_required on journal":             func(r *invoice.CreditNoteRequest) { r.Journal = invoice.Journal{} },
		"journal_type_mismatch on journal":        func(r *invoice.CreditNoteRequest) { r.Journal.Type = "purchase" },
		"too_long on reason max=500":              func(r *invoice.CreditNoteRequest) { r.Reason = strings.Repeat("é", 501) },
	} {
		r := request(noteA)
		change(&r)
		if _, err := posted.DraftCreditNote(r); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, err := posted.ReverseAndCreate(r, replacement, today); err == nil || err.Error() != want {
			t.Errorf("reverse and create: got %v, want %s", err, want)
		}
	}
	r := request(noteA)
	r.Journal, r.Reason = invoice.Journal{ID: id(8), Code: "INV2", Type: "sale"}, strings.Repeat("é", 500)
	if _, err := posted.DraftCreditNote(r); err != nil {
		t.Errorf("another journal of the type: %v", err)
	}
}

// Reverse makes a draft of everything that is still creditable.
func TestR19ReverseDraftsAllThatIsLeft(t *testing.T) {
	rest := invoice.Amounts{Untaxed: 20000, Total: 20000}
	rules := posted1410(draftNote(noteA, wish(lineA, "1000"), wish(lineB, "210")), postNote(noteA))
	outcome := given(t, rules...).When(draftNote(noteB))
	lines := note(t, outcome.State(), noteB).Lines
	outcome.Then(invoice.CreditNoteDrafted{
		CreditNote: noteB, Ticket: ticket, Customer: customer, Entity: customer, Journal: sales, Currency: "EUR",
		ReversalDate: today, Reason: "T00001", Mode: invoice.Reverse, Amounts: rest,
		Lines: []invoice.CreditLine{{ID: lines[0].ID, InvoiceLine: lineA, Amounts: rest, Item: invoice.Item{
			Product: goods, Quantity: dec("200"), UnitPrice: dec("1"), Taxes: []invoice.Tax{},
		}}},
	})
	given(t, append(rules, draftNote(noteB))...).When(draftNote(noteB)).Refused("already_exists")
}

func TestAFullyCreditedInvoiceIsNotCreditedAgain(t *testing.T) {
	credited := given(t, posted1410(draftNote(noteA), postNote(noteA))...)
	credited.When(draftNote(noteB)).Refused("invoice_fully_credited")
	credited.When(reverseAndCreate(noteB)).Refused("invoice_fully_credited")
}

// the draft's lines are edited down, never above the invoice.
func TestR20EditedLinesStayWithinTheInvoice(t *testing.T) {
	above := invoice.CreditLineRequest{InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("1.01")}
	negative := invoice.CreditLineRequest{InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("-1")}
	foreign := invoice.CreditLineRequest{ID: id(99), Quantity: dec("1")}
	drafted := given(t, posted1410(draftNote(noteA))...)
	for _, c := range []struct {
		lines []invoice.CreditLineRequest
		want  string
	}{
		{nil, "required"},
		{[]invoice.CreditLineRequest{wish(lineA, "1200.01")}, "credit_exceeds_invoice"},
		{[]invoice.CreditLineRequest{above}, "credit_exceeds_invoice"},
		{[]invoice.CreditLineRequest{negative}, "negative_price"},
		{[]invoice.CreditLineRequest{wish(lineA, "0")}, "quantity_not_positive"},
		{[]invoice.CreditLineRequest{wish(lineA, "-1")}, "quantity_not_positive"},
		{[]invoice.CreditLineRequest{wish(lineA, "1"), wish(lineA, "1")}, "duplicate_line"},
		{[]invoice.CreditLineRequest{wish(id(99), "1")}, "line_not_in_invoice"},
		{[]invoice.CreditLineRequest{foreign}, "line_not_in_credit_note"},
		{[]invoice.CreditLineRequest{wish(lineA, "999999999999")}, "credit_exceeds_invoice"},
		{[]invoice.CreditLineRequest{{InvoiceLine: lineA, Quantity: dec("999999999999"), UnitPrice: ptr("2")}}, "amount_too_large"},
	} {
		drafted.When(editNote(noteA, c.lines...)).Refused(c.want)
		if len(c.lines) > 0 {
			given(t, posted1410()...).When(draftNote(noteB, c.lines...)).Refused(c.want)
		}
	}
	drafted.When(editNote(noteB, wish(lineA, "1"))).Refused("credit_note_not_found")
}

func TestTheExcessIsTheAmountAboveWhatIsCreditable(t *testing.T) {
	posted := after(t, draft(draftOf(invoice.PerLine, line(lineA, "3", "1.05", "0", vat9))), post())
	for want, w := range map[string]invoice.CreditLineRequest{
		"1.15": wish(lineA, "4"),
		"0.11": {InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("1.15")},
	} {
		_, err := posted.DraftCreditNote(request(noteA, w))
		if r := refusal(t, err); r.Code != "credit_exceeds_invoice" || r.Params["amount"] != want {
			t.Errorf("got %v, want an excess of %s", r, want)
		}
	}
}

// Api.md: a line is named by its id or by the invoice's; what is not named goes.
func TestAnEditReplacesTheLinesAndKeepsTheirIDs(t *testing.T) {
	drafted := after(t, posted1410(draftNote(noteA))...)
	lines := note(t, drafted, noteA).Lines
	lowered := invoice.CreditLineRequest{ID: lines[0].ID, Quantity: dec("100"), UnitPrice: ptr("0.5")}
	outcome := given(t, posted1410(draftNote(noteA))...).When(editNote(noteA, lowered))
	want := lines[0]
	want.Quantity, want.UnitPrice, want.Amounts = dec("100"), dec("0.5"), invoice.Amounts{Untaxed: 5000, Total: 5000}
	want.Waived = want.Amounts // the other half
	outcome.Then(invoice.CreditNoteLinesChanged{
		CreditNote: noteA, Lines: []invoice.CreditLine{want}, Amounts: want.Amounts,
	})

	edited := given(t, posted1410(draftNote(noteA), editNote(noteA, lowered))...)
	edited.When(editNote(noteA, lowered)).Then()
	edited.When(editNote(noteA, wish(lineA, "100"))).Then() // keeps the lowered price
	back := note(t, edited.When(editNote(noteA, wish(lineA, "1"), wish(lineB, "1"))).State(), noteA).Lines
	if back[1].ID != lines[1].ID || back[1].UnitPrice != dec("1") {
		t.Errorf("the line that came back is %+v, was %+v", back[1], lines[1])
	}
}

// posted and discarded credit notes are final.
func TestR19OnlyADraftIsEditedPostedOrDiscarded(t *testing.T) {
	posted := given(t, posted1410(draftNote(noteA, wish(lineA, "1")), postNote(noteA))...)
	posted.When(editNote(noteA, wish(lineA, "1"))).Refused("credit_note_not_draft")
	posted.When(discardNote(noteA)).Refused("credit_note_not_draft")
	posted.When(postNote(noteA)).Then()

	drafted := given(t, posted1410(draftNote(noteA))...)
	drafted.When(discardNote(noteA)).Then(invoice.CreditNoteDiscarded{CreditNote: noteA})
	drafted.When(discardNote(noteB)).Refused("credit_note_not_found")
	drafted.When(postNote(noteB)).Refused("credit_note_not_found")

	discarded := given(t, posted1410(draftNote(noteA), discardNote(noteA))...)
	discarded.When(editNote(noteA, wish(lineA, "1"))).Refused("credit_note_not_draft")
	discarded.When(postNote(noteA)).Refused("credit_note_not_draft")
	discarded.When(discardNote(noteA)).Then()
}

func TestACreditNoteIsNumberedAfterPostingOnce(t *testing.T) {
	number := func(n string) rule {
		return func(s invoice.State) ([]aggregates.Event, error) { return s.SetCreditNoteNumber(noteA, n) }
	}
	given(t, posted1410()...).When(number("RINV/1")).Refused("credit_note_not_found")
	given(t, posted1410(draftNote(noteA))...).When(number("RINV/1")).Refused("credit_note_not_posted")
	posted := posted1410(draftNote(noteA), postNote(noteA))
	given(t, posted...).When(number("")).Refused("required")
	given(t, posted...).When(number("RINV/1")).Then(invoice.CreditNoteNumbered{CreditNote: noteA, Number: "RINV/1"})
	given(t, append(posted, number("RINV/1"))...).When(number("RINV/2")).Then()
}

// 2.5: with Reverse a future date is allowed; posting waits for it.
func TestAFutureReversalDateDelaysPosting(t *testing.T) {
	future := func(s invoice.State) ([]aggregates.Event, error) {
		r := request(noteA)
		r.ReversalDate = "2026-03-21"
		return s.DraftCreditNote(r)
	}
	drafted := given(t, posted1410(future)...)
	drafted.When(postNote(noteA)).Refused("future_date_not_allowed")
	drafted.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostCreditNote(noteA, "2026-03-21", invoice.WithinInvoice)
	}).State()
}

func TestACreditNoteOfNothingIsNotPosted(t *testing.T) {
	free := invoice.CreditLineRequest{InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("0")}
	given(t, posted1410(draftNote(noteA, free))...).When(postNote(noteA)).Refused("credit_note_empty")
}

// A lowered price takes the quantity; quantities that are credited later do not
// make up for what it waived.
func TestALoweredPriceIsNotMadeUpForByLaterQuantities(t *testing.T) {
	cheap := invoice.CreditLineRequest{InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("0.5")}
	s := after(t, draft(draftOf(invoice.PerLine, line(lineA, "3", "1.05", "0", vat9))), post(),
		draftNote(noteA, cheap), postNote(noteA), draftNote(noteB, wish(lineA, "2")), postNote(noteB))
	if diff := cmp.Diff(invoice.Amounts{Untaxed: 210, Tax: 19, Total: 229}, note(t, s, noteB).Amounts); diff != "" {
		t.Errorf("the last two units (-want +got):\n%s", diff)
	}
	if s.Lines[0].Creditable() != 0 || s.Creditable() != (invoice.Amounts{Untaxed: 55, Tax: 4, Total: 59}) || s.Residual != 59 {
		t.Errorf("left %v, residual %d", s.Creditable(), s.Residual)
	}
}

// A price lowered below the fixed tax that it includes is all tax.
func TestALoweredPriceIncludesNoMoreTaxThanItself(t *testing.T) {
	eco := invoice.Tax{Name: "Eco", Fixed: dec("1.5"), Included: true}
	vat := invoice.Tax{Name: "VAT 9%", Rate: dec("9"), Included: true}
	cheap := invoice.CreditLineRequest{InvoiceLine: lineA, Quantity: dec("1"), UnitPrice: ptr("1")}
	s := after(t, draft(draftOf(invoice.PerLine, line(lineA, "1", "10", "0", eco, vat))), post(), draftNote(noteA, cheap))
	if diff := cmp.Diff(invoice.Amounts{Tax: 100, Total: 100}, note(t, s, noteA).Amounts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Shares follow the part of the quantity: rounding up unit by unit neither uses
// the line up early nor leaves a lump for the end.
func TestSharesNeverStrayAMinorUnitFromTheirPart(t *testing.T) {
	for _, price := range []string{"0.006", "0.004"} {
		rules := []rule{draft(draftOf(invoice.PerLine, line(lineA, "100", price, "0"))), post()}
		for i := range uint64(10) {
			rules = append(rules, draftNote(id(100+i), wish(lineA, "10")), postNote(id(100+i)))
		}
		for _, n := range after(t, rules...).CreditNotes {
			if want := int64(dec(price) / 1000); n.Total != want {
				t.Errorf("ten of a hundred at %s: got %d, want %d", price, n.Total, want)
			}
		}
		singles := []rule{draft(draftOf(invoice.PerLine, line(lineA, "100", price, "0"))), post()}
		for i := range uint64(2) {
			singles = append(singles, draftNote(id(100+i), wish(lineA, "1")), postNote(id(100+i)))
		}
		if price == "0.006" {
			if s := after(t, singles...); s.Credited().Total != 2 {
				t.Errorf("two units came to %d", s.Credited().Total)
			}
		} else {
			given(t, singles[:3]...).When(postNote(id(100))).Refused("credit_note_empty")
		}
	}
}
