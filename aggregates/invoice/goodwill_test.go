package invoice_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/invoice"
)

// goodwill is the wish for an amount out of the lines with these taxes.
func goodwill(amount string, taxes ...invoice.Tax) invoice.CreditLineRequest {
	return invoice.CreditLineRequest{Amount: ptr(amount), Taxes: taxes}
}

// mixed is a posted invoice of 10 × 10.00 and 1 × 50.00 with 9 %, and 2 × 20.00
// without tax: 163.50 and 40.00.
func mixed(more ...rule) []rule {
	d := draftOf(invoice.PerDocument, line(id(51), "10", "10", "0", vat9), line(id(52), "1", "50", "0", vat9), line(id(53), "2", "20", "0"))
	return append([]rule{draft(d), post()}, more...)
}

func amounts(untaxed, tax int64) invoice.Amounts {
	return invoice.Amounts{Untaxed: untaxed, Tax: tax, Total: untaxed + tax}
}

// 2.5 (D): an amount without a quantity, out of the lines of its taxes, in
// proportion to what they have left.
func TestGoodwillIsSpreadOverTheLinesOfItsTaxes(t *testing.T) {
	s := after(t, mixed(draftNote(noteA, goodwill("32.70", vat9)), postNote(noteA))...)
	n := note(t, s, noteA)
	want := invoice.CreditLine{
		ID: n.Lines[0].ID, Item: invoice.Item{Description: "Refund", Taxes: []invoice.Tax{vat9}}, Amounts: amounts(3000, 270),
		Shares: []invoice.Share{{InvoiceLine: id(51), Amounts: amounts(2000, 180)}, {InvoiceLine: id(52), Amounts: amounts(1000, 90)}},
	}
	if diff := cmp.Diff([]invoice.CreditLine{want}, n.Lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Residual != 20350-3270 || s.Creditable() != amounts(16000, 1080) || s.Lines[0].CreditedQuantity != 0 {
		t.Errorf("%d due, creditable %+v, line %+v", s.Residual, s.Creditable(), s.Lines[0])
	}
}

func TestGoodwillIsCappedByWhatIsCreditableOfItsTaxes(t *testing.T) {
	no := goodwill("40.01")
	no.Taxes = []invoice.Tax{}
	for name, c := range map[string]struct {
		rules  []rule
		wish   invoice.CreditLineRequest
		excess string
	}{
		"more than the lines":        {mixed(), goodwill("163.51", vat9), "0.01"},
		"more than those without":    {mixed(), no, "0.01"},
		"after a credit of quantity": {mixed(draftNote(noteA, wish(id(51), "5")), postNote(noteA)), goodwill("110", vat9), "1.00"},
		"after goodwill":             {mixed(draftNote(noteA, goodwill("100", vat9)), postNote(noteA)), goodwill("64", vat9), "0.50"},
	} {
		_, err := after(t, c.rules...).DraftCreditNote(request(noteB, c.wish))
		if r := refusal(t, err); r.Code != "credit_exceeds_invoice" || r.Params["amount"] != c.excess {
			t.Errorf("%s: got %v, want an excess of %s", name, r, c.excess)
		}
	}
	// A draft reserves nothing: the posting holds the cap, and so does the company's
	// switch, which is for quantities.
	raced := given(t, mixed(draftNote(noteA, goodwill("100", vat9)), draftNote(noteB, goodwill("100", vat9)), postNote(noteA))...)
	raced.When(postNote(noteB)).Refused("credit_exceeds_invoice")
	raced.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostCreditNote(noteB, today, invoice.OverCredit)
	}).Refused("credit_exceeds_invoice")
	// Within one credit note quantities come first.
	given(t, mixed()...).When(draftNote(noteA, goodwill("60", vat9), wish(id(51), "10"))).Refused("credit_exceeds_invoice")
	given(t, mixed()...).When(draftNote(noteA, goodwill("54.50", vat9), wish(id(51), "10"))).State()
}

// The credit that exhausts a line takes what goodwill left of it; one of a part
// that is worth more is too much.
func TestLaterCreditsTakeWhatGoodwillLeft(t *testing.T) {
	given := given(t, mixed(draftNote(noteA, goodwill("150", vat9)), postNote(noteA))...)
	s := given.When(draftNote(noteB)).State()
	if n := note(t, s, noteB); n.Total != 20350-15000 || len(n.Lines) != 3 {
		t.Errorf("the rest is %+v", n)
	}
	left := s.Lines[0].Rest().Total // of 109.00
	if n := note(t, given.When(draftNote(noteB, wish(id(51), "10"))).State(), noteB); n.Total != left || left != 10900-10000 {
		t.Errorf("ten of ten come to %d, left is %d", n.Total, left)
	}
	_, err := s.DraftCreditNote(request(id(23), wish(id(51), "5")))
	if r := refusal(t, err); r.Code != "credit_exceeds_invoice" || r.Params["amount"] != "45.50" {
		t.Errorf("five of ten: %v", r)
	}
	// Where more may be credited, the posting says how much it is.
	over := func(s invoice.State) ([]aggregates.Event, error) {
		r := request(noteB, wish(id(51), "5"))
		r.Cap = invoice.OverCredit
		return s.DraftCreditNote(r)
	}
	s = given.When(over).State()
	events, err := s.PostCreditNote(noteB, today, invoice.OverCredit)
	if err != nil || events[0].(invoice.CreditNotePosted).OverCredit != 4550 {
		t.Errorf("%+v, %v", events, err)
	}
}

