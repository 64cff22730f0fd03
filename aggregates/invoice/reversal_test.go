package invoice_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// released payments, the posted credit note and the replacement
// come in one answer, so in one append.
func TestR21ReverseAndCreateIsOneAppend(t *testing.T) {
	outcome := given(t, posted1410(pay(payA, 41000), pay(payB, 100000))...).When(reverseAndCreate(noteA))
	n := note(t, outcome.State(), noteA)
	whole := invoice.Amounts{Untaxed: 141000, Total: 141000}
	outcome.Then(
		invoice.PaymentsReleased{
			Payments:      []invoice.ReleasedPayment{{Payment: payA, Amount: 41000}, {Payment: payB, Amount: 100000}},
			ResidualAfter: 141000, PaymentStateAfter: invoice.NotPaid,
		},
		invoice.CreditNoteDrafted{
			CreditNote: noteA, Ticket: ticket, Customer: customer, Entity: customer, Journal: sales, Currency: "EUR",
			ReversalDate: today, Reason: "T00001", Mode: invoice.ReverseAndCreateInvoice, Lines: n.Lines, Amounts: whole,
		},
		invoice.CreditNotePosted{
			CreditNote: noteA, Lines: n.Lines, Amounts: whole, Applied: 141000, CreditNotePaymentState: invoice.Paid,
			PaymentStateAfter: invoice.Reversed, ReplacementInvoice: replacement,
		},
	)
	if len(n.Lines) != 2 || !n.Lines[0].Reinvoice {
		t.Errorf("lines %+v, want both, to be invoiced again", n.Lines)
	}
}

func TestWithoutPaymentsNothingIsReleased(t *testing.T) {
	events := history(t, posted1410(reverseAndCreate(noteA))...)
	if _, ok := events[2].(invoice.CreditNoteDrafted); !ok || len(events) != 4 {
		t.Errorf("events %+v", events[2:])
	}
}

// a refusal means that nothing happens at all.
func TestR21ReverseAndCreateHappensWhollyOrNot(t *testing.T) {
	paid := given(t, posted1410(pay(payA, 141000), draftNote(noteB))...)
	paid.When(func(s invoice.State) ([]aggregates.Event, error) {
		r := request(noteA)
		r.ReversalDate = "2026-03-21"
		return s.ReverseAndCreate(r, replacement, today)
	}).Refused("future_date_not_allowed")
	paid.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.ReverseAndCreate(request(noteA, wish(lineA, "1")), replacement, today)
	}).Refused("invalid_value")
	paid.When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.ReverseAndCreate(request(noteA), [16]byte{}, today)
	}).Refused("required")
	paid.When(reverseAndCreate(noteB)).Refused("already_exists")
}

func TestAnotherDraftDoesNotHinderReverseAndCreateButCannotBePostedAfterIt(t *testing.T) {
	reversed := given(t, posted1410(draftNote(noteB), reverseAndCreate(noteA))...)
	reversed.When(postNote(noteB)).Refused("credit_exceeds_invoice")
	reversed.When(reverseAndCreate(noteA)).Then()
}

func TestAReleasedPaymentIsNotAllocatedAgain(t *testing.T) {
	reversed := given(t, posted1410(pay(payA, 141000), reverseAndCreate(noteA))...)
	reversed.When(pay(payA, 141000)).Then()
	reversed.When(pay(payB, 1)).Refused("payment_exceeds_residual")
	if s := reversed.When(reverseAndCreate(noteA)).State(); !s.Payments[0].Released || s.PaymentState != invoice.Reversed {
		t.Errorf("payments %+v, %s", s.Payments, s.PaymentState)
	}
}
