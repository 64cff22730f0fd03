package invoice

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Post makes the draft final, dated today when it has no date, with the number
// that it brought, which must be free then. It refuses with
// invoice_not_draft, or with future_date_not_allowed for a date after today.
func (s State) Post(today aggregates.Date) ([]aggregates.Event, error) {
	if s.Status == StatusPosted {
		return nil, nil
	}
	if err := s.mustBe(StatusDraft, "invoice_not_draft"); err != nil {
		return nil, err
	}
	date := s.InvoiceDate
	if date == "" {
		date = today
	}
	if date.After(today) {
		return nil, aggregates.Refuse("future_date_not_allowed").On("invoice_date")
	}
	return []aggregates.Event{Posted{
		Number: s.OutsideNumber, InvoiceDate: date, Residual: s.Total, PaymentState: settled(s.Total, s.Total, false),
	}}, nil
}

// SetNumber gives the posted invoice its number, once; a later one is ignored,
// as is any when the number was given from outside. A draft has none allotted:
// invoice_not_posted.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	if s.Number != "" {
		return nil, nil
	}
	if err := s.mustBe(StatusPosted, "invoice_not_posted"); err != nil {
		return nil, err
	}
	if number == "" {
		return nil, aggregates.Refuse("required").On("number")
	}
	return []aggregates.Event{Numbered{Number: number}}, nil
}

// Discard ends the draft; a posted invoice is refused with invoice_not_draft.
func (s State) Discard() ([]aggregates.Event, error) {
	if s.Status == StatusDiscarded {
		return nil, nil
	}
	if err := s.mustBe(StatusDraft, "invoice_not_draft"); err != nil {
		return nil, err
	}
	return []aggregates.Event{Discarded{}}, nil
}

// PostDue posts a draft credit note whose day to be posted by itself has come;
// otherwise it changes nothing. Refusals as of PostCreditNote.
func (s State) PostDue(creditNote uuid.UUID, today aggregates.Date, limit Cap) ([]aggregates.Event, error) {
	n, _ := s.CreditNote(creditNote)
	if n.Status != StatusDraft || n.AutoPostOn == "" || n.AutoPostOn.After(today) {
		return nil, nil
	}
	return s.PostCreditNote(creditNote, today, limit)
}

// NotePostingRefused keeps the code for which a credit note that is due was not
// posted, where that is news.
func (s State) NotePostingRefused(creditNote uuid.UUID, code string) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil || n.Status != StatusDraft || n.AutoPostRefused == code {
		return nil, err
	}
	return []aggregates.Event{CreditNotePostingRefused{CreditNote: creditNote, Code: code}}, nil
}

// SetCreditNoteNumber gives a posted credit note its number, once; a later one
// is ignored. It refuses with credit_note_not_found or credit_note_not_posted.
func (s State) SetCreditNoteNumber(creditNote uuid.UUID, number string) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil || n.Number != "" {
		return nil, err
	}
	if n.Status != StatusPosted {
		return nil, aggregates.Refuse("credit_note_not_posted")
	}
	if number == "" {
		return nil, aggregates.Refuse("required").On("number")
	}
	return []aggregates.Event{CreditNoteNumbered{CreditNote: creditNote, Number: number}}, nil
}

// DiscardCreditNote ends a draft credit note for good; the stream keeps it. A
// posted one is refused with credit_note_not_draft.
func (s State) DiscardCreditNote(creditNote uuid.UUID) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil || n.Status == StatusDiscarded {
		return nil, err
	}
	if n.Status != StatusDraft {
		return nil, aggregates.Refuse("credit_note_not_draft")
	}
	return []aggregates.Event{CreditNoteDiscarded{CreditNote: creditNote}}, nil
}