func TestAllOfATaxAsGoodwillLeavesNothingOfItsLines(t *testing.T) {
	s := after(t, mixed(draftNote(noteA, goodwill("163.50", vat9)), postNote(noteA))...)
	if s.Creditable() != amounts(4000, 0) || s.Lines[0].Credited != s.Lines[0].Line.Amounts || s.Lines[1].Credited != s.Lines[1].Line.Amounts {
		t.Errorf("creditable %+v, lines %+v", s.Creditable(), s.Lines)
	}
}

// 2.5, case 7: what credit notes leave of the total can be credited, no more, also
// where lowered prices have used the quantities up.
func TestWhatLoweredPricesLeftIsCreditedAsAnAmount(t *testing.T) {
	lowered := func(line uint64, quantity, price string) invoice.CreditLineRequest {
		return invoice.CreditLineRequest{InvoiceLine: id(line), Quantity: dec(quantity), UnitPrice: ptr(price)}
	}
	rules := mixed(draftNote(noteA, lowered(51, "10", "1"), lowered(52, "1", "20"), lowered(53, "1", "5")), postNote(noteA))
	given := given(t, rules...)
	s := given.When(draftNote(noteB)).State()
	var got []invoice.Amounts
	for _, l := range note(t, s, noteB).Lines {
		got = append(got, l.Amounts)
	}
	want := []invoice.Amounts{amounts(2000, 0), amounts(12000, 1080), amounts(1500, 0)} // the other piece, and what was waived
	if diff := cmp.Diff(want, got); diff != "" || s.Creditable() != amounts(15500, 1080) {
		t.Errorf("of %+v (-want +got):\n%s", s.Creditable(), diff)
	}
	s = after(t, append(rules, draftNote(noteB), postNote(noteB))...)
	if s.Creditable() != (invoice.Amounts{}) || s.Credited() != s.Amounts || s.PaymentState != invoice.Reversed {
		t.Errorf("creditable %+v, credited %+v, %s", s.Creditable(), s.Credited(), s.PaymentState)
	}
	given.When(draftNote(noteB, goodwill("130.81", vat9))).Refused("credit_exceeds_invoice")
	given.When(draftNote(noteB, wish(id(51), "1"))).Refused("credit_exceeds_invoice")
}

func TestGoodwillNamesAnAmountAndTheTaxesOfALine(t *testing.T) {
	fixed := invoice.CreditLineRequest{InvoiceLine: id(51), Amount: ptr("1"), Taxes: []invoice.Tax{vat9}}
	for _, c := range []struct {
		want string
		wish []invoice.CreditLineRequest
	}{
		{"required on lines[0].taxes", []invoice.CreditLineRequest{goodwill("1")}},
		{"tax_not_in_invoice on lines[0].taxes", []invoice.CreditLineRequest{goodwill("1", vat15)}},
		{"not_positive on lines[0].amount", []invoice.CreditLineRequest{goodwill("0", vat9)}},
		{"invalid_value on lines[0].amount", []invoice.CreditLineRequest{goodwill("0.001", vat9)}},
		{"invalid_value on lines[0].amount", []invoice.CreditLineRequest{fixed}},
		{"duplicate_line on lines[1].taxes", []invoice.CreditLineRequest{goodwill("1", vat9), goodwill("2", vat9)}},
		{"line_not_in_credit_note on lines[0].id", []invoice.CreditLineRequest{{ID: id(99), Amount: ptr("1"), Taxes: []invoice.Tax{vat9}}}},
		{"line_not_in_invoice on lines[0].invoice_line; quantity_not_positive on lines[0].quantity", []invoice.CreditLineRequest{{}}},
	} {
		if _, err := after(t, mixed()...).DraftCreditNote(request(noteA, c.wish...)); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	// Without a choice of taxes none need be named.
	if n := note(t, after(t, posted1410(draftNote(noteA, goodwill("1")))...), noteA); n.Total != 100 {
		t.Errorf("%+v", n)
	}
}

// a draft's goodwill is named by its id, keeps its taxes and description.
func TestGoodwillOfADraftIsEdited(t *testing.T) {
	first := goodwill("10", vat9)
	first.Description = "For the delay"
	drafted := mixed(draftNote(noteA, first, wish(id(53), "1")))
	lines := note(t, after(t, drafted...), noteA).Lines
	byID := func(amount string) invoice.CreditLineRequest {
		return invoice.CreditLineRequest{ID: lines[0].ID, Amount: ptr(amount)}
	}
	given := given(t, drafted...)
	given.When(editNote(noteA, byID("10"), wish(id(53), "1"))).Then()
	n := note(t, given.When(editNote(noteA, byID("20"))).State(), noteA)
	if len(n.Lines) != 1 || n.Total != 2000 || n.Lines[0].ID != lines[0].ID || n.Lines[0].Description != "For the delay" || n.Residual != 2000 {
		t.Errorf("%+v", n)
	}
	long := byID("10")
	long.Description = strings.Repeat("ت", check.MaxText+1)
	given.When(editNote(noteA, long)).Refused("too_long")
	given.When(editNote(noteA, invoice.CreditLineRequest{ID: lines[0].ID, Quantity: dec("1")})).Refused("required")
	given.When(editNote(noteA, invoice.CreditLineRequest{ID: lines[1].ID, Amount: ptr("1")})).Refused("invalid_value")
}
