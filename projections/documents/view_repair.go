package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
)

// repairFields are those of a repair. Prices are decimal strings in its currency,
// which is null until a part or the quotation has a price.
type repairFields struct {
	Customer      *uuid.UUID         `json:"customer"`
	Product       *uuid.UUID         `json:"product"`
	Lot           *uuid.UUID         `json:"lot"`
	Quantity      aggregates.Decimal `json:"quantity"`
	Unit          *string            `json:"unit"`
	Return        *uuid.UUID         `json:"return"`
	UnderWarranty bool               `json:"under_warranty"`
	ScheduledAt   time.Time          `json:"scheduled_at"`
	RemindedAt    *time.Time         `json:"reminded_at"` // when it was found overdue
	Responsible   *string            `json:"responsible"`
	Tags          []string           `json:"tags"`
	Priority      int                `json:"priority"` // 0 or repair.MaxPriority
	Currency      *string            `json:"currency"`
	Parts         []repairPart       `json:"parts"`
	Notes         *string            `json:"notes"`
	Quote         *repairQuote       `json:"quote"`
}

// repairPart shows the price in force, 0 under warranty.
type repairPart struct {
	ID        uuid.UUID          `json:"id"`
	Kind      repair.Kind        `json:"kind"`
	Product   *uuid.UUID         `json:"product"`
	Quantity  aggregates.Decimal `json:"quantity"`
	Done      aggregates.Decimal `json:"done_quantity"`
	UnitPrice string             `json:"unit_price"`
}

// repairQuote is the one quotation of a repair.
type repairQuote struct {
	ID       uuid.UUID          `json:"id"`
	State    repair.QuoteStatus `json:"state"`
	Currency string             `json:"currency"`
	Lines    []quoteLine        `json:"lines"`
	Total    string             `json:"total"`
	// AcceptedTotal is what the customer said yes to, whatever is billed now; null
	// until then.
	AcceptedTotal *string `json:"accepted_total"`
	// ValidUntil is the last day to accept it, null for no end.
	ValidUntil *aggregates.Date `json:"valid_until"`
}

// quoteLine bills one added part.
type quoteLine struct {
	Part      uuid.UUID          `json:"part"`
	Product   *uuid.UUID         `json:"product"`
	Quantity  aggregates.Decimal `json:"quantity"`
	UnitPrice string             `json:"unit_price"`
	Total     string             `json:"total"`
}

// viewRepair counts the quotation as its total; its lines are the parts.
func viewRepair(s repair.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	d := Document{
		Kind: "repair", ID: s.ID, Number: s.Number, State: string(s.Status), Ticket: s.Ticket,
		Customer: s.Customer, Entity: s.Entity, source: s.Return, places: repairPlaces(s),
		columns: columns{Currency: s.Currency, Quantity: &s.Quantity},
	}
	f := repairFields{
		Customer: ref(s.Customer), Product: ref(s.Product), Lot: ref(s.Lot), Quantity: s.Quantity, Unit: text(s.Unit),
		Return: ref(s.Return), UnderWarranty: s.UnderWarranty, ScheduledAt: s.ScheduledAt.UTC(), RemindedAt: when(s.RemindedAt),
		Responsible: text(s.Responsible), Tags: list(s.Tags), Priority: s.Priority, Currency: text(s.Currency.Code()),
		Parts: make([]repairPart, 0, len(s.Parts)), Notes: text(s.Notes),
	}
	for _, p := range s.Parts {
		f.Parts = append(f.Parts, repairPart{
			ID: p.ID, Kind: p.Kind, Product: ref(p.Product), Quantity: p.Quantity, Done: p.DoneQuantity,
			UnitPrice: price(p.UnitPrice, s.Currency),
		})
		d.lines = append(d.lines, line{
			Line: p.ID, Product: ref(p.Product), Quantity: p.Quantity, Done: &p.DoneQuantity, Currency: text(s.Currency.Code()),
		})
	}
	if q := s.Quote; q.ID != uuid.Nil {
		f.Quote = &repairQuote{
			ID: q.ID, State: q.Status, Currency: q.Currency.Code(), Total: amount(q.Total, q.Currency), ValidUntil: text(q.ValidUntil),
			Lines: mapped(q.Lines, func(l repair.QuoteLine) quoteLine {
				return quoteLine{l.Part, ref(l.Product), l.Quantity, price(l.UnitPrice, q.Currency), amount(l.Total, q.Currency)}
			}),
		}
		if q.Status == repair.QuoteStatusAccepted {
			f.Quote.AcceptedTotal = new(amount(q.AcceptedTotal, q.Currency))
		}
		d.columns.Total = &q.Total
	}
	return []Document{d.with(f)}
}
