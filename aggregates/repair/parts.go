package repair

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// PartRequest is the wish for one part; ID is that of the part it replaces or
// a new one. A nil Quantity is 1; Unit is the one that it is given in, "" the
// product's. Missing is the code of why the product cannot be had, "". A nil UnitPrice keeps the price negotiated for
// the part, or is the product's list price for a new one. Prices are in whole
// currency units.
type PartRequest struct {
	ID        uuid.UUID
	Kind      Kind
	Product   Product
	Missing   string
	Quantity  *aggregates.Decimal
	Unit      string
	UnitPrice *aggregates.Decimal
}

// ChangeParts replaces all parts (P-11); the quotation follows. currency is
// that of the given prices, "" when there are none. Refusals: repair_not_open;
// by field part_kind_required, part_product_required, negative_quantity,
// quantity_precision, unit_other_family, invalid_value, duplicate_line, currency_mismatch for a
// price left open that is known in another currency only; amount_too_large.
func (s State) ChangeParts(currency aggregates.Currency, requests []PartRequest) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	currency, parts, err := s.parts(currency, requests)
	if err != nil {
		return nil, err
	}
	if currency == s.Currency && slices.Equal(parts, s.Parts) {
		return nil, nil
	}
	return []aggregates.Event{PartsChanged{currency, parts, s.requote(parts, demanded)}}, nil
}

// SetWarranty ticks or un-ticks the warranty (P-07). Ticked, every price is 0;
// un-ticked, every price is again exactly the negotiated one. Refusal:
// repair_not_open.
func (s State) SetWarranty(on bool) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.UnderWarranty == on {
		return nil, nil
	}
	e := WarrantyChanged{UnderWarranty: on, Repriced: []Reprice{}}
	parts := slices.Clone(s.Parts)
	for i, p := range s.Parts {
		parts[i] = p.priced(on)
		if parts[i].UnitPrice != p.UnitPrice {
			e.Repriced = append(e.Repriced, Reprice{p.ID, parts[i].UnitPrice})
		}
	}
	e.Quote = s.requote(parts, demanded)
	return []aggregates.Event{e}, nil
}

// parts are the parts that the requests describe and the currency of their
// prices, or all that is wrong with the requests.
func (s State) parts(currency aggregates.Currency, requests []PartRequest) (aggregates.Currency, []Part, error) {
	currency, err := s.currency(currency, requests)
	if err != nil {
		return "", nil, err
	}
	var parts []Part
	var fields check.Fields
	seen := map[uuid.UUID]bool{}
	for i, r := range requests {
		at := fmt.Sprintf("parts[%d].", i)
		p, priced := s.part(currency, r)
		fields.Refuse(!priced, at+"unit_price", "currency_mismatch", "currency", currency.Code())
		p.check(&fields, at, seen[p.ID], r.Missing)
		if r.Missing == "" && p.Product != uuid.Nil {
			p.Quantity = convert(&fields, at, p.Quantity, r.Unit, r.Product)
		}
		seen[p.ID] = true
		parts = append(parts, p)
	}
	if err := fields.Err(); err != nil {
		return "", nil, err
	}
	return currency, parts, checkTotal(parts, demanded)
}

// part fills in what the request leaves open. Under warranty every price reads
// 0, so a 0 for a part that exists keeps what was negotiated: the client sends
// back what it read. It is not priced when all there is, is a price in another
// currency.
func (s State) part(currency aggregates.Currency, r PartRequest) (p Part, priced bool) {
	p = Part{
		ID: r.ID, Kind: r.Kind, Product: r.Product.ID, Quantity: aggregates.NewDecimal(1),
		Unit: r.Product.Unit, Digits: r.Product.Digits,
	}
	if r.Quantity != nil {
		p.Quantity = *r.Quantity
	}
	priced = true
	old := slices.IndexFunc(s.Parts, func(o Part) bool { return o.ID == p.ID && o.Product == p.Product })
	readBack := old >= 0 && s.UnderWarranty && r.UnitPrice != nil && *r.UnitPrice == 0
	switch {
	case r.UnitPrice != nil && !readBack:
		p.PriceBeforeWarranty = *r.UnitPrice
	case old >= 0:
		p.PriceBeforeWarranty = s.Parts[old].PriceBeforeWarranty
		priced = currency == s.Currency || p.PriceBeforeWarranty == 0
	default:
		p.PriceBeforeWarranty, priced = r.Product.listPrice(currency)
	}
	return p.priced(s.UnderWarranty), priced
}
