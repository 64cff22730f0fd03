package picking

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// ReturnRequest is what the popup Reverse Transfer asks for. Entity is the
// commercial entity of the customer. Product is that of the ticket, nil for
// none. LocationTakesReturns says that the return location is flagged for
// returns; the delivery's own source place always takes them. Lines nil mean
// everything that is still returnable.
type ReturnRequest struct {
	Return               uuid.UUID
	Ticket               uuid.UUID
	Customer             uuid.UUID
	Entity               uuid.UUID
	Product              uuid.UUID
	Location             uuid.UUID
	LocationTakesReturns bool
	Reason               string
	KeepsOrder           bool // see ReturnCreated
	Lines                []LineQuantity
}

// CreateReturn confirms a return and reserves its quantities (T-10). Refusals,
// in the order of domain.md 3.3: delivery_not_done, delivery_without_product,
// those of the lines, return_empty, return_location_required,
// return_location_invalid; then too_long of the reason. Tracked products may come without lots until the
// reception; the only lot delivered is filled in.
func (s State) CreateReturn(r ReturnRequest) ([]aggregates.Event, error) {
	if _, exists := s.Return(r.Return); exists {
		return nil, aggregates.Refuse("already_exists")
	}
	lines, err := s.Announce(r)
	switch {
	case err != nil:
		return nil, err
	case r.Location == uuid.Nil:
		return nil, aggregates.Refuse("return_location_required").On("return_location")
	case r.Location != s.SourceLocation && !r.LocationTakesReturns:
		return nil, aggregates.Refuse("return_location_invalid").On("return_location")
	}
	var fields check.Fields
	fields.Within(check.MaxReason, "reason", r.Reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{ReturnCreated{
		Return: r.Return, Delivery: s.ID, Ticket: r.Ticket, Customer: r.Customer, Entity: r.Entity,
		ReturnLocation: r.Location, Reason: r.Reason, KeepsOrder: r.KeepsOrder, Lines: lines,
	}}, nil
}

// Announce are the lines of the return that CreateReturn would confirm, wherever the
// goods go, with its refusals up to return_empty. It reserves nothing.
func (s State) Announce(r ReturnRequest) ([]AnnouncedLine, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("delivery_not_found")
	case s.Status != Done:
		return nil, aggregates.Refuse("delivery_not_done").On("delivery")
	case r.Product != uuid.Nil && !s.Delivered(r.Product):
		return nil, aggregates.Refuse("delivery_without_product").On("delivery")
	}
	lines, err := s.announce(r)
	if err == nil && len(lines) == 0 {
		err = aggregates.Refuse("return_empty").On("lines")
	}
	return lines, err
}

// announce are the lines of the return, each within the rest of its delivery
// line and, where lots are named, of each lot. Ids derive from the return.
func (s State) announce(r ReturnRequest) ([]AnnouncedLine, error) {
	q := request{lines: r.Lines, key: "delivery_line", unknown: "line_not_in_delivery", offers: map[uuid.UUID]offer{}}
	balances := s.Balances()
	var nothingLeft aggregates.Refusals
	for _, l := range s.Lines {
		b := balances[l.ID]
		o := offer{product: l.PlannedLine, quantity: b.Rest(), known: b.Lots}
		if len(l.Lots) == 1 {
			o.lots = l.Lots
		}
		q.offers[l.ID] = o
		if r.Lines == nil {
			q.lines = append(q.lines, LineQuantity{Line: l.ID})
		}
		if l.Done > 0 && b.Rest() == 0 {
			nothingLeft = append(nothingLeft, b.exceeded().On("lines"))
		}
	}
	var lines []AnnouncedLine
	q.accept = func(e entry) *aggregates.Refusal {
		id := aggregates.DeriveID(r.Return.String(), e.line.String())
		lines = append(lines, AnnouncedLine{
			ID: id, DeliveryLine: e.line, Product: e.product.Product, Quantity: e.quantity, Lots: e.lots,
		})
		return balances[e.line].covers(e.quantity, e.lots)
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if r.Lines == nil && len(lines) == 0 {
		// Whoever comes second hears what was delivered and that it is gone.
		return nil, nothingLeft.OrNil()
	}
	return lines, nil
}

// SetReturnNumber gives a return its human number, once.
func (s State) SetReturnNumber(id uuid.UUID, number string) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	switch {
	case !ok:
		return nil, aggregates.Refuse("return_not_found")
	case r.Number != "":
		return nil, nil
	case number == "":
		return nil, aggregates.Refuse("required").On("number")
	}
	return []aggregates.Event{ReturnNumbered{Return: id, Number: number}}, nil
}
