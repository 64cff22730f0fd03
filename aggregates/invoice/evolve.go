package invoice

import (
	"slices"

	"github.com/google/uuid"
)

// evolve folds one event. What was decided (amounts, residuals, payment states)
// it takes from the event; it sums only what posted credit notes took of lines.
func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s = State{
			ID: e.Invoice, OutsideNumber: e.Number, Status: StatusDraft, Customer: e.Customer, Entity: e.Entity,
			Journal: e.Journal, Currency: e.Currency, Order: e.Order, InvoiceDate: e.InvoiceDate, DueDate: e.DueDate, AccountingDate: e.InvoiceDate,
			TaxRounding: e.TaxRounding, PaymentState: NotPaid, CopiedFrom: e.CopiedFrom,
		}.withLines(e.Lines, e.Amounts)
	case LinesChanged:
		s = s.withLines(e.Lines, e.Amounts)
	case Posted:
		s.Status, s.Number, s.InvoiceDate = StatusPosted, e.Number, e.InvoiceDate
		s.Residual, s.PaymentState = e.Residual, e.PaymentState
		if s.AccountingDate == "" {
			s.AccountingDate = e.InvoiceDate
		}
	case AccountingDateMoved:
		if e.Document == s.ID {
			s.AccountingDate = e.AccountingDate
		}
		s = s.withCreditNote(e.Document, func(n *CreditNote) { n.AccountingDate = e.AccountingDate })
	case Numbered:
		s.Number = e.Number
	case Discarded:
		s.Status = StatusDiscarded
	case PaymentRegistered:
		s.Payments = append(slices.Clip(s.Payments),
			Payment{ID: e.Payment, Amount: e.Amount, PaidOn: e.PaidOn, Reference: e.Reference, Origin: e.Origin})
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case OpenPaymentReserved:
		s = s.withPayment(e.Payment, func(p *Payment) {
			p.Allocations = append(slices.Clip(p.Allocations), Allocation{ID: e.Allocation, Invoice: e.Invoice, Amount: e.Amount})
		})
	case OpenPaymentReturned:
		s = s.withPayment(e.Payment, func(p *Payment) {
			p.Allocations = returned(p.Allocations, e.Allocation, e.Amount)
		})
	case OpenPaymentDeclined:
		s.Payments = append(slices.Clip(s.Payments), Payment{ID: e.Payment, PaidOn: e.PaidOn, Origin: e.Origin, Released: true})
	case PaymentsReleased:
		s.Payments = slices.Clone(s.Payments)
		for i, p := range s.Payments {
			s.Payments[i].Released = p.Released || slices.ContainsFunc(e.Payments,
				func(r ReleasedPayment) bool { return r.Payment == p.ID })
		}
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case PaymentRefunded:
		s = s.withPayment(e.Payment, func(p *Payment) {
			p.Refunds = append(slices.Clip(p.Refunds), Refund{ID: e.Refund, Amount: e.Amount, PaidOn: e.PaidOn, Reference: e.Reference})
		})
	case CreditAllocated:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Allocations = append(slices.Clip(n.Allocations), Allocation{ID: e.Allocation, Invoice: e.Invoice, Amount: e.Amount})
			n.Residual, n.PaymentState = e.ResidualAfter, e.PaymentState
		})
	case CreditReturned:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Allocations = returned(n.Allocations, e.Allocation, e.Amount)
			n.Residual, n.PaymentState = e.ResidualAfter, e.PaymentState
		})
	case CreditApplied:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Applied += e.Amount
			n.Residual, n.PaymentState = e.CreditNoteResidualAfter, e.CreditNotePaymentState
		})
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case CreditTaken:
		s.Credits = append(slices.Clip(s.Credits),
			TakenCredit{ID: e.Allocation, CreditNote: e.CreditNote, Home: e.Home, Amount: e.Amount, Released: e.Amount == 0})
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case CreditReleased:
		s.Credits = slices.Clone(s.Credits)
		for i := range s.Credits {
			s.Credits[i].Released = s.Credits[i].Released || s.Credits[i].ID == e.Allocation
		}
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case CreditHeld:
		s.Held = Hold(e)
	case CreditHoldReleased:
		s = s.withoutHold(e.Hold)
	case CreditNoteDrafted:
		s = s.withoutHold(e.Hold)
		s.CreditNotes = append(slices.Clip(s.CreditNotes), CreditNote{
			ID: e.CreditNote, Status: StatusDraft, Ticket: e.Ticket, Customer: e.Customer, Entity: e.Entity,
			Journal: e.Journal, Currency: e.Currency, ReversalDate: e.ReversalDate, AutoPostOn: e.AutoPostOn,
			AccountingDate: e.ReversalDate, Reason: e.Reason, Reference: e.Reference, Mode: e.Mode, Hold: e.Hold,
			Lines: e.Lines, Amounts: e.Amounts, Residual: e.Total, PaymentState: NotPaid,
		})
	case CreditNoteLinesChanged:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Lines, n.Amounts, n.Residual = e.Lines, e.Amounts, e.Total
			n.AutoPostOn, n.AutoPostRefused = e.AutoPostOn, ""
		})
	case CreditNotePostingRefused:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) { n.AutoPostRefused = e.Code })
	case CreditNotePosted:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Status, n.Lines, n.Amounts, n.Applied = StatusPosted, e.Lines, e.Amounts, e.Applied
			n.OverCredit, n.AutoPostRefused = e.OverCredit, ""
			n.Residual, n.PaymentState = e.OpenCredit, e.CreditNotePaymentState
			n.ReplacementInvoice = e.ReplacementInvoice
		}).withCredited(e.Lines...)
		s.Residual, s.PaymentState = e.ResidualAfter, e.PaymentStateAfter
	case CreditNoteNumbered:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) { n.Number = e.Number })
	case CreditNoteDiscarded:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) { n.Status = StatusDiscarded })
	case CreditNotePaidOut:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Payouts = append(slices.Clip(n.Payouts),
				Payment{ID: e.Payment, Amount: e.Amount, PaidOn: e.PaidOn, Reference: e.Reference})
			n.Residual, n.PaymentState = e.ResidualAfter, e.PaymentState
		})
	}
	return s
}

