package invoice_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

func releasePayment(payment uuid.UUID) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.ReleasePayment(payment) }
}

func refundPayment(refund uuid.UUID, minor int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.RefundPayment(payA, invoice.PaymentRequest{ID: refund, Amount: eur(minor), PaidOn: today})
	}
}

func releasedPayment(amount, residual int64, state invoice.PaymentState) invoice.PaymentsReleased {
	return invoice.PaymentsReleased{
		Payments: []invoice.ReleasedPayment{{Payment: payA, Amount: amount}}, ResidualAfter: residual, PaymentStateAfter: state,
	}
}

func TestAReleasedPaymentIsOpenAndWhatItPaidIsDueAgain(t *testing.T) {
	given(t, posted1410(pay(payA, 141000))...).When(releasePayment(payA)).Then(releasedPayment(141000, 141000, invoice.NotPaid))
	given(t, posted1410(pay(payA, 41000), pay(payB, 100000))...).When(releasePayment(payA)).
		Then(releasedPayment(41000, 41000, invoice.Partial))
	given(t, posted1410(pay(payA, 41000), draftNote(noteA, wish(lineA, "1000")), postNote(noteA))...).When(releasePayment(payA)).
		Then(releasedPayment(41000, 41000, invoice.Partial))
	s := after(t, posted1410(pay(payA, 141000), releasePayment(payA))...)
	if open, status := openOf(t, s); open != 141000 || status != "open" {
		t.Errorf("%d open, %s", open, status)
	}
	given(t, posted1410(pay(payA, 141000), releasePayment(payA))...).When(releasePayment(payA)).Then()
	given(t, released()...).When(releasePayment(payA)).Then() // the reversal did it
}

// What was credited is not due again: open credit of the invoice takes it, in
// the same append. So an invoice whose payment goes is as if it never came.
func TestAReleaseLeavesNothingDueThatWasCredited(t *testing.T) {
	given(t, openCredit()...).When(releasePayment(payA)).Then(
		releasedPayment(141000, 141000, invoice.NotPaid),
		invoice.CreditApplied{
			CreditNote: noteA, Amount: 20000, CreditNotePaymentState: invoice.Paid, ResidualAfter: 121000, PaymentStateAfter: invoice.Partial,
		})
	whole := posted1410(pay(payA, 141000), draftNote(noteA), postNote(noteA))
	if s := after(t, append(whole, releasePayment(payA))...); s.Residual != 0 || s.PaymentState != invoice.Reversed {
		t.Errorf("%d due, %s", s.Residual, s.PaymentState)
	}
	// What of the credit was paid out is due: the customer has it.
	if s := after(t, append(whole, payOut(noteA, payB, 1000), releasePayment(payA))...); s.Residual != 1000 || s.PaymentState != invoice.Partial {
		t.Errorf("%d due, %s", s.Residual, s.PaymentState)
	}
}

func TestOnlyPaymentsFromTheCustomerAreReleased(t *testing.T) {
	paidOut := openCredit(payOut(noteA, payB, 1000))
	given(t, paidOut...).When(releasePayment(payB)).Refused("payment_outbound")
	given(t, paidOut...).When(releasePayment(id(33))).Refused("payment_not_found")
	given(t, released(refundPayment(payB, 1))...).When(releasePayment(payB)).Refused("payment_outbound")
}

// A released credit of another invoice goes back there, and own open credit
// takes its place, as with a payment.
func TestAReleasedCreditIsDueAgain(t *testing.T) {
	back := func(amount, residual int64, state invoice.PaymentState) invoice.CreditReleased {
		return invoice.CreditReleased{Allocation: payB, CreditNote: noteA, Home: other, Amount: amount, ResidualAfter: residual, PaymentStateAfter: state}
	}
	given(t, posted1410(takeCredit(141000))...).When(releaseCredit()).Then(back(141000, 141000, invoice.NotPaid))
	given(t, posted1410(takeCredit(1000), pay(payA, 1000))...).When(releaseCredit()).Then(back(1000, 140000, invoice.Partial))
	given(t, posted1410(takeCredit(1000), releaseCredit())...).When(releaseCredit()).Then()
	given(t, posted1410()...).When(releaseCredit()).Refused("contended") // it may still arrive
	own := posted1410(takeCredit(141000), draftNote(noteB), postNote(noteB), releaseCredit())
	if s := after(t, own...); s.Residual != 0 || s.PaymentState != invoice.Reversed || note(t, s, noteB).Residual != 0 {
		t.Errorf("%d due, %s, %+v", s.Residual, s.PaymentState, note(t, s, noteB))
	}
}

// every settlement is undone, a credit of another invoice too.
func TestReverseAndCreateReleasesCreditsOfOtherInvoicesToo(t *testing.T) {
	events := history(t, posted1410(pay(payA, 1000), takeCredit(2000), reverseAndCreate(noteB))...)
	released, ok := events[5].(invoice.CreditReleased)
	if !ok || released.Amount != 2000 || released.ResidualAfter != 141000 || released.PaymentStateAfter != invoice.NotPaid {
		t.Fatalf("events %+v", events[4:])
	}
	s := invoice.Model.Fold(events...)
	if s.PaymentState != invoice.Reversed || note(t, s, noteB).Residual != 0 {
		t.Errorf("%s, %+v", s.PaymentState, note(t, s, noteB))
	}
}

func TestOpenMoneyIsRefundedOnce(t *testing.T) {
	refunded := func(amount, open int64) invoice.PaymentRefunded {
		return invoice.PaymentRefunded{Payment: payA, Refund: payB, Amount: amount, PaidOn: today, OpenAfter: open}
	}
	given(t, released()...).When(refundPayment(payB, 141000)).Then(refunded(141000, 0))
	given(t, released()...).When(refundPayment(payB, 141001)).Refused("amount_exceeds_open")
	given(t, released()...).When(refundPayment(payB, 0)).Refused("not_positive")
	given(t, released()...).When(refundPayment(payA, 1)).Refused("already_exists")
	given(t, posted1410(pay(payA, 1))...).When(refundPayment(payB, 1)).Refused("payment_not_open")
	given(t, posted1410()...).When(refundPayment(payB, 1)).Refused("payment_not_found")

	part := released(refundPayment(payB, 1000))
	given(t, part...).When(refundPayment(payB, 1000)).Then()
	given(t, part...).When(refundPayment(payB, 2000)).Refused("already_exists")
	given(t, part...).When(refundPayment(id(33), 140001)).Refused("amount_exceeds_open")
	for name, c := range map[string]struct {
		rules  []rule
		open   int64
		status string
	}{
		"partly refunded":           {part, 140000, "open"},
		"refunded":                  {append(part, refundPayment(id(33), 140000)), 0, "refunded"},
		"partly allocated":          {released(reserve(allocation(1000))), 140000, "partly_allocated"},
		"allocated, rest refunded":  {released(reserve(allocation(1000)), refundPayment(id(33), 140000)), 0, "refunded"},
		"refunded, rest allocated":  {released(refundPayment(id(33), 1000), reserve(allocation(200000))), 0, "refunded"},
		"allocated and given back":  {released(reserve(allocation(1000)), giveBack(0)), 141000, "open"},
		"still paying its invoice":  {posted1410(pay(payA, 1)), 0, "allocated"},
		"allocated after a release": {posted1410(pay(payA, 1), releasePayment(payA), reserve(allocation(1))), 0, "allocated"},
	} {
		if open, status := openOf(t, after(t, c.rules...)); open != c.open || status != c.status {
			t.Errorf("%s: %d open, %s", name, open, status)
		}
	}
}
