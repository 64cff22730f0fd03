package http

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/commands"
	"aftersales/projections/candidates"
)

// ofNoDelivery are the refusals of a delivery or an order that come after
// no_delivery_for_customer (domain.md 3.3).
var ofNoDelivery = []string{
	"delivery_not_found", "delivery_other_customer", "order_not_found", "order_other_customer", "delivery_other_order",
	"delivery_not_outgoing", "delivery_not_done",
}

// reverseTransfer is the command's handler, but for a customer without any
// delivery that is done: whatever else is wrong, that is
// no_delivery_for_customer, which only the read model of the dialog knows.
func (s *Server) reverseTransfer(w http.ResponseWriter, r *http.Request) error {
	var wish *commands.ReverseTransfer
	err := command(s, func(c *commands.ReverseTransfer, id uuid.UUID, _ vars) { c.Ticket, wish = id, c })(w, r)
	if err == nil || !slices.ContainsFunc(ofNoDelivery, func(code string) bool { return isRefusal(err, code) }) {
		return err
	}
	d, failed := s.dialogOf(w, r, wish.Ticket, team.Returns)
	if failed != nil {
		return failed
	}
	found, failed := candidates.Exists(r.Context(), d.q, "delivery", d.customers())
	if failed != nil {
		return failed
	}
	if !found {
		return aggregates.Refuse("no_delivery_for_customer").On(refusalsIn(err)[0].Field)
	}
	return err
}
