package http

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/product"
	"aftersales/projections/candidates"
)

// refundOptions is the popup Refund.
func (s *Server) refundOptions(ctx context.Context, d *dialog) error {
	p, lot, err := d.product(ctx)
	if err != nil {
		return err
	}
	f := d.customers()
	if err := d.products(ctx, "invoice"); err != nil {
		return err
	}
	if err := d.deliveredLots(ctx, p); err != nil {
		return err
	}
	f.Product = p.ID
	order, err := d.orders(ctx, f)
	if err != nil {
		return err
	}
	f.Order, f.Usable = order, true
	chosen, err := d.invoices(ctx, f)
	if err != nil {
		return err
	}
	journal, err := d.journals(ctx, chosen)
	if err != nil {
		return err
	}
	d.offerModes(chosen)
	ids := make([]uuid.UUID, len(chosen))
	for i, inv := range chosen {
		ids[i] = inv.ID
	}
	d.Defaults = object{
		"order": maybe(order), "product": maybe(p.ID), "lot": maybe(lot), "invoices": ids, "reason": d.Ticket.Number,
		"journal": maybe(journal), "reversal_date": d.Today,
	}
	d.Fields = map[string]field{
		"order": optional, "product": optional, "lot": shownIf(p.Tracking.Tracked(), optional), "invoices": required, "reason": optional,
		"journal": shownIf(len(chosen) > 0, required), "reversal_date": required, "mode": required, "lines": shownIf(len(chosen) > 0, optional),
	}
	return nil
}

// products offers what stands on the customer's documents of a kind.
func (d *dialog) products(ctx context.Context, kind string) error {
	f := d.customers()
	f.On = kind
	all, more, err := candidates.Products(ctx, d.q, f)
	for _, p := range all {
		d.offer("products", productCandidate(p))
	}
	d.close("products", more)
	return err
}

// deliveredLots offers the lots of a product that the customer received.
func (d *dialog) deliveredLots(ctx context.Context, p product.State) error {
	d.close("lots", false)
	if !p.Tracking.Tracked() {
		return nil
	}
	f := d.customers()
	f.Product = p.ID
	all, more, err := candidates.Deliveries(ctx, d.q, f)
	if err != nil {
		return err
	}
	received := map[uuid.UUID]bool{}
	for _, delivery := range all {
		for _, l := range delivery.Lines {
			for _, lot := range l.Lots {
				received[lot.Lot] = received[lot.Lot] || l.Product == p.ID
			}
		}
	}
	for _, l := range p.Lots {
		if received[l.ID] {
			d.offer("lots", object{"id": l.ID, "name": l.Name})
		}
	}
	d.close("lots", more)
	return nil
}

// invoices offers the posted invoices that something can be credited of, or
// says why there is none. Chosen are those of the query that can be; by
// default the only one.
func (d *dialog) invoices(ctx context.Context, f candidates.Filter) ([]invoice.State, error) {
	all, more, err := candidates.Invoices(ctx, d.q, f)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		d.offer("invoices", invoiceCandidate(i))
	}
	d.close("invoices", more)
	if len(all) == 0 {
		return nil, d.explainInvoices(ctx, f)
	}
	wanted, asked := d.request.URL.Query()["invoice"]
	if !asked && len(all) == 1 {
		return all, nil
	}
	var chosen []invoice.State
	for _, text := range wanted {
		var ok bool
		if f.ID, ok = parseID(text); !ok {
			return nil, invalidParameter("invoice")
		}
		found, _, err := candidates.Invoices(ctx, d.q, f)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, found...)
	}
	return chosen, nil
}

// journals offers those of the type of the first invoice's; the default is the
// first that is active among the invoices', none before an invoice
// is chosen.
func (d *dialog) journals(ctx context.Context, chosen []invoice.State) (uuid.UUID, error) {
	d.close("journals", false)
	if len(chosen) == 0 {
		return uuid.Nil, nil
	}
	all, more, err := candidates.Journals(ctx, d.q)
	offered := map[uuid.UUID]bool{}
	for _, j := range all {
		if string(j.Type) == chosen[0].Journal.Type {
			d.offer("journals", object{"id": j.ID, "code": j.Code, "name": j.Name, "type": j.Type})
			offered[j.ID] = true
		}
	}
	d.close("journals", more)
	for _, i := range chosen {
		if offered[i.Journal.ID] || more {
			return i.Journal.ID, err
		}
	}
	return uuid.Nil, err
}

// offerModes offers the two buttons: the one that posts only to those
// who may post, and while nothing is credited.
func (d *dialog) offerModes(chosen []invoice.State) {
	d.offer("modes", object{"id": invoice.Reverse})
	credited := slices.ContainsFunc(chosen, func(i invoice.State) bool { return i.Credited().Total > 0 })
	if d.MayPost && !credited {
		d.offer("modes", object{"id": invoice.ReverseAndCreateInvoice})
	}
}

func invoiceCandidate(i invoice.State) object {
	amount := func(minor int64) string { return aggregates.Money{Minor: minor, Currency: i.Currency}.Amount() }
	lines := make([]object, len(i.Lines))
	for n, l := range i.Lines {
		lines[n] = object{
			"invoice_line": l.ID, "product": maybe(l.Product), "description": l.Description,
			"quantity": l.Quantity, "creditable_quantity": l.Creditable(),
		}
	}
	return object{
		"id": i.ID, "number": maybe(i.Number), "customer": i.Customer, "invoice_date": i.InvoiceDate, "order": maybe(i.Order),
		"journal": i.Journal.ID, "currency": i.Currency.Code(), "total": amount(i.Total), "creditable": amount(i.Creditable().Total), "lines": lines,
	}
}
