package http

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/commands"
	"aftersales/projections/candidates"
)

// issueRefund is the command's handler, but for a refund of no invoice when
// there is none to choose: that is no_refundable_invoice with the reason
// (domain.md 3.1, rule 1), which only the read model of the dialog knows.
func (s *Server) issueRefund(w http.ResponseWriter, r *http.Request) error {
	var wish *commands.IssueRefund
	err := command(s, func(c *commands.IssueRefund, id uuid.UUID, _ vars) { c.Ticket, wish = id, c })(w, r)
	if !isRefusal(err, "invoice_required") {
		return err
	}
	reason, failed := s.noInvoice(w, r, wish)
	if failed != nil {
		return failed
	}
	if reason == nil {
		return err
	}
	all := refusalsIn(err) // the other fields of the same stage stay
	return append(aggregates.Refusals{aggregates.Refuse("no_refundable_invoice", "reason", *reason).On("invoices")}, all[1:]...)
}

// noInvoice says why no invoice can be chosen for a refund, nil when one can.
func (s *Server) noInvoice(w http.ResponseWriter, r *http.Request, wish *commands.IssueRefund) (reason *string, err error) {
	d, err := s.dialogOf(w, r, wish.Ticket, team.Refunds)
	if err != nil {
		return nil, err
	}
	f := d.customers()
	f.Product, f.Order, f.Usable = wish.Product, wish.Order, true
	if found, err := candidates.Exists(r.Context(), d.q, "invoice", f); found || err != nil {
		return nil, err
	}
	err = d.explainInvoices(r.Context(), f)
	return d.EmptyReason, err
}

// dialogOf is a service's dialog on a ticket, for what a command must say of
// what could be chosen in it.
func (s *Server) dialogOf(w http.ResponseWriter, r *http.Request, ticket uuid.UUID, service team.Service) (*dialog, error) {
	p, err := s.principal(r)
	if err != nil {
		return nil, err
	}
	if err := s.await(w, r, "candidates"); err != nil {
		return nil, err
	}
	d := &dialog{request: r, principal: p, q: s.Projections.Pool()}
	d.Dialog, err = s.Commands.Dialog(r.Context(), p, ticket, service)
	return d, err
}

// explainInvoices says why no invoice passes the filter.
func (d *dialog) explainInvoices(ctx context.Context, f candidates.Filter) error {
	byProduct := candidates.Filter{Entity: f.Entity, Product: f.Product}
	byOrder := candidates.Filter{Entity: f.Entity, Product: f.Product, Order: f.Order}
	return d.explain(ctx, "invoice", []step{
		{d.customers(), "no_posted_invoice"}, {byProduct, "product_not_invoiced"}, {byOrder, "order_not_invoiced"},
	}, "all_credited")
}
