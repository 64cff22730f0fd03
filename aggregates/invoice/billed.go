package invoice

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Billed is what the invoice bills of each line of its order (domain.md 2.5): its
// own quantities less those that credit notes want to be invoiced again. Drafts
// count too, what was discarded does not.
func (s State) Billed() map[uuid.UUID]aggregates.Decimal {
	billed := map[uuid.UUID]aggregates.Decimal{}
	if s.Status == StatusDiscarded {
		return billed
	}
	for _, l := range s.Lines {
		if l.OrderLine != uuid.Nil {
			billed[l.OrderLine] = billed[l.OrderLine].Plus(l.Quantity)
		}
	}
	places := s.lineByID()
	for _, n := range s.CreditNotes {
		if n.Status == StatusDiscarded {
			continue
		}
		for _, c := range n.Lines {
			if i, ok := places[c.InvoiceLine]; ok && c.Reinvoice && s.Lines[i].OrderLine != uuid.Nil {
				line := s.Lines[i].OrderLine
				billed[line] = billed[line].Plus(-c.Quantity)
			}
		}
	}
	return billed
}
