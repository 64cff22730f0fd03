package invoice_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// other is another invoice of the customer, which open money shall pay.
var other = id(8)

func allocation(due int64) invoice.AllocationRequest {
	return invoice.AllocationRequest{ID: payB, Payment: payA, Invoice: other, Entity: customer, Currency: "EUR", Due: due}
}

func reserve(r invoice.AllocationRequest) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.ReserveOpenPayment(r) }
}

func take(amount int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.TakeReserved(reserved(amount, 0)) }
}

func giveBack(taken int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.ReturnReserved(payA, payB, taken) }
}

func reserved(amount, open int64) invoice.OpenPaymentReserved {
	return invoice.OpenPaymentReserved{
		Payment: payA, Allocation: payB, Invoice: other, Amount: amount, PaidOn: today, OpenAfter: open,
	}
}

// released is an invoice of 1,410.00 whose payment of it a reversal released.
func released(more ...rule) []rule {
	return posted1410(append([]rule{pay(payA, 141000), reverseAndCreate(noteA)}, more...)...)
}

func openOf(t *testing.T, s invoice.State) (int64, string) {
	t.Helper()
	p, ok := s.Payment(payA)
	if !ok {
		t.Fatal("no payment")
	}
	return p.Open(), p.Status()
}

func TestOpenMoneyIsReservedUpToWhatIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		due, amount, open int64
		status            string
	}{
		"less is due than is open": {41000, 41000, 100000, "partly_allocated"},
		"as much":                  {141000, 141000, 0, "allocated"},
		"more":                     {200000, 141000, 0, "allocated"},
	} {
		t.Run(name, func(t *testing.T) {
			given(t, released()...).When(reserve(allocation(c.due))).Then(reserved(c.amount, c.open))
			open, status := openOf(t, after(t, released(reserve(allocation(c.due)))...))
			if open != c.open || status != c.status {
				t.Errorf("%d open, %s", open, status)
			}
		})
	}
}

func TestOpenMoneyIsNotReservedTwice(t *testing.T) {
	again := given(t, released(reserve(allocation(141000)))...)
	again.When(reserve(allocation(141000))).Then()
	second := allocation(1)
	second.ID = id(33)
	again.When(reserve(second)).Refused("payment_not_open")
	elsewhere := allocation(1)
	elsewhere.Invoice = id(9)
	again.When(reserve(elsewhere)).Refused("already_exists")
}

func TestOnlyOpenMoneyOfTheCustomerIsReserved(t *testing.T) {
	for code, change := range map[string]func(*invoice.AllocationRequest){
		"payment_not_found":      func(r *invoice.AllocationRequest) { r.Payment = id(33) },
		"payment_other_customer": func(r *invoice.AllocationRequest) { r.Entity = id(9) },
		"currency_mismatch":      func(r *invoice.AllocationRequest) { r.Currency = "USD" },
		"invoice_settled":        func(r *invoice.AllocationRequest) { r.Due = 0 },
	} {
		r := allocation(1)
		change(&r)
		given(t, released()...).When(reserve(r)).Refused(code)
	}
	given(t, posted1410(pay(payA, 1))...).When(reserve(allocation(1))).Refused("payment_not_open")
}

func TestReservedMoneyPaysAsMuchAsIsStillDue(t *testing.T) {
	registered := func(amount, residual int64, state invoice.PaymentState) invoice.PaymentRegistered {
		return invoice.PaymentRegistered{
			Payment: payB, Amount: amount, PaidOn: today, Origin: payA, ResidualAfter: residual, PaymentStateAfter: state,
		}
	}
	given(t, posted1410()...).When(take(141000)).Then(registered(141000, 0, invoice.Paid))
	given(t, posted1410()...).When(take(1000)).Then(registered(1000, 140000, invoice.Partial))
	given(t, posted1410(pay(id(33), 140000))...).When(take(141000)).Then(registered(1000, 0, invoice.Paid))
	given(t, posted1410(take(1000))...).When(take(1000)).Then()
}

// What arrives when nothing is due any more changes neither the residual nor who
// settled the invoice.
func TestReservedMoneyThatComesTooLateIsDeclined(t *testing.T) {
	credited := posted1410(draftNote(noteA), postNote(noteA))
	given(t, credited...).When(take(1000)).Then(invoice.OpenPaymentDeclined{Payment: payB, Origin: payA, PaidOn: today})
	s := after(t, append(credited, take(1000))...)
	p, _ := s.Payment(payB)
	if s.PaymentState != invoice.Reversed || p.Status() != "declined" || p.Open() != 0 {
		t.Errorf("invoice %s, payment %s with %d open", s.PaymentState, p.Status(), p.Open())
	}
	given(t, append(credited, take(1000))...).When(take(1000)).Then()
}

func TestWhatWasNotTakenIsOpenAgain(t *testing.T) {
	half := released(reserve(allocation(100000)))
	given(t, half...).When(giveBack(100000)).Then()
	given(t, half...).When(giveBack(30000)).Then(invoice.OpenPaymentReturned{Payment: payA, Allocation: payB, Amount: 70000, OpenAfter: 111000})
	given(t, append(half, giveBack(30000))...).When(giveBack(30000)).Then()
	if open, status := openOf(t, after(t, append(half, giveBack(0))...)); open != 141000 || status != "open" {
		t.Errorf("%d open, %s", open, status)
	}
}
