package invoice_test

import (
	"strings"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/invoice"
)

// Domain.md 2.5: what happens when a credit note of amount c is posted against
// an invoice with a total of 1,410.
func TestTheTableOfResidualsAndPaymentStates(t *testing.T) {
	type document struct {
		residual int64
		state    invoice.PaymentState
	}
	for name, c := range map[string]struct {
		paid          int64
		credit        string
		invoice, note document
	}{
		"case 1: unpaid, c = T":        {0, "1200", document{0, invoice.Reversed}, document{0, invoice.Paid}},
		"case 2: unpaid, c < T":        {0, "900", document{30000, invoice.Partial}, document{0, invoice.Paid}},
		"case 3: partly paid, c < r":   {50000, "600", document{10000, invoice.Partial}, document{0, invoice.Paid}},
		"case 4: partly paid, c = r":   {50000, "700", document{0, invoice.Paid}, document{0, invoice.Paid}},
		"case 5: partly paid, c > r":   {50000, "790", document{0, invoice.Paid}, document{9000, invoice.Partial}},
		"case 6: paid, c < T":          {120000, "200", document{0, invoice.Paid}, document{20000, invoice.NotPaid}},
		"case 6: paid, c = T":          {120000, "1200", document{0, invoice.Paid}, document{120000, invoice.NotPaid}},
		"unpaid, the least credit":     {0, "0.01", document{119999, invoice.Partial}, document{0, invoice.Paid}},
		"all but a cent paid, c > r":   {119999, "0.02", document{0, invoice.Paid}, document{1, invoice.Partial}},
		"all but a cent paid, c = r":   {119999, "0.01", document{0, invoice.Paid}, document{0, invoice.Paid}},
		"a cent paid, c = T":           {1, "1200", document{0, invoice.Paid}, document{1, invoice.Partial}},
		"a cent paid, all but it of c": {1, "1199.99", document{0, invoice.Paid}, document{0, invoice.Paid}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := []rule{draft(draftOf(invoice.PerLine, line(lineA, "1200", "1", "0"))), post()}
			if c.paid > 0 {
				rules = append(rules, pay(payA, c.paid))
			}
			s := after(t, append(rules, draftNote(noteA, wish(lineA, c.credit)), postNote(noteA))...)
			n := note(t, s, noteA)
			if got := (document{s.Residual, s.PaymentState}); got != c.invoice {
				t.Errorf("invoice %+v, want %+v", got, c.invoice)
			}
			if got := (document{n.Residual, n.PaymentState}); got != c.note {
				t.Errorf("credit note %+v, want %+v", got, c.note)
			}
			if n.Applied+n.Residual != n.Total {
				t.Errorf("applied %d and open %d are not the total %d", n.Applied, n.Residual, n.Total)
			}
		})
	}
}

// 2.5 case 7: more than what is not credited yet.
func TestCase7CreditsAboveTheInvoiceAreRefused(t *testing.T) {
	given := given(t, posted1410(draftNote(noteA, wish(lineA, "1000")), draftNote(noteB, wish(lineA, "300")), postNote(noteA))...)
	given.When(postNote(noteB)).Refused("credit_exceeds_invoice")
	_, err := given.When(draftNote(id(23), wish(lineA, "200"))).State().PostCreditNote(noteB, today, invoice.WithinInvoice)
	if r := refusal(t, err); r.Params["amount"] != "100.00" || r.Params["currency"] != "EUR" || r.Params["line"] != lineA.String() {
		t.Errorf("got %v, want 100.00 EUR too much on line A", r)
	}
}

// 2.5 case 8: a draft has no effect at all.
func TestCase8ADraftChangesNothing(t *testing.T) {
	before := after(t, posted1410(pay(payA, 50000))...)
	s := after(t, posted1410(pay(payA, 50000), draftNote(noteA))...)
	if s.Residual != before.Residual || s.PaymentState != before.PaymentState || s.Credited() != (invoice.Amounts{}) ||
		s.Creditable() != before.Creditable() {
		t.Errorf("before %+v, after %+v", before, s)
	}
}

// 2.5: at residual 0 the invoice is paid when any payment took part.
func TestAPaymentAfterACreditMakesTheInvoicePaid(t *testing.T) {
	rules := posted1410(draftNote(noteA, wish(lineA, "1200")), postNote(noteA))
	given(t, rules...).When(pay(payA, 20999)).Then(invoice.PaymentRegistered{
		Payment: payA, Amount: 20999, PaidOn: today, ResidualAfter: 1, PaymentStateAfter: invoice.Partial,
	})
	given(t, rules...).When(pay(payA, 21000)).Then(invoice.PaymentRegistered{
		Payment: payA, Amount: 21000, PaidOn: today, ResidualAfter: 0, PaymentStateAfter: invoice.Paid,
	})
}

func TestSeveralCreditNotesAloneReverseTheInvoice(t *testing.T) {
	s := after(t, posted1410(
		draftNote(noteA, wish(lineA, "1200")), postNote(noteA), draftNote(noteB, wish(lineB, "210")), postNote(noteB))...)
	if s.Residual != 0 || s.PaymentState != invoice.Reversed {
		t.Errorf("residual %d, %s", s.Residual, s.PaymentState)
	}
}

func TestAPaymentIsHeldToTheResidual(t *testing.T) {
	posted := given(t, posted1410(pay(payA, 1000))...)
	posted.When(pay(payB, 140001)).Refused("payment_exceeds_residual")
	posted.When(pay(payB, 0)).Refused("not_positive")
	posted.When(pay(payA, 1000)).Then()
	posted.When(pay(payA, 2000)).Refused("already_exists")
	posted.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{ID: payB, PaidOn: today, Amount: aggregates.Money{Minor: 1, Currency: "IRR"}})
	}).Refused("currency_mismatch")
	posted.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{Amount: eur(1)})
	}).Refused("required")
	posted.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{ID: payB, PaidOn: today, Amount: eur(1), Reference: strings.Repeat("x", check.MaxReason+1)})
	}).Refused("too_long")
	given(t, draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0")))).When(pay(payA, 1)).Refused("invoice_not_posted")
}

func TestOnlyOpenCreditIsPaidOut(t *testing.T) {
	rules := posted1410(pay(payA, 141000), draftNote(noteA, wish(lineA, "200")))
	given(t, rules...).When(payOut(noteA, payB, 1)).Refused("credit_note_not_posted")
	given(t, rules...).When(payOut(noteB, payB, 1)).Refused("credit_note_not_found")
	posted := given(t, append(rules, postNote(noteA), payOut(noteA, payB, 5000))...)
	posted.When(payOut(noteA, id(33), 15001)).Refused("payment_exceeds_residual")
	posted.When(payOut(noteA, payB, 5000)).Then()
	posted.When(payOut(noteA, payB, 5001)).Refused("already_exists")
	posted.When(payOut(noteA, id(33), -1)).Refused("not_positive")
	posted.When(payOut(noteA, id(33), 15000)).Then(invoice.CreditNotePaidOut{
		CreditNote: noteA, Payment: id(33), Amount: 15000, PaidOn: today, ResidualAfter: 0, PaymentState: invoice.Paid,
	})
	if n := note(t, posted.When(payOut(noteA, id(33), 1)).State(), noteA); n.PaymentState != invoice.Partial || len(n.Payouts) != 2 {
		t.Errorf("credit note %+v", n)
	}
}