// withLines is a draft's lines and sum, of which nothing is settled yet.
func (s State) withLines(lines []Line, total Amounts) State {
	s.Lines = make([]LineState, len(lines))
	for i, l := range lines {
		s.Lines[i] = LineState{Line: l}
	}
	s.Amounts, s.Residual = total, total.Total
	return s
}

// withoutHold ends a hold; nil is none.
func (s State) withoutHold(hold uuid.UUID) State {
	if s.Held.ID == hold {
		s.Held = Hold{}
	}
	return s
}

// withPayment changes a copy of one payment; an unknown one changes nothing.
func (s State) withPayment(id uuid.UUID, change func(*Payment)) State {
	s.Payments = slices.Clone(s.Payments)
	for i := range s.Payments {
		if s.Payments[i].ID == id {
			change(&s.Payments[i])
		}
	}
	return s
}

// withCreditNote changes a copy of one credit note; an unknown one changes
// nothing.
func (s State) withCreditNote(id uuid.UUID, change func(*CreditNote)) State {
	s.CreditNotes = slices.Clone(s.CreditNotes)
	for i := range s.CreditNotes {
		if s.CreditNotes[i].ID == id {
			change(&s.CreditNotes[i])
		}
	}
	return s
}

// returned takes an amount back from one of the allocations.
func returned(allocations []Allocation, id uuid.UUID, amount int64) []Allocation {
	allocations = slices.Clone(allocations)
	for i := range allocations {
		if allocations[i].ID == id {
			allocations[i].Amount -= amount
		}
	}
	return allocations
}

// withCredited takes credit lines off what the lines have left.
func (s State) withCredited(credits ...CreditLine) State {
	s.Lines = slices.Clone(s.Lines)
	places := s.lineByID()
	for _, c := range credits {
		if i, ok := places[c.InvoiceLine]; ok {
			l := &s.Lines[i]
			l.CreditedQuantity += c.Quantity
			l.Credited, l.Waived = l.Credited.Plus(c.Amounts), l.Waived.Plus(c.Waived)
		}
		for _, share := range c.Shares {
			if i, ok := places[share.InvoiceLine]; ok {
				l := &s.Lines[i]
				l.Credited, l.Goodwill = l.Credited.Plus(share.Amounts), l.Goodwill.Plus(share.Amounts)
			}
		}
	}
	return s
}
