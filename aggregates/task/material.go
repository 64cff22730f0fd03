package task

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/product"
	"aftersales/aggregates/unit"
)

// Material is how much of a product, or of one lot of it, the work has taken, in
// the product's unit.
type Material struct {
	Product  uuid.UUID          `json:"product"`
	Lot      uuid.UUID          `json:"lot,omitzero"`
	Quantity aggregates.Decimal `json:"quantity"`
	Unit     string             `json:"unit"`
}

// Effort is what the work has taken: materials, and seconds that timers ran.
type Effort struct {
	Materials     []Material `json:"materials,omitempty"`
	WorkedSeconds int64      `json:"worked_seconds,omitempty"`
}

// Use is the wish to note a material: how much of Product has been used in all,
// in Unit, "" for the product's. LotOf is the product that the lot is of, nil
// for one that there is not.
type Use struct {
	Product  product.State
	Lot      uuid.UUID
	LotOf    uuid.UUID
	Quantity *aggregates.Decimal
	Unit     string
}

// UseMaterial notes, at a time, how much of a product the work has taken in all.
// A worksheet that was saved gets a version with it, unsigned. Refusals:
// task_not_in_progress; by field product_required, required, lot_not_applicable,
// lot_required, lot_not_found, lot_other_product, negative_quantity, serial_quantity,
// unit_other_family, quantity_precision.
func (s State) UseMaterial(w Use, at time.Time) ([]aggregates.Event, error) {
	if err := s.inProgress(); err != nil {
		return nil, err
	}
	m, err := w.material()
	if err != nil {
		return nil, err
	}
	now := used(s.Materials, m)
	if slices.Equal(now, s.Materials) {
		return nil, nil
	}
	events := []aggregates.Event{MaterialUsed{m}}
	if s.Worksheet.Version > 0 {
		s.Materials = now
		events = append(events, s.saved(s.Worksheet.Values, s.Worksheet.SavedBy, at))
	}
	return events, nil
}

// material is what the wish notes, or all that is wrong with it.
func (w Use) material() (Material, error) {
	var fields check.Fields
	p, tracked := w.Product, w.Product.Tracking.Tracked()
	known, named := p.ID != uuid.Nil, w.Lot != uuid.Nil
	fields.Refuse(!known, "product", "product_required")
	fields.Refuse(known && named && !tracked, "lot", "lot_not_applicable")
	fields.Refuse(known && named && tracked && w.LotOf == uuid.Nil, "lot", "lot_not_found")
	fields.Refuse(known && named && tracked && w.LotOf != uuid.Nil && w.LotOf != p.ID, "lot", "lot_other_product")
	fields.Refuse(tracked && !named, "lot", "lot_required", "product", p.Name)
	fields.Refuse(w.Quantity == nil, "quantity", "required")
	if err := fields.Err(); err != nil {
		return Material{}, err
	}
	q, err := unit.Convert(*w.Quantity, w.Unit, p.Unit, p.Digits)
	if refused, ok := errors.AsType[*aggregates.Refusal](err); ok {
		return Material{}, refused.On("unit")
	}
	fields.Refuse(q < 0, "quantity", "negative_quantity")
	fields.Refuse(q.Digits() > p.Digits, "quantity", "quantity_precision", "digits", strconv.Itoa(p.Digits), "unit", p.Unit)
	fields.Refuse(p.Tracking == product.BySerial && q > 0 && q != aggregates.NewDecimal(1), "quantity", "serial_quantity")
	return Material{Product: p.ID, Lot: w.Lot, Quantity: q, Unit: p.Unit}, fields.Err()
}

// used are the materials with another quantity of one; what is not used is none.
func used(all []Material, m Material) []Material {
	same := func(o Material) bool { return o.Product == m.Product && o.Lot == m.Lot }
	i := slices.IndexFunc(all, same)
	switch {
	case i < 0 && m.Quantity == 0:
		return all
	case m.Quantity == 0 && len(all) == 1:
		return nil
	case i < 0:
		return append(slices.Clip(all), m)
	case m.Quantity == 0:
		return slices.DeleteFunc(slices.Clone(all), same)
	}
	all = slices.Clone(all)
	all[i] = m
	return all
}
