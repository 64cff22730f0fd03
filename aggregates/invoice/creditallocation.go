package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// CreditAllocationRequest is the wish to take open credit of a credit note off
// another invoice. ID names the allocation; Entity, Currency and Due are that
// invoice's, Due being its residual in minor units. Amount nil asks for as much
// as is open and due.
type CreditAllocationRequest struct {
	ID         uuid.UUID
	CreditNote uuid.UUID
	Invoice    uuid.UUID
	Entity     uuid.UUID
	Currency   aggregates.Currency
	Due        int64
	Amount     *aggregates.Money
}

// Allocation finds an allocation of the credit note, one that was undone too.
func (n CreditNote) Allocation(id uuid.UUID) (Allocation, bool) {
	i := slices.IndexFunc(n.Allocations, func(a Allocation) bool { return a.ID == id })
	if i < 0 {
		return Allocation{}, false
	}
	return n.Allocations[i], true
}

// AllocateCredit reserves open credit of a posted credit note for the other
// invoice. It refuses with credit_note_not_found or credit_note_not_posted, with
// invoice_other_customer or currency_mismatch on the field invoice, with
// credit_not_open, with invoice_settled when nothing is due there, with the
// faults of the amount, or with amount_exceeds_open. The same allocation again
// changes nothing, another one with its id is refused with already_exists.
func (s State) AllocateCredit(r CreditAllocationRequest) ([]aggregates.Event, error) {
	n, err := s.find(r.CreditNote)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusPosted {
		return nil, aggregates.Refuse("credit_note_not_posted")
	}
	if a, known := n.Allocation(r.ID); known {
		if a.Invoice != r.Invoice {
			return nil, aggregates.Refuse("already_exists")
		}
		return nil, nil
	}
	if s.Entity != r.Entity {
		return nil, aggregates.Refuse("invoice_other_customer").On("invoice")
	}
	if s.Currency != r.Currency {
		return nil, aggregates.Refuse("currency_mismatch", "currency", s.Currency.Code()).On("invoice")
	}
	if n.Residual == 0 {
		return nil, aggregates.Refuse("credit_not_open")
	}
	if r.Due <= 0 {
		return nil, aggregates.Refuse("invoice_settled")
	}
	amount := min(n.Residual, r.Due)
	if r.Amount != nil {
		if err := checkPart(*r.Amount, s.Currency, amount); err != nil {
			return nil, err
		}
		amount = r.Amount.Minor
	}
	rest := n.Residual - amount
	return []aggregates.Event{CreditAllocated{
		CreditNote: n.ID, Allocation: r.ID, Invoice: r.Invoice, Amount: amount,
		ResidualAfter: rest, PaymentState: settled(n.Total, rest, true),
	}}, nil
}

// TakeCredit takes credit that another invoice's stream reserved for this one
// off the residual, as far as it is still due. It refuses nothing: the
// reservation has been made. The same again changes nothing, nor does another
// credit note's with the same id.
func (s State) TakeCredit(home uuid.UUID, r CreditAllocated) ([]aggregates.Event, error) {
	if _, known := s.TakenCredit(r.Allocation); known {
		return nil, nil
	}
	amount := min(r.Amount, s.Residual)
	residual := s.Residual - amount
	return []aggregates.Event{CreditTaken{
		Allocation: r.Allocation, CreditNote: r.CreditNote, Home: home, Amount: amount,
		ResidualAfter: residual, PaymentStateAfter: settled(s.Total, residual, len(s.allocated()) > 0),
	}}, nil
}

// TakenCredit finds credit of another invoice's credit note that this one took,
// whether it still counts or not.
func (s State) TakenCredit(allocation uuid.UUID) (TakenCredit, bool) {
	i := slices.IndexFunc(s.Credits, func(c TakenCredit) bool { return c.ID == allocation })
	if i < 0 {
		return TakenCredit{}, false
	}
	return s.Credits[i], true
}

// ReturnCredit makes open again what of an allocation the other invoice does not
// have: all above kept. What is due on the credit note's own invoice takes it at
// once. The same again changes nothing.
func (s State) ReturnCredit(creditNote, allocation uuid.UUID, kept int64) ([]aggregates.Event, error) {
	n, _ := s.CreditNote(creditNote)
	a, _ := n.Allocation(allocation)
	back := a.Amount - kept
	if back <= 0 {
		return nil, nil
	}
	open := n.Residual + back
	return s.andApply(CreditReturned{
		CreditNote: creditNote, Allocation: allocation, Amount: back,
		ResidualAfter: open, PaymentState: settled(n.Total, open, true),
	}), nil
}

// andApply are these events and what follows from them at once: what is due of
// the invoice takes what is open of its own credit notes. So an invoice that
// owes has no credit note that is open.
func (s State) andApply(events ...aggregates.Event) []aggregates.Event {
	for _, e := range events {
		s = Model.Evolve(s, e)
	}
	for _, n := range s.CreditNotes {
		amount := min(n.Residual, s.Residual)
		if n.Status != StatusPosted || amount == 0 {
			continue
		}
		open, residual := n.Residual-amount, s.Residual-amount
		applied := CreditApplied{
			CreditNote: n.ID, Amount: amount,
			CreditNoteResidualAfter: open, CreditNotePaymentState: settled(n.Total, open, true),
			ResidualAfter: residual, PaymentStateAfter: settled(s.Total, residual, len(s.allocated()) > 0),
		}
		events, s = append(events, applied), evolve(s, applied)
	}
	return events
}

// checkPart holds an amount that is asked for to the currency and to what is
// there; it refuses with currency_mismatch, not_positive or amount_exceeds_open.
func checkPart(amount aggregates.Money, c aggregates.Currency, open int64) error {
	var fields check.Fields
	fields.Refuse(amount.Currency != c, "amount", "currency_mismatch", "currency", c.Code())
	fields.Refuse(amount.Minor <= 0, "amount", "not_positive")
	if err := fields.Err(); err != nil {
		return err
	}
	if amount.Minor > open {
		rest := aggregates.Money{Minor: open, Currency: c}
		return aggregates.Refuse("amount_exceeds_open", "amount", rest.Amount(), "currency", c.Code())
	}
	return nil
}
