package http

import (
	"net/http"

	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/projections/documents"
	"aftersales/projections/portal"
)

// openPortalLink shows the one document that a link was made for, to whoever
// has the link. All that is wrong with a link gets the same answer. The link
// stands in the address, so nothing may keep it or pass it on.
func (s *Server) openPortalLink(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	link, err := s.Commands.OpenPortalLink(r.Context(), mux.Vars(r)["secret"])
	if err != nil {
		return err
	}
	for _, projection := range []string{"documents", "portal"} { // who the customer is, and what they may see
		if err := s.await(w, r, projection); err != nil {
			return err
		}
	}
	customer, found, err := documents.Get(r.Context(), s.Projections.Pool(), "customer", link.Customer)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("not_found")
	}
	d, found, err := portal.Get(r.Context(), s.Projections.Pool(), customer.Entity, link.Kind, link.Document)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("not_found")
	}
	if link.Kind == "ticket" {
		if d, err = s.withMessages(r, customer.Entity, d); err != nil {
			return err
		}
	}
	shown, err := s.show(r, d)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, shown)
}
