// Package picking is a delivery to a customer together with the returns made
// from it (domain.md 2.7). One stream holds both, so that for every delivery
// line, and every lot of it, what returns have reserved and received never
// exceeds what was delivered.
package picking

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Status is the state of a delivery or of a return; both are transfers.
type Status string

// The states. A delivery is Ready, then Done or Cancelled: stock is not
// reserved here, so a planned one is ready at once. A return is Ready, maybe
// PartiallyReceived, then Received or Cancelled.
const (
	Ready             Status = "ready"
	Done              Status = "done"
	PartiallyReceived Status = "partially_received"
	Received          Status = "received"
	Cancelled         Status = "cancelled"
)

// Tracking says how the pieces of a product are told apart.
type Tracking string

// The ways of tracking; a serial number stands for exactly one piece.
const (
	Untracked Tracking = "none"
	ByLot     Tracking = "lot"
	BySerial  Tracking = "serial"
)

// Line is a delivery line as planned and, once validated, with the quantity
// Done and in Lots those that left. What was left behind is not returnable.
type Line struct {
	PlannedLine
	Done aggregates.Decimal
}

// State is a delivery and its returns in the order of their creation, as
// folded from the events; ID is nil before the first.
type State struct {
	ID             uuid.UUID
	Number         string
	Customer       uuid.UUID
	Entity         uuid.UUID
	Order          uuid.UUID
	SourceLocation uuid.UUID
	BackorderOf    uuid.UUID // the delivery whose rest this is
	RedeliveryOf   uuid.UUID // the return whose goods leave again
	Backorder      uuid.UUID // the delivery of what this one left behind
	Status         Status
	Lines          []Line
	Returns        []Return
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case DeliveryPlanned:
		s.ID, s.Number, s.Status = e.Delivery, e.Number, Ready
		s.Customer, s.Entity, s.Order, s.SourceLocation = e.Customer, e.Entity, e.Order, e.SourceLocation
		s.BackorderOf, s.RedeliveryOf = e.BackorderOf, e.RedeliveryOf
		s.Lines = make([]Line, len(e.Lines))
		for i, l := range e.Lines {
			s.Lines[i] = Line{PlannedLine: l}
		}
	case DeliveryValidated:
		s.Status, s.Lines = Done, done(s.Lines, e.Lines)
		if e.Backorder != nil {
			s.Backorder = e.Backorder.Delivery
		}
	case DeliveryCancelled:
		s.Status = Cancelled
	case DeliveryNumbered:
		s.Number = e.Number
	case ReturnCreated:
		s.Returns = append(slices.Clip(s.Returns), begun(e))
	case ReturnNumbered:
		return s.with(e.Return, func(r Return) Return { r.Number = e.Number; return r })
	case ReturnReceived:
		return s.with(e.Return, func(r Return) Return { return r.receive(e) })
	case ReturnCancelled:
		return s.with(e.Return, func(r Return) Return { r.Status = Cancelled; return r })
	case ReturnClosedShort:
		return s.with(e.Return, Return.closeShort)
	case ReturnRedelivered:
		return s.with(e.Return, func(r Return) Return {
			r.Redeliveries = append(slices.Clip(r.Redeliveries), Redelivery{Delivery: e.Delivery.Delivery, Lines: e.Lines})
			return r
		})
	case RedeliveryCancelled:
		return s.with(e.Return, func(r Return) Return {
			r.Redeliveries = slices.Clone(r.Redeliveries)
			for i, d := range r.Redeliveries {
				r.Redeliveries[i].Cancelled = d.Cancelled || d.Delivery == e.Delivery
			}
			return r
		})
	case RedeliveryStayed:
		return s.with(e.Return, func(r Return) Return {
			r.Stayed = append(slices.Clip(r.Stayed), Redelivery{Delivery: e.Delivery, Lines: e.Lines})
			return r
		})
	}
	return s
}

// done are the lines with what left of each: nothing of a line not listed.
func done(lines []Line, left []DoneLine) []Line {
	byID := make(map[uuid.UUID]DoneLine, len(left))
	for _, d := range left {
		byID[d.ID] = d
	}
	lines = slices.Clone(lines)
	for i := range lines {
		d := byID[lines[i].ID]
		lines[i].Done, lines[i].Lots = d.DoneQuantity, d.Lots
	}
	return lines
}

// with is the state with one of its returns changed. A return that is not here
// changes nothing: evolve is total.
func (s State) with(id uuid.UUID, change func(Return) Return) State {
	i := slices.IndexFunc(s.Returns, func(r Return) bool { return r.ID == id })
	if i < 0 {
		return s
	}
	s.Returns = slices.Clone(s.Returns)
	s.Returns[i] = change(s.Returns[i])
	return s
}

// Return is the return with the given id, and whether there is one.
func (s State) Return(id uuid.UUID) (Return, bool) {
	for _, r := range s.Returns {
		if r.ID == id {
			return r, true
		}
	}
	return Return{}, false
}

// Products are the products of the delivery's lines and of those of its returns,
// by the ids of the lines. A line's product never changes.
func (s State) Products() map[uuid.UUID]uuid.UUID {
	all := make(map[uuid.UUID]uuid.UUID, len(s.Lines))
	for _, l := range s.Lines {
		all[l.ID] = l.Product
	}
	for _, r := range s.Returns {
		for _, l := range r.Lines {
			all[l.ID] = l.Product
		}
	}
	return all
}

// Delivered says whether some of the product left with this delivery (T-14).
func (s State) Delivered(product uuid.UUID) bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Product == product && l.Done > 0 })
}
