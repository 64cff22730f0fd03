package http

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/projections/documents"
	"aftersales/projections/timeline"
)

// getTimeline answers every event of a ticket and of the documents made from it.
func (s *Server) getTimeline(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	limit, after, err := s.eventPage(r)
	if err != nil {
		return err
	}
	if err := s.await(w, r, "timeline"); err != nil {
		return err
	}
	if err := s.maySeeTicket(r, id); err != nil {
		return err
	}
	items, next, err := timeline.Ticket(r.Context(), s.Projections.Pool(), languageOf(r.Header.Get("Accept-Language")), id, after, limit)
	if err != nil {
		return err
	}
	if len(items) == 0 && after == 0 {
		return aggregates.Refuse("ticket_not_found")
	}
	if err := s.withholdRepairs(r, items); err != nil {
		return err
	}
	return writeList(s, w, r, items, cursorOf(next))
}

// eventPage is page where the cursor is a position.
func (s *Server) eventPage(r *http.Request, filters ...string) (limit int, after eventstore.Position, err error) {
	limit, cursor, err := s.page(r, filters...)
	if err == nil {
		after, err = positionIn(cursor)
	}
	return limit, after, err
}

// positionIn is the position that a text says; an empty one is before all.
func positionIn(text string) (eventstore.Position, error) {
	if text == "" {
		return 0, nil
	}
	at, err := eventstore.ParsePosition(text)
	if err != nil {
		return 0, aggregates.Refuse("invalid_cursor")
	}
	return at, nil
}

func cursorOf(next eventstore.Position) string {
	if next == 0 {
		return ""
	}
	return next.String()
}

// eventFilter reads what events are asked for, but not from where on.
func eventFilter(r *http.Request) (f timeline.Filter, err error) {
	q := r.URL.Query()
	f = timeline.Filter{Language: languageOf(r.Header.Get("Accept-Language")), Stream: q.Get("stream"), Actor: q.Get("actor"), Type: q.Get("type")}
	if f.Ticket, err = uuidParameter(r, "ticket"); err != nil {
		return f, err
	}
	if f.From, err = timeParameter(r, "from"); err != nil {
		return f, err
	}
	f.To, err = timeParameter(r, "to")
	return f, err
}

// getAuditEvents answers raw events with all their metadata, in log order.
func (s *Server) getAuditEvents(w http.ResponseWriter, r *http.Request) error {
	limit, after, err := s.eventPage(r, "stream", "ticket", "actor", "type", "from", "to", "after")
	if query := r.URL.Query(); err == nil && !query.Has("cursor") {
		after, err = positionIn(query.Get("after"))
	}
	if err != nil {
		return err
	}
	f, err := eventFilter(r)
	if err != nil {
		return err
	}
	f.After, f.Limit = after, limit
	if err := s.await(w, r, "timeline"); err != nil {
		return err
	}
	if f.Teams, err = s.teamsOf(r); err != nil {
		return err
	}
	events, next, err := timeline.Audit(r.Context(), s.Projections.Pool(), f)
	if err != nil {
		return err
	}
	return writeList(s, w, r, events, cursorOf(next))
}

// streamBody is a stream as the log has it, and the documents that it makes.
type streamBody struct {
	Stream   string               `json:"stream"`
	Revision uint64               `json:"revision"`
	Events   []streamEvent        `json:"events"`
	State    []documents.Document `json:"state"`
}

type streamEvent struct {
	ID       string          `json:"event_id"`
	Position string          `json:"position"`
	Revision uint64          `json:"revision"`
	Type     string          `json:"type"`
	Created  string          `json:"created"`
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
}

// longestStream is more than any stream's name has, in bytes.
const longestStream = 200

// getAuditStream answers a stream's events, read from the log itself, and its
// folded state there.
func (s *Server) getAuditStream(w http.ResponseWriter, r *http.Request) error {
	name := mux.Vars(r)["stream"]
	if strings.HasPrefix(name, "$") || len(name) > longestStream {
		return aggregates.Refuse("not_found")
	}
	if err := onlyParameters(r, "at_revision"); err != nil {
		return err
	}
	last := ^uint64(0)
	if query := r.URL.Query(); query.Has("at_revision") {
		var err error
		if last, err = strconv.ParseUint(query.Get("at_revision"), 10, 64); err != nil {
			return invalidParameter("at_revision")
		}
	}
	body := streamBody{Stream: name, Events: []streamEvent{}, State: []documents.Document{}}
	var events []eventstore.Envelope
	for recorded, err := range s.Store.ReadStream(r.Context(), name, 0) {
		if err != nil {
			return err
		}
		if recorded.Revision > last {
			break
		}
		e, err := s.Codec.Decode(recorded)
		if err != nil {
			return err
		}
		data, err := timeline.Redact(recorded)
		if err != nil {
			return err
		}
		events = append(events, e)
		body.Revision = e.Revision
		body.Events = append(body.Events, streamEvent{
			ID: e.ID.String(), Position: e.Position.String(), Revision: e.Revision, Type: e.Type,
			Created: e.Created.UTC().Format("2006-01-02T15:04:05.0000000Z"),
			Data:    data, Metadata: e.Metadata,
		})
	}
	if err := s.maySeeStream(r, events); err != nil {
		return err
	}
	state, err := documents.Render(name, events)
	if err != nil {
		return err
	}
	if len(state) > 0 {
		body.State = state
	}
	return writeJSON(w, http.StatusOK, body)
}

// maySeeStream refuses a stream that has no events, or that is not, or not only,
// about the tickets of the teams that the caller is limited to.
func (s *Server) maySeeStream(r *http.Request, events []eventstore.Envelope) error {
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	if len(events) == 0 || len(p.Teams) > 0 && timeline.TicketOf(events[0]) == nil {
		return aggregates.Refuse("not_found")
	}
	seen := map[uuid.UUID]bool{}
	for _, e := range events {
		if t := timeline.TicketOf(e); t != nil && !seen[*t] {
			seen[*t] = true
			if err := s.maySeeTicket(r, *t); isRefusal(err, "ticket_not_found") {
				return aggregates.Refuse("not_found")
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// teamsOf are the teams that the caller is limited to, none for all. The read
// model that knows the teams of tickets is up to date with the timeline then.
func (s *Server) teamsOf(r *http.Request) ([]uuid.UUID, error) {
	p, err := s.principal(r)
	if err != nil || len(p.Teams) == 0 {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), longestWait)
	defer cancel()
	at, err := s.Projections.Wait(ctx, "timeline", 0)
	if err == nil {
		_, err = s.Projections.Wait(ctx, "tickets", at)
	}
	return p.Teams, err
}

// getCommand answers what happened under one of the caller's keys.
func (s *Server) getCommand(w http.ResponseWriter, r *http.Request) error {
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	o, found, err := s.Commands.Outcome(r.Context(), p, mux.Vars(r)["key"])
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("not_found")
	}
	return s.writeOutcome(w, r, http.StatusOK, o)
}
