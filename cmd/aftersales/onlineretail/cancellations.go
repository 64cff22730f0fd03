package onlineretail

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"aftersales/http/client"
)

// cancel makes the ticket of a cancellation, with a refund and returns of what
// it was matched to.
func (i *importer) cancel(ctx context.Context, d document) error {
	p, description, err := i.plan(ctx, d)
	if err != nil {
		return err
	}
	ticket := idOf("ticket", d.number)
	if _, err := i.post(ctx, "/v1/tickets", keyOf("ticket", d.number), object{
		"id": ticket, "title": "Cancellation " + d.number, "team": teamID,
		"customer": idOf("customer", d.customer), "description": description,
	}); err != nil {
		return err
	}
	if len(p) > 0 {
		if err := i.refund(ctx, d, ticket, p.credits()); err != nil {
			return err
		}
	}
	for _, back := range p.goods().credits() {
		if err := i.takeBack(ctx, d, ticket, back); err != nil {
			return err
		}
	}
	i.report.cancellation(d, p)
	return nil
}

// plan is what the cancellation was matched to when its ticket was opened, with
// the ticket's description then; without a ticket it is matched now.
func (i *importer) plan(ctx context.Context, d document) (plan, string, error) {
	var ticket struct {
		Description string `json:"description"`
	}
	err := i.get(ctx, "/v1/tickets/"+idOf("ticket", d.number).String()+"?at_revision=0", &ticket)
	if err == nil {
		p, err := parsePlan(ticket.Description)
		return p, ticket.Description, err
	}
	if !client.HasCode(err, "ticket_not_found") {
		return nil, "", err
	}
	sales, err := i.sales(ctx, d.customer)
	if err != nil {
		return nil, "", err
	}
	p := match(d.lines, sales)
	return p, p.describe(d), nil
}

// sales are the customer's invoices of this data set in the order in which they
// came, those of earlier files included.
func (i *importer) sales(ctx context.Context, customer string) ([]sold, error) {
	var all []sold
	query := url.Values{"customer": {idOf("customer", customer).String()}, "state": {"posted"}, "limit": {"200"}}
	for {
		var page struct {
			Items []sold  `json:"items"`
			Next  *string `json:"next_cursor"`
		}
		if err := i.get(ctx, "/v1/invoices?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			if s.Journal == journalID && s.ID == idOf("invoice", s.Number) {
				all = append(all, s)
			}
		}
		if page.Next == nil {
			return all, nil
		}
		query.Set("cursor", *page.Next)
	}
}

// refund credits the invoices and posts the credit notes.
func (i *importer) refund(ctx context.Context, d document, ticket uuid.UUID, credits []credit) error {
	var (
		invoices []uuid.UUID
		lines    []object
	)
	for _, c := range credits {
		invoices = append(invoices, idOf("invoice", c.invoice))
		for _, t := range c.lines {
			lines = append(lines, object{"invoice_line": lineID("invoice", c.invoice, t.line), "quantity": t.quantity})
		}
	}
	o, err := i.post(ctx, "/v1/tickets/"+ticket.String()+"/refunds", keyOf("refund", d.number), object{
		"invoices": invoices, "reversal_date": d.date(), "mode": "reverse", "lines": lines,
	})
	if err != nil {
		return err
	}
	notes, err := made(o, "credit_note")
	if err != nil {
		return err
	}
	for _, id := range notes {
		if _, err := i.post(ctx, "/v1/credit-notes/"+id.String()+"/post", keyOf("credit-note", id.String()), object{}); err != nil {
			return err
		}
	}
	return nil
}

// takeBack returns goods of one delivery and receives them in full.
func (i *importer) takeBack(ctx context.Context, d document, ticket uuid.UUID, back credit) error {
	lines := make([]object, len(back.lines))
	for at, t := range back.lines {
		lines[at] = object{"delivery_line": lineID("delivery", back.invoice, t.line), "quantity": t.quantity}
	}
	id := idOf("return", d.number, back.invoice)
	if _, err := i.post(ctx, "/v1/tickets/"+ticket.String()+"/returns", keyOf("return", d.number, back.invoice), object{
		"id": id, "delivery": idOf("delivery", back.invoice), "return_location": locationID, "lines": lines,
		"reason": "Cancellation " + d.number,
	}); err != nil {
		return err
	}
	_, err := i.post(ctx, "/v1/returns/"+id.String()+"/receive", keyOf("receive", d.number, back.invoice), object{})
	return err
}
