package repair

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/unit"
)

// MaxPriority is the more urgent of the two priorities; the other is 0.
const MaxPriority = 1

// Edit is the wish to change the form of a repair; what is nil stays as it is.
// Product is what the repair has from now on; it goes with Quantity, given in
// Unit ("" the product's), also when it is the one that the repair has. Return is
// the repair's, if there is one.
type Edit struct {
	Product     *Product
	Lot         *Lot
	Quantity    *aggregates.Decimal
	Unit        string
	Return      *Return
	ScheduledAt *time.Time
	Responsible *Responsible
	Tags        *[]string
	Priority    *int
	Notes       *string
}

// ChangeDetails changes the form. Product and quantity are a draft's to change,
// lot and date those of a repair that is not done, the rest stays open unless it
// was cancelled (domain.md 2.8). Another product has another lot. Refusals:
// repair_not_open, repair_not_draft; those of Create about product, lot,
// quantity, return, date and responsible; by field invalid_value, too_long, and required for a
// unit of no quantity.
func (s State) ChangeDetails(w Edit) ([]aggregates.Event, error) {
	after, err := s.edited(w)
	if err != nil {
		return nil, err
	}
	moved := after.Product != s.Product || after.Quantity != s.Quantity
	fixed := moved || after.Lot != s.Lot || !after.ScheduledAt.Equal(s.ScheduledAt)
	switch {
	case s.Status == StatusDone && !fixed:
	case s.open() != nil:
		return nil, s.open()
	case moved && s.Status != StatusDraft:
		return nil, aggregates.Refuse("repair_not_draft", "state", string(s.Status))
	}
	if err := s.checkEdit(w, after); err != nil {
		return nil, err
	}
	same := !fixed && after.Responsible == s.Responsible && slices.Equal(after.Tags, s.Tags) &&
		after.Priority == s.Priority && after.Notes == s.Notes
	if same {
		return nil, nil
	}
	return []aggregates.Event{DetailsChanged{
		Product: after.Product, Tracking: after.Tracking, Lot: after.Lot, Quantity: after.Quantity, Unit: after.Unit,
		ScheduledAt: after.ScheduledAt, Rescheduled: !after.ScheduledAt.Equal(s.ScheduledAt),
		Responsible: after.Responsible, Tags: after.Tags, Priority: after.Priority, Notes: after.Notes,
	}}, nil
}

// edited is the form with the wish in it.
func (s State) edited(w Edit) (State, error) {
	if w.Unit != "" && w.Quantity == nil {
		return s, aggregates.Refuse("required").On("quantity")
	}
	if w.Product != nil && w.Product.ID != s.Product {
		s.Product, s.Tracking, s.Unit, s.Lot = w.Product.ID, w.Product.Tracking, w.Product.Unit, uuid.Nil
	}
	if w.Lot != nil {
		s.Lot = w.Lot.ID
	}
	if w.Quantity != nil {
		if w.Product == nil {
			return s, aggregates.Refuse("product_required").On("product")
		}
		var err error
		if s.Quantity, err = unit.Convert(*w.Quantity, w.Unit, w.Product.Unit, w.Product.Digits); err != nil {
			return s, err
		}
	}
	if w.ScheduledAt != nil {
		s.ScheduledAt = w.ScheduledAt.UTC()
	}
	if w.Responsible != nil {
		s.Responsible = w.Responsible.ID
	}
	if w.Tags != nil {
		s.Tags = check.Tags(*w.Tags)
	}
	if w.Priority != nil {
		s.Priority = *w.Priority
	}
	if w.Notes != nil {
		s.Notes = *w.Notes
	}
	return s, nil
}

// checkEdit holds what the wish changes against the rules of Create.
func (s State) checkEdit(w Edit, after State) error {
	d := Draft{
		Quantity: &after.Quantity, Return: w.Return, Customer: Customer{s.Customer, s.Entity},
		ScheduledAt: after.ScheduledAt, Responsible: w.Responsible, Priority: after.Priority,
	}
	if w.Product != nil {
		d.Product = *w.Product
	}
	if after.Notes != s.Notes {
		d.Notes = after.Notes
	}
	stages := []func() error{d.checkForm}
	if after.Product != s.Product {
		stages = append(stages, d.checkReturn, d.checkProduct)
	}
	if after.Quantity != s.Quantity || after.Product != s.Product {
		stages = append(stages, d.checkQuantity)
	}
	if w.Lot != nil {
		stages = append(stages, func() error { return checkLot(after.Product, after.Tracking, *w.Lot, w.Return) })
	}
	for _, stage := range slices.Backward(stages) {
		if err := stage(); err != nil {
			return err
		}
	}
	return nil
}
