package http

import (
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/projections/documents"
	"aftersales/projections/tickets"
)

// getTicket answers the ticket page with its smart buttons and actions; a past
// state of a ticket has its smart buttons, and no actions. These depend on other
// documents, so that the ETag, the ticket's revision, serves If-Match and not
// If-None-Match.
func (s *Server) getTicket(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	past, asked, err := s.past(r, "ticket", id)
	if err == nil && asked {
		err = s.maySee(r, past)
	}
	if err != nil {
		return err
	}
	if asked {
		w.Header().Set("Position", past.Position.String())
		w.Header().Set("ETag", etag(past.Revision))
		return writeJSON(w, http.StatusOK, past)
	}
	if err := s.await(w, r, "tickets"); err != nil {
		return err
	}
	t, found, err := tickets.Get(r.Context(), s.Projections.Pool(), id)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("ticket_not_found")
	}
	if err := s.maySee(r, t.Document); err != nil {
		return err
	}
	w.Header().Set("ETag", etag(t.Revision))
	return writeJSON(w, http.StatusOK, t)
}

func (s *Server) listTickets(w http.ResponseWriter, r *http.Request) error {
	f := tickets.Filter{Number: r.URL.Query().Get("number")}
	var err error
	if f.Limit, f.Cursor, err = s.page(r, "team", "customer", "state", "number"); err != nil {
		return err
	}
	if f.State, err = stateParameter(r, "ticket"); err != nil {
		return err
	}
	if f.Team, err = uuidParameter(r, "team"); err != nil {
		return err
	}
	if f.Customer, err = uuidParameter(r, "customer"); err != nil {
		return err
	}
	if err := s.await(w, r, "tickets"); err != nil {
		return err
	}
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	f.Teams = p.Teams
	found, next, err := tickets.List(r.Context(), s.Projections.Pool(), f)
	if err != nil {
		return err
	}
	return writeList(s, w, r, found, next)
}

// madeFromTickets are the kinds that the smart buttons open.
var madeFromTickets = []string{"credit_note", "coupon", "return", "repair", "task"}

// listTicketDocuments answers what the smart buttons of a ticket open.
func (s *Server) listTicketDocuments(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	f := documents.Filter{Ticket: id, Kinds: madeFromTickets}
	if kind := r.URL.Query().Get("kind"); kind != "" {
		if !slices.Contains(madeFromTickets, kind) {
			return invalidParameter("kind")
		}
		f.Kinds = []string{kind}
	}
	if err := s.await(w, r, "documents"); err != nil {
		return err
	}
	_, found, err := documents.Get(r.Context(), s.Projections.Pool(), "ticket", id)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("ticket_not_found")
	}
	if err := s.maySeeTicket(r, id); err != nil {
		return err
	}
	return s.writeDocuments(w, r, f, "kind")
}
