package picking

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Plan begins the delivery d. A line without an id gets one from the delivery
// and its place, the same at every retry. Lots may be named now or when the
// delivery is validated.
func (s State) Plan(d DeliveryPlanned) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	var faults aggregates.Refusals
	if d.Customer == uuid.Nil {
		faults = append(faults, aggregates.Refuse("required").On("customer"))
	}
	if len(d.Lines) == 0 {
		faults = append(faults, aggregates.Refuse("required").On("lines"))
	}
	if utf8.RuneCountInString(d.Number) > check.MaxName {
		faults = append(faults, aggregates.Refuse("too_long", "max", strconv.Itoa(check.MaxName)).On("number"))
	}
	d.Lines = slices.Clone(d.Lines)
	seen, serials := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.ID == uuid.Nil {
			l.ID = aggregates.DeriveID(d.Delivery.String(), "line", strconv.Itoa(i))
		}
		if len(l.Lots) == 0 {
			l.Lots = nil
		}
		if r := l.plan(seen, serials); r != nil {
			faults = append(faults, r.On(fmt.Sprintf("lines[%d].%s", i, r.Field)))
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return []aggregates.Event{d}, nil
}

// plan judges a line of a plan; unlike in a return, a zero line is a fault.
func (l PlannedLine) plan(seen, serials map[uuid.UUID]bool) *aggregates.Refusal {
	switch {
	case seen[l.ID]:
		return aggregates.Refuse("duplicate_line").On("id")
	case l.Product == uuid.Nil:
		return aggregates.Refuse("required").On("product")
	case l.Tracking != Untracked && l.Tracking != ByLot && l.Tracking != BySerial:
		return aggregates.Refuse("invalid_value").On("tracking")
	case l.Digits < 0 || l.Digits > aggregates.DecimalDigits:
		return aggregates.Refuse("invalid_value").On("digits")
	case l.zero(l.Quantity):
		return aggregates.Refuse("quantity_not_positive").On("quantity")
	}
	seen[l.ID] = true
	return l.check(l.Quantity, l.Lots, naming{}, serials)
}

// Validate says what left: without lines, all as planned; a line that is not
// listed did not leave. Done may be less than planned, never more (refusal
// done_exceeds_planned). Tracked products need their lots (lot_required).
// Goods of a return leave with the lots that they came back with.
// What is left behind becomes the delivery with the id backorder, which has
// returns of its own; with uuid.Nil it will not leave. Where nothing left at
// all, the refusal is quantity_not_positive.
func (s State) Validate(lines []LineQuantity, backorder uuid.UUID) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("delivery_not_found")
	case s.Status == Cancelled:
		return nil, aggregates.Refuse("delivery_cancelled")
	case s.Status == Done && lines == nil:
		return nil, nil
	case s.Status == Done:
		return nil, aggregates.Refuse("delivery_already_done")
	}
	q := request{lines: lines, key: "id", unknown: "line_not_in_delivery", offers: map[uuid.UUID]offer{}}
	for _, l := range s.Lines {
		q.offers[l.ID] = offer{product: l.PlannedLine, quantity: l.Quantity, lots: l.Lots, known: s.came(l)}
		if lines == nil {
			q.lines = append(q.lines, LineQuantity{Line: l.ID})
		}
	}
	var left []DoneLine
	q.accept = func(e entry) *aggregates.Refusal {
		if e.quantity > e.product.Quantity {
			return aggregates.Refuse("done_exceeds_planned",
				"planned", e.product.Quantity.String(), "done", e.quantity.String()).On("quantity")
		}
		for _, lot := range e.lots {
			if here, ok := e.known[lot.Lot]; ok && lot.Quantity > here.Rest() {
				return aggregates.Refuse("done_exceeds_planned", "planned", here.Rest().String(), "done", lot.Quantity.String()).On("lots")
			}
		}
		left = append(left, DoneLine{ID: e.line, DoneQuantity: e.quantity, Lots: e.lots})
		return e.lotRequired()
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if len(left) == 0 {
		return nil, aggregates.Refuse("quantity_not_positive").On("lines")
	}
	e := DeliveryValidated{Lines: left, Backorder: s.backorder(backorder, left)}
	if e.Backorder == nil {
		e.Stayed = s.stays(left)
	}
	return []aggregates.Event{e}, nil
}

// Cancel says that nothing will leave. What has left comes back as a return:
// refusal delivery_already_done.
func (s State) Cancel() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("delivery_not_found")
	case s.Status == Done:
		return nil, aggregates.Refuse("delivery_already_done")
	case s.Status == Cancelled:
		return nil, nil
	}
	return []aggregates.Event{DeliveryCancelled{}}, nil
}

// SetNumber gives the delivery its human number, once.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("delivery_not_found")
	case s.Number != "":
		return nil, nil
	case number == "":
		return nil, aggregates.Refuse("required").On("number")
	}
	return []aggregates.Event{DeliveryNumbered{Number: number}}, nil
}
