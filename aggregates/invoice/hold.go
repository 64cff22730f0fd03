package invoice

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Hold keeps the invoice for a command that credits several of them, all or none
// . While it is held nothing else drafts or posts a credit note of it, so
// what was held cannot be refused any more. Invoices are all that the command
// holds; the first of them decides: its credit note means that each gets its own,
// the release of its hold that none does. From Until on anybody may release it.
type Hold struct {
	ID          uuid.UUID         `json:"hold"`
	Invoices    []uuid.UUID       `json:"invoices"`
	Until       time.Time         `json:"until"`
	Replacement uuid.UUID         `json:"replacement_invoice,omitzero"`
	Draft       CreditNoteDrafted `json:"draft"`
}

// Took says whether the hold is on the invoice, or has become its credit note.
func (s State) Took(hold uuid.UUID) bool {
	return s.Held.ID == hold || slices.ContainsFunc(s.CreditNotes, func(n CreditNote) bool { return n.Hold == hold })
}

// HoldCredit prepares the credit note without making it. It refuses as
// DraftCreditNote does, with a replacement as ReverseAndCreate does.
func (s State) HoldCredit(h Hold, r CreditNoteRequest, today aggregates.Date) ([]aggregates.Event, error) {
	if s.Took(h.ID) {
		return nil, nil
	}
	events, err := s.DraftCreditNote(r)
	if h.Replacement != uuid.Nil {
		events, err = s.ReverseAndCreate(r, h.Replacement, today)
	}
	for _, e := range events {
		if drafted, ok := e.(CreditNoteDrafted); ok {
			h.Draft = drafted
		}
	}
	if err != nil {
		return nil, err
	}
	h.Draft.Hold = h.ID
	if h.Invoices[0] == s.ID {
		h.Draft.Others = h.Invoices[1:]
	}
	return []aggregates.Event{CreditHeld(h)}, nil
}

// UseHold makes the credit note that was held; a hold that is not there any more
// changes nothing.
func (s State) UseHold(hold uuid.UUID) ([]aggregates.Event, error) {
	h := s.Held
	if h.ID != hold || hold == uuid.Nil {
		return nil, nil
	}
	if h.Replacement == uuid.Nil {
		return []aggregates.Event{h.Draft}, nil
	}
	return s.reverse(h.Draft, h.Replacement, h.Draft.ReversalDate) // the day has come when it was held
}

// ReleaseHold gives the hold up, if it is there.
func (s State) ReleaseHold(hold uuid.UUID) ([]aggregates.Event, error) {
	if s.Held.ID != hold || hold == uuid.Nil {
		return nil, nil
	}
	return []aggregates.Event{CreditHoldReleased{Hold: hold}}, nil
}

// LapseHold gives up whatever hold was not used in its time. First is the invoice
// that decides: as long as that took the hold, it stays.
func (s State) LapseHold(first State, now time.Time) ([]aggregates.Event, error) {
	h := s.Held
	if h.ID == uuid.Nil || now.Before(h.Until) || first.ID != s.ID && first.Took(h.ID) {
		return nil, nil
	}
	return s.ReleaseHold(h.ID)
}

// free refuses with contended, which passes, while the invoice is held.
func (s State) free() error {
	if s.Held.ID == uuid.Nil {
		return nil
	}
	return aggregates.Refuse("contended")
}
