package http

import (
	"encoding/json"
	"net/http"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/projections/documents"
	"aftersales/projections/portal"
)

// portalHandler is a handler for a customer, who is known by the commercial
// entity.
type portalHandler func(w http.ResponseWriter, r *http.Request, entity uuid.UUID) error

// portal lets customers pass, and nobody else: the company's people read the
// documents themselves.
func (s *Server) portal(h portalHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.principal(r)
		if err != nil {
			return err
		}
		if p.Customer == uuid.Nil {
			return aggregates.Refuse("forbidden")
		}
		for _, projection := range []string{"documents", "portal"} { // who the customer is, and what they may see
			if err := s.await(w, r, projection); err != nil {
				return err
			}
		}
		customer, found, err := documents.Get(r.Context(), s.Projections.Pool(), "customer", p.Customer)
		if err != nil {
			return err
		}
		if !found {
			return aggregates.Refuse("not_found")
		}
		return h(w, r, customer.Entity)
	}
}

func (s *Server) listPortal(kind string) portalHandler {
	return func(w http.ResponseWriter, r *http.Request, entity uuid.UUID) error {
		f := portal.Filter{Entity: entity, Kind: kind, At: s.clock()}
		var err error
		if f.Limit, f.Cursor, err = s.page(r, "state"); err != nil {
			return err
		}
		if f.State, err = stateParameter(r, kind); err != nil {
			return err
		}
		found, next, err := portal.List(r.Context(), s.Projections.Pool(), f)
		if err != nil {
			return err
		}
		items := make([]json.RawMessage, len(found))
		for i, d := range found {
			if items[i], err = s.show(r, d); err != nil {
				return err
			}
		}
		return writeList(s, w, r, items, next)
	}
}

// getPortal answers one document; a ticket and a task come with the
// conversation, a ticket with what was made from it.
func (s *Server) getPortal(kind string) portalHandler {
	return func(w http.ResponseWriter, r *http.Request, entity uuid.UUID) error {
		id, err := pathID(mux.Vars(r))
		if err == nil {
			err = onlyPresent(r)
		}
		if err != nil {
			return err
		}
		d, found, err := portal.Get(r.Context(), s.Projections.Pool(), entity, kind, id)
		if err != nil {
			return err
		}
		if !found {
			return aggregates.Refuse("not_found")
		}
		if d, err = s.withMessages(r, entity, d, nil); err != nil {
			return err
		}
		if kind == "ticket" {
			if d, err = s.withLinked(r, entity, d); err != nil {
				return err
			}
		}
		shown, err := s.show(r, d)
		if err != nil {
			return err
		}
		w.Header().Set("ETag", etag(d.Revision))
		return writeJSON(w, http.StatusOK, shown)
	}
}

// onlyPresent refuses to show a past state: what a customer may see is decided
// about the present.
func onlyPresent(r *http.Request) error {
	for _, name := range []string{"as_of", "at_revision"} {
		if r.URL.Query().Has(name) {
			return invalidParameter(name)
		}
	}
	return nil
}

// mostLinked bounds how many documents a ticket's portal page links to.
const mostLinked = 200

// withLinked adds what was made from a ticket.
func (s *Server) withLinked(r *http.Request, entity uuid.UUID, d documents.Document) (documents.Document, error) {
	linked, _, err := portal.List(r.Context(), s.Projections.Pool(), portal.Filter{Entity: entity, Ticket: d.ID, Limit: mostLinked})
	if err != nil {
		return d, err
	}
	made := make([]json.RawMessage, len(linked))
	for i, l := range linked {
		if made[i], err = s.show(r, l); err != nil {
			return d, err
		}
	}
	return d.Set("documents", made)
}

// withMessages adds the conversation with the customer to a ticket or a task.
// Addressed, if any, says where a file can be fetched.
func (s *Server) withMessages(r *http.Request, entity uuid.UUID, d documents.Document, addressed func(*portal.File)) (documents.Document, error) {
	if d.Kind != "ticket" && d.Kind != "task" {
		return d, nil
	}
	messages, err := portal.Messages(r.Context(), s.Projections.Pool(), entity, d.Kind, d.ID)
	if err != nil {
		return d, err
	}
	for _, m := range messages {
		for i := range m.Attachments {
			if addressed != nil {
				addressed(&m.Attachments[i])
			}
		}
	}
	return d.Set("messages", messages)
}
