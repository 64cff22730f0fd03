package http

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/commands"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

// Of a stream of events.
const (
	heartbeat  = 4 * time.Second // at least so often something is sent, and the caller's rights are looked at anew
	streamPage = 200             // events read at once
)

// pushed is an event as it is sent.
type pushed struct {
	timeline.Item
	EventID uuid.UUID  `json:"event_id"`
	Ticket  *uuid.UUID `json:"ticket"`
}

// streamEvents sends events in log order as they come (server-sent events), for
// ever: after the position in Last-Event-ID, else in ?after, else from now on.
// The caller's rights are checked for every event, and again while nothing
// happens; the stream ends when they do.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) error {
	p, err := s.admitted(r)
	if err != nil {
		return err
	}
	f, err := eventFilter(r)
	if err != nil {
		return err
	}
	if f.After, err = s.streamStart(r); err != nil {
		return err
	}
	f.Limit = streamPage
	control := http.NewResponseController(w)
	// The server's limit for reading requests would end the stream.
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies pass it on at once
	w.WriteHeader(http.StatusOK)
	for err == nil {
		// What is sent with an id of its own sets the place to resume from,
		// even when no event was for this caller.
		_, err = fmt.Fprintf(w, ":\nid: %s\n\n", f.After)
		err = errors.Join(err, control.Flush())
		if err == nil {
			err = s.awaitMore(r.Context(), f.After)
		}
		if err == nil {
			r = r.WithContext(withAuthentication(r.Context())) // rights as they are now
			p, err = s.admitted(r)
		}
		if err == nil {
			f.After, err = s.sendEvents(w, r, p, f)
		}
	}
	// The status is sent; the caller resumes and is told then.
	return nil
}

// streamStart is the position that the stream goes on after.
func (s *Server) streamStart(r *http.Request) (eventstore.Position, error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return s.Projections.Wait(r.Context(), "timeline", 0)
	}
	at, err := eventstore.ParsePosition(text)
	if err != nil {
		return 0, aggregates.Refuse("invalid_cursor")
	}
	return at, nil
}

// awaitMore returns when there may be events after the position, or it is time
// for a sign of life; an error when the caller went away or the service ends.
func (s *Server) awaitMore(ctx context.Context, after eventstore.Position) error {
	waiting, cancel := context.WithTimeout(ctx, heartbeat)
	defer cancel()
	defer context.AfterFunc(s.stopping(), cancel)()
	_, err := s.Projections.WaitPast(waiting, "timeline", after)
	if errors.Is(err, projections.ErrBehind) {
		err = errors.Join(ctx.Err(), s.stopping().Err())
	}
	return err
}

func (s *Server) stopping() context.Context {
	if s.Stopping == nil {
		return context.Background()
	}
	return s.Stopping
}

// sendEvents sends what there is after f.After, and answers the position up to
// which nothing is left.
func (s *Server) sendEvents(w http.ResponseWriter, r *http.Request, p commands.Principal, f timeline.Filter) (eventstore.Position, error) {
	// Read before the events: up to here the query misses none.
	at, err := s.Projections.Wait(r.Context(), "timeline", 0)
	if err != nil {
		return f.After, err
	}
	events, next, err := timeline.Audit(r.Context(), s.Projections.Pool(), f)
	if err != nil {
		return f.After, err
	}
	later := slices.IndexFunc(events, func(e timeline.Event) bool { return e.Position > at.String() })
	if later >= 0 {
		events, next = events[:later], 0
	}
	if events, err = s.audible(r.Context(), p, events, at); err != nil {
		return f.After, err
	}
	items := make([]timeline.Item, len(events))
	for i, e := range events {
		items[i] = e.Item
	}
	if err := s.withholdRepairs(r, items); err != nil {
		return f.After, err
	}
	for i, e := range events {
		data, err := json.Marshal(pushed{items[i], e.EventID, e.Ticket})
		if err != nil {
			return f.After, err
		}
		if _, err := fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", e.Position, e.Type, data); err != nil {
			return f.After, err
		}
	}
	if next != 0 {
		return next, nil
	}
	return max(f.After, at), nil
}

// audible keeps the events that the principal may hear of: those of tickets of
// their teams, as the teams are now.
func (s *Server) audible(ctx context.Context, p commands.Principal, events []timeline.Event, at eventstore.Position) ([]timeline.Event, error) {
	everything := len(p.Teams) == 0
	teams := map[uuid.UUID]uuid.UUID{}
	if !everything && len(events) > 0 {
		if _, err := s.Projections.Wait(ctx, "tickets", at); err != nil {
			return nil, err
		}
		var about []uuid.UUID
		for _, e := range events {
			if e.Ticket != nil {
				about = append(about, *e.Ticket)
			}
		}
		var err error
		if teams, err = tickets.Teams(ctx, s.Projections.Pool(), about); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(events, func(e timeline.Event) bool {
		if e.Ticket == nil {
			return !everything || !p.Has(accesstoken.Reviewer, accesstoken.Lead, accesstoken.Integration)
		}
		return !everything && !slices.Contains(p.Teams, teams[*e.Ticket])
	}), nil
}
