package invoice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/invoice"
)

// Worked examples 1 to 8 of domain.md 8.

func TestExample1Rounding(t *testing.T) {
	for rounding, want := range map[invoice.TaxRounding]invoice.Amounts{
		invoice.PerLine:     {Untaxed: 35863, Tax: 5380, Total: 41243},
		invoice.PerDocument: {Untaxed: 35863, Tax: 5379, Total: 41242},
	} {
		s := after(t, draft(draftOf(rounding,
			line(lineA, "10", "30.75", "5", vat15), line(lineB, "1", "70", "5", vat15))), post(), draftNote(noteA), postNote(noteA))
		if diff := cmp.Diff(want, s.Amounts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rounding, diff)
		}
		if diff := cmp.Diff(s.Amounts, note(t, s, noteA).Amounts); diff != "" {
			t.Errorf("%s: the reversal is not the invoice (-want +got):\n%s", rounding, diff)
		}
	}
}

func TestExample2ClosingCent(t *testing.T) {
	rules := []rule{draft(draftOf(invoice.PerLine, line(lineA, "3", "1.05", "0", vat9))), post()}
	var got []int64
	for i := range uint64(3) {
		rules = append(rules, draftNote(id(100+i), wish(lineA, "1")), postNote(id(100+i)))
		got = append(got, note(t, after(t, rules...), id(100+i)).Total)
	}
	s := after(t, rules...)
	if diff := cmp.Diff([]int64{114, 114, 115}, got); diff != "" || s.Total != 343 {
		t.Errorf("of %d (-want +got):\n%s", s.Total, diff)
	}
	if s.Residual != 0 || s.PaymentState != invoice.Reversed {
		t.Errorf("residual %d, %s", s.Residual, s.PaymentState)
	}
}

// 3.7: drafts made before others were posted get their amounts at posting.
func TestExample2WithAllDraftsMadeFirst(t *testing.T) {
	s := after(t, draft(draftOf(invoice.PerLine, line(lineA, "3", "1.05", "0", vat9))), post(),
		draftNote(noteA, wish(lineA, "1")), draftNote(noteB, wish(lineA, "1")), draftNote(id(23), wish(lineA, "1")),
		postNote(id(23)), postNote(noteA), postNote(noteB))
	n := note(t, s, noteB)
	if diff := cmp.Diff(invoice.Amounts{Untaxed: 105, Tax: 10, Total: 115}, n.Amounts); diff != "" {
		t.Errorf("the last one posted (-want +got):\n%s", diff)
	}
	if n.Lines[0].Tax != 10 || s.Residual != 0 {
		t.Errorf("line %+v, residual %d", n.Lines[0], s.Residual)
	}
}

func TestExample3Case5(t *testing.T) {
	s := after(t, posted1410(pay(payA, 50000), draftNote(noteA, wish(lineA, "1000")), postNote(noteA))...)
	n := note(t, s, noteA)
	if n.Applied != 91000 || n.Residual != 9000 || n.PaymentState != invoice.Partial || s.PaymentState != invoice.Paid {
		t.Errorf("invoice %s, credit note %+v", s.PaymentState, n)
	}
	events, err := s.PayOutCreditNote(noteA, invoice.PaymentRequest{ID: payB, Amount: eur(9000), PaidOn: today})
	if err != nil {
		t.Fatal(err)
	}
	if n := note(t, invoice.Model.Evolve(s, events[0]), noteA); n.Residual != 0 || n.PaymentState != invoice.Paid {
		t.Errorf("paid out: %+v", n)
	}
}

func TestExample4Case6(t *testing.T) {
	s := after(t, posted1410(pay(payA, 141000), draftNote(noteA), editNote(noteA, wish(lineA, "200")), postNote(noteA))...)
	n := note(t, s, noteA)
	if s.Residual != 0 || s.PaymentState != invoice.Paid || n.Residual != 20000 || n.PaymentState != invoice.NotPaid {
		t.Errorf("invoice %d %s, credit note %d %s", s.Residual, s.PaymentState, n.Residual, n.PaymentState)
	}
}

func TestExample5ReverseAndCreateOnAPaidInvoice(t *testing.T) {
	s := after(t, posted1410(pay(payA, 141000), reverseAndCreate(noteA))...)
	n := note(t, s, noteA)
	if s.PaymentState != invoice.Reversed || n.PaymentState != invoice.Paid || n.Residual != 0 || !s.Payments[0].Released {
		t.Errorf("invoice %+v", s)
	}
	copied := history(t, draft(s.CopyFor(n.ReplacementInvoice)))
	if d := invoice.Model.Fold(copied...); d.Total != 141000 || d.Status != invoice.StatusDraft {
		t.Errorf("replacement %+v", d)
	}
	paid := after(t, draft(s.CopyFor(n.ReplacementInvoice)), post(), pay(payA, 141000))
	if paid.PaymentState != invoice.Paid || paid.Residual != 0 {
		t.Errorf("replacement after its payment: %d %s", paid.Residual, paid.PaymentState)
	}
}

func TestExample6ADraftHasNoEffect(t *testing.T) {
	s := after(t, posted1410(draftNote(noteA))...)
	if s.PaymentState != invoice.NotPaid || s.Residual != 141000 || note(t, s, noteA).Status != invoice.StatusDraft {
		t.Errorf("after the draft: %d %s", s.Residual, s.PaymentState)
	}
	s = after(t, posted1410(draftNote(noteA), postNote(noteA))...)
	if s.PaymentState != invoice.Reversed || s.Residual != 0 || note(t, s, noteA).Status != invoice.StatusPosted {
		t.Errorf("after posting: %d %s", s.Residual, s.PaymentState)
	}
}

func TestExample7Race(t *testing.T) {
	events := history(t, posted1410(draftNote(noteA), draftNote(noteB), postNote(noteB))...)
	raced := aggregatetest.For(t, invoice.Model, events...)
	raced.When(postNote(noteA)).Refused("credit_exceeds_invoice")
	s := invoice.Model.Fold(events...)
	_, err := s.PostCreditNote(noteA, today, invoice.WithinInvoice)
	if r := refusal(t, err); r.Params["amount"] != "1410.00" {
		t.Errorf("got %v, want the whole 1410.00 too much", r)
	}
	if s.Credited() != s.Amounts || s.Residual != 0 {
		t.Errorf("credited %+v, residual %d", s.Credited(), s.Residual)
	}
}

func TestExample8PartialCreditThenReverseAndCreate(t *testing.T) {
	given(t, posted1410(draftNote(noteA, wish(lineA, "1")), postNote(noteA))...).
		When(reverseAndCreate(noteB)).Refused("invoice_already_credited")
}
