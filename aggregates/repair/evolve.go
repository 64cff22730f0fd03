package repair

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// evolve never writes into what the old state or the event refers to.
func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		return State{
			ID: e.Repair, Status: StatusDraft, Ticket: e.Ticket, Customer: e.Customer, Entity: e.Entity,
			Product: e.Product, Tracking: e.Tracking, Lot: e.Lot, Quantity: e.Quantity, Unit: e.Unit,
			Return: e.Return, UnderWarranty: e.UnderWarranty, ScheduledAt: e.ScheduledAt,
			Responsible: e.Responsible, Tags: e.Tags, Priority: e.Priority, Currency: e.Currency, Parts: e.Parts,
			Notes: e.Notes, CreatedBy: e.CreatedBy,
		}
	case AccessGranted:
		s.Access = append(slices.Clip(s.Access), Grant(e))
	case Numbered:
		s.Number = e.Number
	case DetailsChanged:
		s.Product, s.Tracking, s.Lot, s.Quantity, s.Unit = e.Product, e.Tracking, e.Lot, e.Quantity, e.Unit
		s.ScheduledAt, s.Responsible, s.Tags, s.Priority, s.Notes = e.ScheduledAt, e.Responsible, e.Tags, e.Priority, e.Notes
		if e.Rescheduled {
			s.RemindedAt = time.Time{}
		}
	case PartsChanged:
		s.Currency, s.Parts = e.Currency, e.Parts
		s.Quote = s.Quote.revised(e.Quote)
	case WarrantyChanged:
		s.UnderWarranty, s.Parts = e.UnderWarranty, repriced(s.Parts, e.Repriced)
		s.Quote = s.Quote.revised(e.Quote)
	case Confirmed:
		s.Status = StatusConfirmed
		if e.Lot != uuid.Nil {
			s.Lot = e.Lot
		}
	case Started:
		s.Status = StatusUnderRepair
	case Ended:
		s.Status, s.Lot, s.Parts = StatusDone, e.Lot, consumed(s.Parts, e.Parts)
		s.Quote = s.Quote.revised(e.Quote)
	case Cancelled:
		s.Status, s.Quote = StatusCancelled, s.Quote.revised(e.Quote)
	case ReturnedToDraft:
		s.Status, s.RemindedAt, s.Quote = StatusDraft, time.Time{}, s.Quote.revised(e.Quote)
	case OverdueReminded:
		s.RemindedAt = e.At
	case QuoteCreated:
		s.Currency = e.Currency
		s.Quote = Quote{ID: e.Quote, Status: QuoteStatusDraft, Currency: e.Currency, Lines: e.Lines, Total: e.Total}
	case QuoteSent:
		s.Quote.Status, s.Quote.ValidUntil = QuoteStatusSent, e.ValidUntil
	case QuoteAccepted:
		s.Quote.Status, s.Quote.AcceptedTotal = QuoteStatusAccepted, e.Total
	case QuoteDeclined:
		s.Quote.Status = QuoteStatusDeclined
	case QuoteEmailSent:
		s.Quote.Mailed = append(slices.Clip(s.Quote.Mailed), e.Request)
	case QuoteEmailFailed:
		s.Quote.Mailed = append(slices.Clip(s.Quote.Mailed), e.Request)
	}
	return s
}

// repriced are the parts with new prices in force.
func repriced(parts []Part, prices []Reprice) []Part {
	parts = slices.Clone(parts)
	for _, r := range prices {
		if i := slices.IndexFunc(parts, func(p Part) bool { return p.ID == r.Part }); i >= 0 {
			parts[i].UnitPrice = r.UnitPrice
		}
	}
	return parts
}

// consumed are the parts with what was used of them.
func consumed(parts []Part, used []Used) []Part {
	parts = slices.Clone(parts)
	for _, u := range used {
		if i := slices.IndexFunc(parts, func(p Part) bool { return p.ID == u.ID }); i >= 0 {
			parts[i].DoneQuantity = u.DoneQuantity
		}
	}
	return parts
}
