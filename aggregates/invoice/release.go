package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// ReleasePayment undoes the allocation of a payment to the invoice: all of it is
// open again and what it paid is due again, less what the invoice's own credit
// notes have open. It refuses with payment_not_found, or with payment_outbound
// for money that went to the customer. A released payment stays released.
func (s State) ReleasePayment(payment uuid.UUID) ([]aggregates.Event, error) {
	p, err := s.inbound(payment)
	if err != nil || p.Released {
		return nil, err
	}
	return s.andApply(s.released(ReleasedPayment{Payment: p.ID, Amount: p.Amount})), nil
}

// ReleaseCredit undoes the allocation to this invoice of another invoice's credit
// note: what it took off is due again, as with ReleasePayment, and it goes back
// there. Credit that has not arrived yet is refused with contended, and where
// another credit note's has the id, with allocation_not_found.
func (s State) ReleaseCredit(creditNote, allocation uuid.UUID) ([]aggregates.Event, error) {
	c, known := s.TakenCredit(allocation)
	if !known {
		return nil, aggregates.Refuse("contended")
	}
	if c.CreditNote != creditNote {
		return nil, aggregates.Refuse("allocation_not_found").On("allocation")
	}
	if c.Released {
		return nil, nil
	}
	return s.andApply(s.releasedCredit(c)), nil
}

// releaseAll undoes what payments and other invoices' credit notes settled.
func (s State) releaseAll() (events []aggregates.Event) {
	if live := s.allocated(); len(live) > 0 {
		e := s.released(live...)
		events, s = append(events, e), evolve(s, e)
	}
	for _, c := range s.Credits {
		if !c.Released {
			e := s.releasedCredit(c)
			events, s = append(events, e), evolve(s, e)
		}
	}
	return events
}

// released undoes the allocation of some of the payments that count.
func (s State) released(payments ...ReleasedPayment) PaymentsReleased {
	residual := s.Residual
	for _, p := range payments {
		residual += p.Amount
	}
	return PaymentsReleased{
		Payments: payments, ResidualAfter: residual,
		PaymentStateAfter: settled(s.Total, residual, len(s.allocated()) > len(payments)),
	}
}

func (s State) releasedCredit(c TakenCredit) CreditReleased {
	residual := s.Residual + c.Amount
	return CreditReleased{
		Allocation: c.ID, CreditNote: c.CreditNote, Home: c.Home, Amount: c.Amount,
		ResidualAfter: residual, PaymentStateAfter: settled(s.Total, residual, len(s.allocated()) > 0),
	}
}

// inbound finds a payment from the customer for a rule.
func (s State) inbound(payment uuid.UUID) (Payment, error) {
	if p, ok := s.Payment(payment); ok {
		return p, nil
	}
	if slices.ContainsFunc(s.outbound(), func(p Payment) bool { return p.ID == payment }) {
		return Payment{}, aggregates.Refuse("payment_outbound")
	}
	return Payment{}, aggregates.Refuse("payment_not_found")
}

// TicketOfPayment is the ticket of the credit note that a payment came out of;
// other payments have none.
func (s State) TicketOfPayment(payment uuid.UUID) uuid.UUID {
	for _, n := range s.CreditNotes {
		if slices.ContainsFunc(n.Payouts, func(p Payment) bool { return p.ID == payment }) {
			return n.Ticket
		}
	}
	return uuid.Nil
}

// HasPayment says whether money that came in or went out here has the id.
func (s State) HasPayment(id uuid.UUID) bool {
	same := func(p Payment) bool { return p.ID == id }
	return slices.ContainsFunc(s.Payments, same) || slices.ContainsFunc(s.outbound(), same)
}

// outbound are the payments to the customer: out of credit notes and out of
// other payments.
func (s State) outbound() (all []Payment) {
	for _, n := range s.CreditNotes {
		all = append(all, n.Payouts...)
	}
	for _, p := range s.Payments {
		all = append(all, p.refunds()...)
	}
	return all
}
