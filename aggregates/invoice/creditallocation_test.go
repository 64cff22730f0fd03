package invoice_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// openCredit is the paid invoice of 1,410.00 with a credit note of 200.00, which
// is open (2.5 case 6).
func openCredit(more ...rule) []rule {
	return posted1410(append([]rule{pay(payA, 141000), draftNote(noteA, wish(lineA, "200")), postNote(noteA)}, more...)...)
}

func creditAllocation(due int64) invoice.CreditAllocationRequest {
	return invoice.CreditAllocationRequest{ID: payB, CreditNote: noteA, Invoice: other, Entity: customer, Currency: "EUR", Due: due}
}

func allocateCredit(r invoice.CreditAllocationRequest) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.AllocateCredit(r) }
}

func allocatedCredit(amount, residual int64, state invoice.PaymentState) invoice.CreditAllocated {
	return invoice.CreditAllocated{
		CreditNote: noteA, Allocation: payB, Invoice: other, Amount: amount, ResidualAfter: residual, PaymentState: state,
	}
}

func takeCredit(amount int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.TakeCredit(other, allocatedCredit(amount, 0, invoice.Paid))
	}
}

func releaseCredit() rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.ReleaseCredit(noteA, payB) }
}

func returnCredit(kept int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.ReturnCredit(noteA, payB, kept) }
}

func TestOpenCreditIsAllocatedUpToWhatIsDueOrAsked(t *testing.T) {
	asked := creditAllocation(20000)
	some := eur(7000)
	asked.Amount = &some
	for name, c := range map[string]struct {
		request invoice.CreditAllocationRequest
		want    invoice.CreditAllocated
	}{
		"less is due": {creditAllocation(5000), allocatedCredit(5000, 15000, invoice.Partial)},
		"as much":     {creditAllocation(20000), allocatedCredit(20000, 0, invoice.Paid)},
		"more":        {creditAllocation(141000), allocatedCredit(20000, 0, invoice.Paid)},
		"a part":      {asked, allocatedCredit(7000, 13000, invoice.Partial)},
	} {
		t.Run(name, func(t *testing.T) {
			given(t, openCredit()...).When(allocateCredit(c.request)).Then(c.want)
			n := note(t, after(t, openCredit(allocateCredit(c.request))...), noteA)
			if n.Residual != c.want.ResidualAfter || n.PaymentState != c.want.PaymentState {
				t.Errorf("credit note %d open, %s", n.Residual, n.PaymentState)
			}
		})
	}
}

func TestOnlyOpenCreditOfTheCustomerIsAllocated(t *testing.T) {
	ask := func(minor int64, c aggregates.Currency) *aggregates.Money {
		return &aggregates.Money{Minor: minor, Currency: c}
	}
	for code, change := range map[string]func(*invoice.CreditAllocationRequest){
		"credit_note_not_found":  func(r *invoice.CreditAllocationRequest) { r.CreditNote = id(33) },
		"invoice_other_customer": func(r *invoice.CreditAllocationRequest) { r.Entity = id(9) },
		"currency_mismatch":      func(r *invoice.CreditAllocationRequest) { r.Currency = "USD" },
		"invoice_settled":        func(r *invoice.CreditAllocationRequest) { r.Due = 0 },
		"not_positive":           func(r *invoice.CreditAllocationRequest) { r.Amount = ask(0, "EUR") },
		"amount_exceeds_open":    func(r *invoice.CreditAllocationRequest) { r.Amount = ask(20001, "EUR") },
	} {
		r := creditAllocation(50000)
		change(&r)
		given(t, openCredit()...).When(allocateCredit(r)).Refused(code)
	}
	more, foreign := creditAllocation(100), creditAllocation(100)
	more.Amount, foreign.Amount = ask(101, "EUR"), ask(1, "USD")
	given(t, openCredit()...).When(allocateCredit(more)).Refused("amount_exceeds_open")
	given(t, openCredit()...).When(allocateCredit(foreign)).Refused("currency_mismatch")
	given(t, posted1410(draftNote(noteA))...).When(allocateCredit(creditAllocation(1))).Refused("credit_note_not_posted")
	given(t, posted1410(draftNote(noteA), postNote(noteA))...).When(allocateCredit(creditAllocation(1))).Refused("credit_not_open")

	again := given(t, openCredit(allocateCredit(creditAllocation(20000)))...)
	again.When(allocateCredit(creditAllocation(20000))).Then()
	elsewhere, second := creditAllocation(1), creditAllocation(1)
	elsewhere.Invoice, second.ID = id(9), id(33)
	again.When(allocateCredit(elsewhere)).Refused("already_exists")
	again.When(allocateCredit(second)).Refused("credit_not_open")
	again.When(payOut(noteA, id(33), 1)).Refused("payment_exceeds_residual")
}

