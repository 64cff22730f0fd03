package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// AllocationRequest is the wish to pay another invoice with open money of a
// payment. ID names the payment there; Entity, Currency and Due are that
// invoice's, Due being its residual in minor units.
type AllocationRequest struct {
	ID       uuid.UUID
	Payment  uuid.UUID
	Invoice  uuid.UUID
	Entity   uuid.UUID
	Currency aggregates.Currency
	Due      int64
}

// Payment finds a payment from the customer, whether it still counts or not.
func (s State) Payment(id uuid.UUID) (Payment, bool) {
	i := slices.IndexFunc(s.Payments, func(p Payment) bool { return p.ID == id })
	if i < 0 {
		return Payment{}, false
	}
	return s.Payments[i], true
}

// Open is the released money of the payment that no invoice has and that did not
// go back to the customer, in minor units.
func (p Payment) Open() int64 {
	if !p.Released {
		return 0
	}
	open := p.Amount
	for _, a := range p.Allocations {
		open -= a.Amount
	}
	for _, r := range p.Refunds {
		open -= r.Amount
	}
	return open
}

// Status is "open" while money of the payment is and no invoice has any of it,
// "partly_allocated" when some invoice has, "refunded" when none is open and some
// went back to the customer, "declined" for open money that came too late for
// the invoice, else "allocated".
func (p Payment) Status() string {
	allocated := slices.ContainsFunc(p.Allocations, func(a Allocation) bool { return a.Amount > 0 })
	switch {
	case p.Open() > 0 && allocated:
		return "partly_allocated"
	case p.Open() > 0:
		return "open"
	case p.Released && p.Amount == 0:
		return "declined"
	case len(p.Refunds) > 0:
		return "refunded"
	}
	return "allocated"
}

// ReserveOpenPayment takes as much of the open payment as the other invoice can
// use; the rest stays open. It refuses with payment_not_found,
// payment_other_customer or currency_mismatch on the field payment, with
// invoice_settled when nothing is due there, or payment_not_open. The same
// request again changes nothing.
func (s State) ReserveOpenPayment(r AllocationRequest) ([]aggregates.Event, error) {
	p, ok := s.Payment(r.Payment)
	if !ok {
		return nil, aggregates.Refuse("payment_not_found").On("payment")
	}
	if i := slices.IndexFunc(p.Allocations, func(a Allocation) bool { return a.ID == r.ID }); i >= 0 {
		if p.Allocations[i].Invoice != r.Invoice {
			return nil, aggregates.Refuse("already_exists")
		}
		return nil, nil
	}
	if s.Entity != r.Entity {
		return nil, aggregates.Refuse("payment_other_customer").On("payment")
	}
	if s.Currency != r.Currency {
		return nil, aggregates.Refuse("currency_mismatch", "currency", r.Currency.Code()).On("payment")
	}
	if r.Due <= 0 {
		return nil, aggregates.Refuse("invoice_settled")
	}
	if p.Open() == 0 {
		return nil, aggregates.Refuse("payment_not_open")
	}
	amount := min(p.Open(), r.Due)
	return []aggregates.Event{OpenPaymentReserved{
		Payment: p.ID, Allocation: r.ID, Invoice: r.Invoice, Amount: amount,
		PaidOn: p.PaidOn, Reference: p.Reference, OpenAfter: p.Open() - amount,
	}}, nil
}

// TakeReserved registers money that another invoice's stream reserved for this
// one, as far as it is still due here, or declines it. It refuses nothing: the
// reservation has been made. The same again changes nothing.
func (s State) TakeReserved(r OpenPaymentReserved) ([]aggregates.Event, error) {
	if _, known := s.Payment(r.Allocation); known {
		return nil, nil
	}
	amount := min(r.Amount, s.Residual)
	if s.Status != StatusPosted || amount == 0 {
		return []aggregates.Event{OpenPaymentDeclined{Payment: r.Allocation, Origin: r.Payment, PaidOn: r.PaidOn}}, nil
	}
	residual := s.Residual - amount
	return []aggregates.Event{PaymentRegistered{
		Payment: r.Allocation, Amount: amount, PaidOn: r.PaidOn, Reference: r.Reference, Origin: r.Payment,
		ResidualAfter: residual, PaymentStateAfter: settled(s.Total, residual, true),
	}}, nil
}

// ReturnReserved opens again what of a reservation the other invoice did not
// take: all above taken. The same again changes nothing.
func (s State) ReturnReserved(payment, allocation uuid.UUID, taken int64) ([]aggregates.Event, error) {
	p, _ := s.Payment(payment)
	for _, a := range p.Allocations {
		if back := a.Amount - taken; a.ID == allocation && back > 0 {
			return []aggregates.Event{OpenPaymentReturned{
				Payment: payment, Allocation: allocation, Amount: back, OpenAfter: p.Open() + back,
			}}, nil
		}
	}
	return nil, nil
}
