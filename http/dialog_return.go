package http

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates/location"
	"aftersales/aggregates/picking"
	"aftersales/projections/candidates"
)

// returnOptions is the popup Reverse Transfer (T-02 to T-14).
func (s *Server) returnOptions(ctx context.Context, d *dialog) error {
	p, _, err := d.product(ctx)
	if err != nil {
		return err
	}
	if err := d.products(ctx, "delivery"); err != nil {
		return err
	}
	f := d.customers()
	f.Product, f.Delivered = p.ID, true
	order, err := d.orders(ctx, f)
	if err != nil {
		return err
	}
	f.Delivered, f.Order, f.Usable = false, order, true
	delivery, err := d.deliveries(ctx, f)
	if err != nil {
		return err
	}
	place, err := d.returnLocations(ctx, delivery.SourceLocation)
	if err != nil {
		return err
	}
	lines, tracked := returnLines(delivery)
	d.Defaults = object{
		"order": maybe(order), "product": maybe(p.ID), "delivery": maybe(delivery.ID), "lines": lines,
		"return_location": maybe(place), "reason": nil, "update_order_quantities": true,
	}
	picked := delivery.ID != uuid.Nil
	d.Fields = map[string]field{
		"order": optional, "delivery": {Visible: true, Required: order == uuid.Nil}, "lines": shownIf(picked, optional),
		"lots": shownIf(tracked, optional), "return_location": required, "reason": optional,
		"update_order_quantities": shownIf(delivery.Order != uuid.Nil, optional),
	}
	return nil
}

// deliveries offers the deliveries that something can be returned of, or says
// why there is none. The answer is the query's if it is one of them, by default
// the only one.
func (d *dialog) deliveries(ctx context.Context, f candidates.Filter) (picking.State, error) {
	all, more, err := candidates.Deliveries(ctx, d.q, f)
	if err != nil {
		return picking.State{}, err
	}
	for _, c := range all {
		lines, _ := returnLines(c)
		d.offer("deliveries", object{
			"id": c.ID, "number": maybe(c.Number), "customer": c.Customer, "order": maybe(c.Order),
			"source_location": maybe(c.SourceLocation), "lines": lines,
		})
	}
	d.close("deliveries", more)
	if len(all) == 0 {
		byProduct := candidates.Filter{Entity: f.Entity, Product: f.Product}
		byOrder := candidates.Filter{Entity: f.Entity, Product: f.Product, Order: f.Order}
		return picking.State{}, d.explain(ctx, "delivery", []step{
			{d.customers(), "no_delivery_for_customer"}, {byProduct, "delivery_without_product"}, {byOrder, "delivery_other_order"},
		}, "all_returned")
	}
	var only uuid.UUID
	if len(all) == 1 {
		only = all[0].ID
	}
	if f.ID, err = d.chosen("delivery", only); err != nil || f.ID == uuid.Nil {
		return picking.State{}, err
	}
	found, _, err := candidates.Deliveries(ctx, d.q, f)
	if err != nil || len(found) == 0 {
		return picking.State{}, err
	}
	return found[0], nil
}

// returnLines proposes every line that is still returnable, with what was
// validated less what came back or is on its way (T-06), and its lot when only
// one was delivered. Tracked says whether one of them has lots at all.
func returnLines(s picking.State) (lines []object, tracked bool) {
	lines = []object{}
	balances := s.Balances()
	for _, l := range s.Lines {
		b := balances[l.ID]
		if b.Rest() <= 0 {
			continue
		}
		tracked = tracked || l.Tracking != picking.Untracked
		lots := []object{}
		if len(l.Lots) == 1 {
			lots = append(lots, object{"lot": l.Lots[0].Lot, "quantity": b.Rest()})
		}
		lines = append(lines, object{
			"delivery_line": l.ID, "product": l.Product, "quantity": b.Rest(), "lots": lots,
			"delivered": b.Delivered, "returned": b.Returned, "open": b.Open,
		})
	}
	return lines, tracked
}

// returnLocations offers the places flagged for returns and the delivery's own
// source, which is the default; without it the only place (T-09).
func (d *dialog) returnLocations(ctx context.Context, source uuid.UUID) (uuid.UUID, error) {
	all, more, err := candidates.Locations(ctx, d.q, candidates.Filter{Usable: true})
	if err != nil {
		return uuid.Nil, err
	}
	if source != uuid.Nil && !slices.ContainsFunc(all, func(l location.State) bool { return l.ID == source }) {
		own, _, err := candidates.Locations(ctx, d.q, candidates.Filter{ID: source})
		if err != nil {
			return uuid.Nil, err
		}
		all = append(own, all...)
	}
	for _, l := range all {
		d.offer("return_locations", object{"id": l.ID, "name": l.Name, "kind": maybe(l.Kind)})
	}
	d.close("return_locations", more)
	if source == uuid.Nil && len(all) == 1 {
		source = all[0].ID
	}
	return source, nil
}
