package http

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/aggregates/currency"
	"aftersales/eventstore"
	"aftersales/projections/documents"
)

// longestWait bounds how long a read waits for its Min-Position.
const longestWait = 5 * time.Second

// await lets a read wait until the read model has reached the request's
// Min-Position, and tells the position that it shows.
func (s *Server) await(w http.ResponseWriter, r *http.Request, projection string) error {
	at, err := s.reach(r, projection)
	if err != nil {
		return err
	}
	w.Header().Set("Position", at.String())
	return nil
}

// reach waits for the request's Min-Position and answers what was reached.
func (s *Server) reach(r *http.Request, projection string) (eventstore.Position, error) {
	var least eventstore.Position
	if text := r.Header.Get("Min-Position"); text != "" {
		var err error
		if least, err = eventstore.ParsePosition(text); err != nil {
			return 0, invalidParameter("Min-Position")
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), longestWait)
	defer cancel()
	return s.Projections.Wait(ctx, projection, least)
}

// page reads limit and cursor of a list that has these filters; the cursor is the
// place that writeList was given, "" for the beginning.
func (s *Server) page(r *http.Request, filters ...string) (limit int, cursor string, err error) {
	if err := onlyParameters(r, append(filters, "limit", "cursor")...); err != nil {
		return 0, "", err
	}
	limit = 50
	query := r.URL.Query()
	if query.Has("limit") {
		n, err := strconv.ParseUint(query.Get("limit"), 10, 8)
		if limit = int(n); err != nil || limit < 1 || limit > 200 { //nolint:gosec // eight bits
			return 0, "", invalidParameter("limit")
		}
	}
	if text := query.Get("cursor"); text != "" {
		ours := false
		if cursor, ours = s.Commands.Secrets.OpenCursor(text, listOf(r)); !ours {
			return 0, "", aggregates.Refuse("invalid_cursor")
		}
	}
	return limit, cursor, nil
}

// listOf names the list that a request reads a page of: its path and filters.
func listOf(r *http.Request) string {
	query := r.URL.Query()
	query.Del("cursor")
	query.Del("limit")
	return r.URL.Path + "?" + query.Encode()
}

// uuidParameter reads a query parameter that is a UUID or absent.
func uuidParameter(r *http.Request, name string) (uuid.UUID, error) {
	if !r.URL.Query().Has(name) {
		return uuid.Nil, nil
	}
	id, ok := parseID(r.URL.Query().Get(name))
	if !ok {
		return uuid.Nil, invalidParameter(name)
	}
	return id, nil
}

// stateParameter reads the state that a list of these kinds is filtered by, "" for
// any. One that their documents never have is refused: it would list nothing.
func stateParameter(r *http.Request, kinds ...string) (string, error) {
	state := r.URL.Query().Get("state")
	if state != "" && !documents.HaveState(kinds, state) {
		return "", invalidParameter("state")
	}
	return state, nil
}

// timeParameter reads a query parameter in RFC 3339 with offset, or absent.
func timeParameter(r *http.Request, name string) (time.Time, error) {
	if !r.URL.Query().Has(name) {
		return time.Time{}, nil
	}
	t, ok := parseMoment(r.URL.Query().Get(name))
	if !ok {
		return time.Time{}, invalidParameter(name)
	}
	return t, nil
}

// listBody is the body of every list.
type listBody[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// writeList answers a page, and a cursor that goes on at the place next for the
// same list only.
func writeList[T any](s *Server, w http.ResponseWriter, r *http.Request, items []T, next string) error {
	body := listBody[T]{Items: items}
	if body.Items == nil {
		body.Items = []T{}
	}
	if next != "" {
		next = s.Commands.Secrets.SealCursor(next, listOf(r))
		body.NextCursor = &next
	}
	return writeJSON(w, http.StatusOK, body)
}

// getDocument answers one document of a kind, now or in the past.
func (s *Server) getDocument(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := pathID(mux.Vars(r))
		if code := mux.Vars(r)["id"]; kind == "currency" && aggregates.IsCurrencyCode(code) {
			id, err = currency.ID(code), nil
		}
		if err != nil {
			return err
		}
		d, asked, err := s.past(r, kind, id)
		if err == nil && !asked {
			d, err = s.present(w, r, kind, id)
		}
		if err == nil {
			err = s.maySee(r, d)
		}
		if err != nil {
			return err
		}
		if asked {
			w.Header().Set("Position", d.Position.String())
		}
		w.Header().Set("ETag", etag(d.Revision))
		recorded := d.State
		if d, err = d.At(s.clock()); err != nil {
			return err
		}
		// An order or a lot shows more than its own stream tells; so does a state that the date changes.
		if !asked && kind != "order" && kind != "lot" && d.State == recorded && knows(r, etag(d.Revision)) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		shown, err := s.show(r, d)
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, shown)
	}
}

// knows says whether the client has what the tag stands for (If-None-Match).
func knows(r *http.Request, tag string) bool {
	for known := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if known = strings.TrimSpace(known); known == "*" || strings.TrimPrefix(known, "W/") == tag {
			return true
		}
	}
	return false
}

// clock is the moment at which documents are shown.
func (s *Server) clock() documents.Clock {
	now, today := s.Commands.Clock()
	return documents.Clock{Now: now, Today: today}
}

// present is the document as the read model has it.
func (s *Server) present(w http.ResponseWriter, r *http.Request, kind string, id uuid.UUID) (documents.Document, error) {
	if err := s.await(w, r, "documents"); err != nil {
		return documents.Document{}, err
	}
	d, found, err := documents.Get(r.Context(), s.Projections.Pool(), kind, id)
	if err != nil {
		return d, err
	}
	if !found {
		return d, aggregates.Refuse(notFound(kind))
	}
	one := []documents.Document{d}
	err = documents.Fulfil(r.Context(), s.Projections.Pool(), one)
	return one[0], err
}

// notFound is the code for an unknown document in the path.
func notFound(kind string) string {
	if _, ok := messages[kind+"_not_found"]; ok {
		return kind + "_not_found"
	}
	return "not_found"
}

// listDocuments answers a page of the documents of a kind, also of those that came
// from one document.
func (s *Server) listDocuments(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, filters := documents.Filter{Kinds: []string{kind}}, []string{"ticket"}
		var err error
		if f.Ticket, err = uuidParameter(r, "ticket"); err != nil {
			return err
		}
		if source, ok := documents.Sources[kind]; ok {
			filters = append(filters, source)
			if f.Source, err = uuidParameter(r, source); err != nil {
				return err
			}
		}
		return s.writeDocuments(w, r, f, filters...)
	}
}

// writeDocuments answers a page of the documents that the filter, for which these
// parameters stand, and the rest of the query choose.
func (s *Server) writeDocuments(w http.ResponseWriter, r *http.Request, f documents.Filter, parameters ...string) error {
	var err error
	if f.Limit, f.Cursor, err = s.page(r, append(parameters, "number", "state", "customer")...); err != nil {
		return err
	}
	f.Number, f.At = r.URL.Query().Get("number"), s.clock()
	if f.State, err = stateParameter(r, f.Kinds...); err != nil {
		return err
	}
	if f.Customer, err = uuidParameter(r, "customer"); err != nil {
		return err
	}
	if err := s.narrow(r, &f); err != nil {
		return err
	}
	if err := s.await(w, r, "documents"); err != nil {
		return err
	}
	found, next, err := documents.List(r.Context(), s.Projections.Pool(), f)
	if err == nil {
		err = documents.Fulfil(r.Context(), s.Projections.Pool(), found)
	}
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
