package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// AccountingDateMoved lets a document, the invoice or one of its credit notes,
// count on another day than its own, since the books are locked up to LockDate.
type AccountingDateMoved struct {
	Document       uuid.UUID       `json:"document"`
	AccountingDate aggregates.Date `json:"accounting_date"`
	LockDate       aggregates.Date `json:"lock_date"`
}

func (AccountingDateMoved) invoiceEvent() {}

// LeaveLocked moves the accounting date of the document to the first open day
// when it is on a locked one (domain.md 2.5): up to lock, "" for none.
func (s State) LeaveLocked(document uuid.UUID, lock aggregates.Date) ([]aggregates.Event, error) {
	date, _ := s.AccountingDateOf(document)
	if date == "" || date.After(lock) {
		return nil, nil
	}
	return []aggregates.Event{AccountingDateMoved{Document: document, AccountingDate: lock.Next(), LockDate: lock}}, nil
}

// Dated are the events of a decision about s, and behind them those that take
// what they draft and post out of the locked days. A draft tells so early.
func (s State) Dated(events []aggregates.Event, lock aggregates.Date) []aggregates.Event {
	var documents []uuid.UUID
	for _, e := range events {
		s = Model.Evolve(s, e)
		switch e := e.(type) {
		case Drafted, Posted:
			documents = append(documents, s.ID)
		case CreditNoteDrafted:
			documents = append(documents, e.CreditNote)
		case CreditNotePosted:
			documents = append(documents, e.CreditNote)
		}
	}
	for _, d := range slices.Compact(documents) {
		moved, _ := s.LeaveLocked(d, lock) // never refuses
		events = append(events, moved...)
	}
	return events
}

// AccountingDateOf is the day that the invoice, or one of its credit notes, counts
// on in the books, "" for a draft without a date; moved says that it is not the
// document's own.
func (s State) AccountingDateOf(document uuid.UUID) (date aggregates.Date, moved bool) {
	if document == s.ID {
		return s.AccountingDate, s.AccountingDate != s.InvoiceDate
	}
	n, _ := s.CreditNote(document)
	return n.AccountingDate, n.AccountingDate != n.ReversalDate
}
