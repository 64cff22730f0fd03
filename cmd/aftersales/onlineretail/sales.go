package onlineretail

import (
	"context"
	"slices"
)

// sale posts a sale: an order and a delivery where it has goods, and an
// invoice. A sale of which every line was passed over is none.
func (i *importer) sale(ctx context.Context, d document) error {
	if len(d.lines) == 0 {
		return nil
	}
	invoice := invoiceOf(d)
	if slices.ContainsFunc(d.lines, func(l line) bool { return !service(l.code) }) {
		if _, err := i.post(ctx, "/v1/orders", keyOf("order", d.number), orderOf(d)); err != nil {
			return err
		}
		if _, err := i.post(ctx, "/v1/deliveries", keyOf("delivery", d.number), deliveryOf(d)); err != nil {
			return err
		}
		invoice["order"] = idOf("order", d.number)
		for at, l := range invoice["lines"].([]object) {
			l["order_line"] = lineID("order", d.number, at)
		}
	}
	_, err := i.post(ctx, "/v1/invoices", keyOf("invoice", d.number), invoice)
	return err
}

func orderOf(d document) object {
	lines := make([]object, len(d.lines))
	for at, l := range d.lines {
		lines[at] = object{
			"id": lineID("order", d.number, at), "product": idOf("product", l.code),
			"quantity": l.quantity, "unit_price": l.price,
		}
	}
	return object{
		"id": idOf("order", d.number), "number": d.number, "customer": idOf("customer", d.customer),
		"currency": currency, "lines": lines, "confirmed_at": d.at,
	}
}

func invoiceOf(d document) object {
	lines := make([]object, len(d.lines))
	for at, l := range d.lines {
		lines[at] = object{
			"id": lineID("invoice", d.number, at), "product": idOf("product", l.code), "description": l.name(),
			"quantity": l.quantity, "unit_price": l.price,
		}
	}
	return object{
		"id": idOf("invoice", d.number), "number": d.number, "customer": idOf("customer", d.customer),
		"journal": journalID, "currency": currency, "invoice_date": d.date(), "lines": lines, "post": true,
	}
}

// deliveryOf delivers the goods of a sale; its lines are called by their places
// in the invoice.
func deliveryOf(d document) object {
	var lines []object
	for at, l := range d.lines {
		if !service(l.code) {
			lines = append(lines, object{
				"id": lineID("delivery", d.number, at), "product": idOf("product", l.code),
				"quantity": l.quantity, "order_line": lineID("order", d.number, at),
			})
		}
	}
	return object{
		"id": idOf("delivery", d.number), "number": d.number, "customer": idOf("customer", d.customer),
		"order": idOf("order", d.number), "lines": lines, "validate": true,
	}
}
