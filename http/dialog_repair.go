package http

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/commands"
	"aftersales/projections/candidates"
)

// repairOptions is the form Repair Reference (P-02 to P-14). What a return
// brings with it, the rules of the repair fill in.
func (s *Server) repairOptions(ctx context.Context, d *dialog) error {
	p, lot, err := d.product(ctx)
	if err != nil {
		return err
	}
	if p.Type != product.Goods {
		p, lot = product.State{}, uuid.Nil // others cannot be repaired
	}
	customer, err := d.chosen("customer", d.Ticket.Details.Customer)
	if err != nil {
		return err
	}
	back, err := d.returns(ctx, p.ID)
	if err != nil {
		return err
	}
	draft := repair.Draft{Product: repair.Product{ID: p.ID, Type: p.Type, Tracking: p.Tracking}, Customer: repair.Customer{ID: customer}}
	if lot != uuid.Nil {
		draft.Lot = &repair.Lot{ID: lot, Product: p.ID}
	}
	if back.ID != uuid.Nil {
		draft.Return = commands.ReturnForRepair(back.From, back.Return)
	}
	if err := d.goods(ctx, draft.Return); err != nil {
		return err
	}
	d.repairLots(p, draft.Return)
	if err := d.tags(ctx); err != nil {
		return err
	}
	draft = draft.Prefilled()
	if draft.Lot != nil {
		lot = draft.Lot.ID
	}
	if p.Scrapped(lot) {
		lot = uuid.Nil
	}
	d.Defaults = object{
		"customer": draft.Customer.ID, "product": maybe(p.ID), "lot": maybe(lot), "quantity": draft.Quantity, "return": maybe(back.ID),
		"under_warranty": false, "scheduled_at": d.Now, "responsible": d.principal.Actor.ID, "tags": []string{}, "priority": 0, "parts": []object{}, "notes": "",
		"submit": repair.Save,
	}
	hasReturns, err := candidates.Exists(ctx, d.q, "return", d.customers())
	d.Fields = map[string]field{
		"customer": required, "product": required, "lot": shownIf(p.Tracking.Tracked(), optional), "quantity": required,
		"return": shownIf(hasReturns, optional), "under_warranty": optional, "scheduled_at": required, "responsible": optional,
		"tags": optional, "priority": optional, "parts": optional, "notes": optional, "submit": required,
	}
	return err
}

// returns offers the customer's returns that contain the product. The answer is
// the query's if it is one of them, by default the ticket's only one.
func (d *dialog) returns(ctx context.Context, productID uuid.UUID) (candidates.Return, error) {
	f := d.customers()
	f.Product = productID
	all, more, err := candidates.Returns(ctx, d.q, f)
	if err != nil {
		return candidates.Return{}, err
	}
	var own []uuid.UUID
	for _, r := range all {
		d.offer("returns", object{"id": r.ID, "number": maybe(r.Number), "state": r.Status, "ticket": maybe(r.Ticket), "delivery": r.From.ID})
		if r.Ticket == d.Ticket.ID {
			own = append(own, r.ID)
		}
	}
	d.close("returns", more)
	var only uuid.UUID
	if len(own) == 1 {
		only = own[0]
	}
	if f.ID, err = d.chosen("return", only); err != nil || f.ID == uuid.Nil {
		return candidates.Return{}, err
	}
	found, _, err := candidates.Returns(ctx, d.q, f)
	if err != nil || len(found) == 0 {
		return candidates.Return{}, err
	}
	return found[0], nil
}

// goods offers what can be repaired: with a return, only its products.
func (d *dialog) goods(ctx context.Context, back *repair.Return) error {
	d.close("products", false)
	if back == nil {
		all, more, err := candidates.Products(ctx, d.q, candidates.Filter{Usable: true})
		for _, p := range all {
			d.offer("products", productCandidate(p))
		}
		d.close("products", more)
		return err
	}
	seen := map[uuid.UUID]bool{}
	for _, l := range back.Lines {
		if seen[l.Product] {
			continue
		}
		seen[l.Product] = true
		found, _, err := candidates.Products(ctx, d.q, candidates.Filter{ID: l.Product, Usable: true})
		if err != nil {
			return err
		}
		for _, p := range found {
			d.offer("products", productCandidate(p))
		}
	}
	return nil
}

// repairLots offers the lots of the product, of those only the return's when it
// names any; what was scrapped cannot be repaired.
func (d *dialog) repairLots(p product.State, back *repair.Return) {
	came := map[uuid.UUID]bool{}
	if back != nil {
		for _, l := range back.Lines {
			for _, lot := range l.Lots {
				came[lot.Lot] = true
			}
		}
	}
	lots := slices.DeleteFunc(slices.Clone(p.Lots), func(l product.Lot) bool { return !came[l.ID] })
	if len(lots) == 0 {
		lots = p.Lots
	}
	for _, l := range lots {
		if !l.Scrapped {
			d.offer("lots", object{"id": l.ID, "name": l.Name})
		}
	}
	d.close("lots", false)
}
