package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// PostCreditNote makes a draft final, with amounts as of now: another credit
// may have changed what is left since it was drafted. It refuses with
// credit_note_not_draft, contended while the invoice is held,
// future_date_not_allowed, credit_exceeds_invoice unless the limit allows that, or
// credit_note_empty when it comes to nothing.
func (s State) PostCreditNote(creditNote uuid.UUID, today aggregates.Date, limit Cap) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil || n.Status == StatusPosted {
		return nil, err
	}
	posted, err := s.postCreditNote(n, today, limit, uuid.Nil)
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{posted}, nil
}

// postCreditNote decides the cap, then takes the credit off the residual first;
// what is more stays open. Replacement is nil for Reverse.
func (s State) postCreditNote(n CreditNote, today aggregates.Date, limit Cap, replacement uuid.UUID) (CreditNotePosted, error) {
	if n.Status != StatusDraft {
		return CreditNotePosted{}, aggregates.Refuse("credit_note_not_draft")
	}
	if err := s.free(); err != nil {
		return CreditNotePosted{}, err
	}
	if n.ReversalDate.After(today) {
		return CreditNotePosted{}, aggregates.Refuse("future_date_not_allowed").On("reversal_date")
	}
	sum, err := s.credit(n.Lines, limit)
	if err != nil {
		return CreditNotePosted{}, err
	}
	if sum.Total == 0 {
		return CreditNotePosted{}, aggregates.Refuse("credit_note_empty")
	}
	applied := min(sum.Total, s.Residual)
	open, residual := sum.Total-applied, s.Residual-applied
	return CreditNotePosted{
		CreditNote: n.ID, Lines: sum.lines, Amounts: sum.Amounts, OverCredit: sum.over, Applied: applied, OpenCredit: open,
		CreditNotePaymentState: settled(sum.Total, open, true),
		ResidualAfter:          residual,
		PaymentStateAfter:      settled(s.Total, residual, len(s.allocated()) > 0),
		ReplacementInvoice:     replacement,
	}, nil
}

// ReverseAndCreate credits the whole invoice at once and names the draft that
// replaces it: all its events are one append. Besides the refusals
// of drafting and posting: invoice_already_credited when a credit note is
// posted. The payments it releases are not allocated again by themselves.
func (s State) ReverseAndCreate(r CreditNoteRequest, replacement uuid.UUID, today aggregates.Date) ([]aggregates.Event, error) {
	// A retry finds its own credit note and has nothing left to do.
	if n, ok := s.CreditNote(r.ID); ok && replacement != uuid.Nil && n.ReplacementInvoice == replacement {
		return nil, nil
	}
	if replacement == uuid.Nil {
		return nil, aggregates.Refuse("required").On("replacement_invoice")
	}
	if len(r.Lines) > 0 {
		return nil, aggregates.Refuse("invalid_value").On("lines")
	}
	drafted, err := s.draftCreditNote(r, ReverseAndCreateInvoice)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.CreditNotes, func(n CreditNote) bool { return n.Status == StatusPosted }) {
		return nil, aggregates.Refuse("invoice_already_credited")
	}
	return s.reverse(drafted, replacement, today)
}

// reverse releases the payments and other invoices' credits, drafts and posts.
func (s State) reverse(drafted CreditNoteDrafted, replacement uuid.UUID, today aggregates.Date) ([]aggregates.Event, error) {
	var events []aggregates.Event
	for _, released := range s.releaseAll() {
		events, s = append(events, released), Model.Evolve(s, released)
	}
	s = evolve(s, drafted)
	posted, err := s.postCreditNote(s.CreditNotes[len(s.CreditNotes)-1], today, WithinInvoice, replacement)
	if err != nil {
		return nil, err
	}
	return append(events, drafted, posted), nil
}
