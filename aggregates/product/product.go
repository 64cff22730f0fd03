// Package product is a product and its lots or serial numbers (domain.md 2.4).
package product

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Type is what a product is.
type Type string

// The types.
const (
	Goods   Type = "goods"
	Service Type = "service"
)

// Tracking is how pieces of a product are told apart.
type Tracking string

// The ways of tracking.
const (
	Untracked Tracking = "none"
	ByLot     Tracking = "lot"
	BySerial  Tracking = "serial"
)

// DefaultDigits and DefaultUnit are those of a product that names none.
const (
	DefaultDigits = 2
	DefaultUnit   = "unit"
)

// Lot is a lot or serial number of a product.
type Lot struct {
	ID       uuid.UUID
	Name     string
	Scrapped bool `json:",omitempty"`
}

// State is a product as folded from its events; ID is nil before the first.
// Lots are in the order in which they became known.
type State struct {
	ID       uuid.UUID
	Name     string
	SKU      string
	Type     Type
	Tracking Tracking
	Unit     string
	Digits   int
	Price    *aggregates.Money
	Lots     []Lot
	Archived bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.ID, s.Name, s.SKU, s.Type = e.Product, e.Name, e.SKU, e.Type
		s.Tracking, s.Unit, s.Digits, s.Price = e.Tracking, e.Unit, e.Digits, e.Price
	case DetailsChanged:
		s.Name, s.SKU, s.Price = e.Name, e.SKU, e.Price
	case LotRegistered:
		s.Lots = append(slices.Clip(s.Lots), Lot{ID: e.Lot, Name: e.Name})
	case LotScrapped:
		s.Lots = slices.Clone(s.Lots)
		for i := range s.Lots {
			s.Lots[i].Scrapped = s.Lots[i].Scrapped || s.Lots[i].ID == e.Lot
		}
	case Archived:
		s.Archived = true
	case Unarchived:
		s.Archived = false
	}
	return s
}

// Register begins the product. Type defaults to goods, tracking to none and
// the unit to DefaultUnit; only goods are tracked, so a service never is.
func (s State) Register(p Registered) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	if p.Type == "" {
		p.Type = Goods
	}
	if p.Tracking == "" {
		p.Tracking = Untracked
	}
	if p.Unit == "" {
		p.Unit = DefaultUnit
	}
	var fields check.Fields
	p.Name = named(&fields, p.Name, p.SKU, p.Price)
	fields.Within(check.MaxName, "unit", p.Unit)
	fields.Refuse(p.Type != Goods && p.Type != Service, "type", "invalid_value")
	fields.Refuse(p.Tracking != Untracked && !p.Tracking.Tracked(), "tracking", "invalid_value")
	fields.Refuse(p.Digits < 0 || p.Digits > aggregates.DecimalDigits, "digits", "invalid_value")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if p.Type == Service {
		p.Tracking = Untracked
	}
	return []aggregates.Event{p}, nil
}

// ChangeDetails replaces the name, the SKU and the list price, under the rules
// of Register. Type, tracking, unit and digits stay: quantities on documents are
// counted in them.
func (s State) ChangeDetails(d DetailsChanged) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil {
		return nil, aggregates.Refuse("product_not_found")
	}
	var fields check.Fields
	d.Name = named(&fields, d.Name, d.SKU, d.Price)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	samePrice := d.Price == s.Price || d.Price != nil && s.Price != nil && *d.Price == *s.Price
	if samePrice && d.Name == s.Name && d.SKU == s.SKU {
		return nil, nil
	}
	return []aggregates.Event{d}, nil
}

// CheckQuantity refuses a quantity that the product's digits cannot express, as
// quantity_precision. Without a product any is fine.
func (s State) CheckQuantity(q aggregates.Decimal) *aggregates.Refusal {
	if s.ID == uuid.Nil || q.Digits() <= s.Digits {
		return nil
	}
	return aggregates.Refuse("quantity_precision", "digits", strconv.Itoa(s.Digits), "unit", s.Unit)
}

// named is the name as it is kept; faults of it, the SKU and the price go to fields.
func named(fields *check.Fields, name, sku string, price *aggregates.Money) string {
	name = strings.TrimSpace(name)
	fields.Name("name", name)
	fields.Within(check.MaxName, "sku", sku)
	fields.Refuse(price != nil && price.Minor < 0, "price", "invalid_value")
	return name
}