// 2.5: at residual 0 an invoice is reversed when only credit notes took part, its
// own or another invoice's; paid when a payment did.
func TestCreditOfAnotherInvoiceSettlesAsACreditNoteDoes(t *testing.T) {
	taken := func(amount, residual int64, state invoice.PaymentState) invoice.CreditTaken {
		return invoice.CreditTaken{Allocation: payB, CreditNote: noteA, Home: other, Amount: amount, ResidualAfter: residual, PaymentStateAfter: state}
	}
	given(t, posted1410()...).When(takeCredit(141000)).Then(taken(141000, 0, invoice.Reversed))
	given(t, posted1410()...).When(takeCredit(1000)).Then(taken(1000, 140000, invoice.Partial))
	given(t, posted1410(pay(payA, 140000))...).When(takeCredit(1000)).Then(taken(1000, 0, invoice.Paid))
	given(t, posted1410(pay(payA, 140500))...).When(takeCredit(1000)).Then(taken(500, 0, invoice.Paid))
	given(t, posted1410(takeCredit(1000))...).When(takeCredit(1000)).Then()
	if s := after(t, posted1410(takeCredit(1000), pay(payA, 140000))...); s.PaymentState != invoice.Paid || s.Residual != 0 {
		t.Errorf("%d due, %s", s.Residual, s.PaymentState)
	}
}

// Credit that comes too late changes nothing, now or when something is due again.
func TestCreditThatComesTooLateIsNotTaken(t *testing.T) {
	late := posted1410(pay(payA, 141000), takeCredit(1000))
	s := after(t, append(late, releasePayment(payA), takeCredit(1000))...)
	if c, _ := s.TakenCredit(payB); s.Residual != 141000 || c.Amount != 0 || !c.Released {
		t.Errorf("%d due, credit %+v", s.Residual, c)
	}
	given(t, late...).When(releaseCredit()).Then()
}

func TestWhatWasNotTakenOfACreditIsOpenAgain(t *testing.T) {
	half := openCredit(allocateCredit(creditAllocation(10000)))
	given(t, half...).When(returnCredit(10000)).Then()
	given(t, half...).When(returnCredit(3000)).Then(invoice.CreditReturned{
		CreditNote: noteA, Allocation: payB, Amount: 7000, ResidualAfter: 17000, PaymentState: invoice.Partial,
	})
	given(t, append(half, returnCredit(3000))...).When(returnCredit(3000)).Then()
	if n := note(t, after(t, append(half, returnCredit(0))...), noteA); n.Residual != 20000 || n.PaymentState != invoice.NotPaid {
		t.Errorf("%d open, %s", n.Residual, n.PaymentState)
	}
}

// An allocation is its credit note's, whatever id another has.
func TestCreditIsReleasedForItsOwnCreditNoteOnly(t *testing.T) {
	anothers := func(s invoice.State) ([]aggregates.Event, error) { return s.ReleaseCredit(noteB, payB) }
	given(t, posted1410()...).When(anothers).Refused("contended")
	given(t, posted1410(takeCredit(1000))...).When(anothers).Refused("allocation_not_found")
	taken := allocatedCredit(1000, 0, invoice.Paid)
	taken.CreditNote = noteB
	given(t, posted1410(takeCredit(1000))...).When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.TakeCredit(other, taken)
	}).Then()
}

// What comes back is taken by the credit note's own invoice, if that owes again.
func TestReturnedCreditIsTakenByItsOwnInvoiceFirst(t *testing.T) {
	owing := openCredit(allocateCredit(creditAllocation(20000)), releasePayment(payA))
	given(t, owing...).When(returnCredit(0)).Then(
		invoice.CreditReturned{CreditNote: noteA, Allocation: payB, Amount: 20000, ResidualAfter: 20000, PaymentState: invoice.NotPaid},
		invoice.CreditApplied{
			CreditNote: noteA, Amount: 20000, CreditNotePaymentState: invoice.Paid, ResidualAfter: 121000, PaymentStateAfter: invoice.Partial,
		})
}
