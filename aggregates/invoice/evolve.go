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
			ID: e.Invoice, Number: e.Number, Status: StatusDraft, Customer: e.Customer, Entity: e.Entity,
			Journal: e.Journal, Currency: e.Currency, Order: e.Order, InvoiceDate: e.InvoiceDate,
			TaxRounding: e.TaxRounding, PaymentState: NotPaid, CopiedFrom: e.CopiedFrom,
		}.withLines(e.Lines, e.Amounts)
	case LinesChanged:
		s = s.withLines(e.Lines, e.Amounts)
	case Posted:
		s.Status, s.InvoiceDate = StatusPosted, e.InvoiceDate
		s.Residual, s.PaymentState = e.Residual, e.PaymentState
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
			p.Allocations = slices.Clone(p.Allocations)
			for i := range p.Allocations {
				if p.Allocations[i].ID == e.Allocation {
					p.Allocations[i].Amount -= e.Amount
				}
			}
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
	case CreditHeld:
		s.Held = Hold(e)
	case CreditHoldReleased:
		s = s.withoutHold(e.Hold)
	case CreditNoteDrafted:
		s = s.withoutHold(e.Hold)
		s.CreditNotes = append(slices.Clip(s.CreditNotes), CreditNote{
			ID: e.CreditNote, Status: StatusDraft, Ticket: e.Ticket, Customer: e.Customer, Entity: e.Entity,
			Journal: e.Journal, Currency: e.Currency, ReversalDate: e.ReversalDate, AutoPostOn: e.AutoPostOn,
			Reason: e.Reason, Mode: e.Mode, Hold: e.Hold,
			Lines: e.Lines, Amounts: e.Amounts, Residual: e.Total, PaymentState: NotPaid,
		})
	case CreditNoteLinesChanged:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Lines, n.Amounts, n.Residual = e.Lines, e.Amounts, e.Total
		})
	case CreditNotePosted:
		s = s.withCreditNote(e.CreditNote, func(n *CreditNote) {
			n.Status, n.Lines, n.Amounts, n.Applied = StatusPosted, e.Lines, e.Amounts, e.Applied
			n.OverCredit = e.OverCredit
			n.Residual, n.PaymentState = e.OpenCredit, e.CreditNotePaymentState
			n.ReplacementInvoice = e.ReplacementInvoice
		}).withCredited(e.Lines)
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

// withCredited takes posted credit lines off what the lines have left.
func (s State) withCredited(credits []CreditLine) State {
	s.Lines = slices.Clone(s.Lines)
	places := s.lineByID()
	for _, c := range credits {
		if i, ok := places[c.InvoiceLine]; ok {
			l := &s.Lines[i]
			l.CreditedQuantity += c.Quantity
			l.Credited = l.Credited.Plus(c.Amounts)
			l.Reduced = l.Reduced || c.UnitPrice < l.UnitPrice
		}
	}
	return s
}
