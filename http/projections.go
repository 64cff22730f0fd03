package http

import (
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/projections"
)

// projectionBody is how a read model stands.
type projectionBody struct {
	Name          string       `json:"name"`
	Version       int          `json:"version"`
	State         string       `json:"state"`
	Position      string       `json:"position"`
	Head          string       `json:"head"`
	Events        int64        `json:"events"`
	LagEvents     int          `json:"lag_events"`
	LagSeconds    float64      `json:"lag_seconds"`
	UnknownEvents int64        `json:"unknown_events"`
	Parked        int          `json:"parked"`
	ParkedFailing int          `json:"parked_failing"`
	Error         *string      `json:"error"`
	Holder        *string      `json:"holder"`
	Epoch         int64        `json:"epoch"`
	Partitions    int          `json:"partitions"`
	OldKept       bool         `json:"old_kept"`
	Rebuild       *rebuildBody `json:"rebuild"`
}

// rebuildBody is how far the last rebuild is, or how it ended.
type rebuildBody struct {
	StartedAt       time.Time  `json:"started_at"`
	FinishedAt      *time.Time `json:"finished_at"`
	EventsDone      int64      `json:"events_done"`
	EventsTotal     int64      `json:"events_total"`
	EventsPerSecond float64    `json:"events_per_second"`
	SecondsLeft     float64    `json:"seconds_left"`
	Error           *string    `json:"error"`
}

func projectionOf(p projections.Status) projectionBody {
	b := projectionBody{
		Name: p.Name, Version: p.Version, State: string(p.State), Position: p.Position.String(), Head: p.Head.String(),
		Events: p.Events, LagEvents: p.LagEvents, LagSeconds: p.Lag.Seconds(), UnknownEvents: p.UnknownEvents,
		Parked: p.Failing + p.Waiting, ParkedFailing: p.Failing, Error: projections.OrNil(p.LastError),
		Holder: projections.OrNil(p.Holder), Epoch: p.Epoch, Partitions: p.Partitions, OldKept: p.Old,
	}
	if r := p.Rebuild; !r.StartedAt.IsZero() {
		b.Rebuild = &rebuildBody{
			StartedAt: r.StartedAt.UTC(), FinishedAt: projections.OrNil(r.FinishedAt.UTC()), EventsDone: r.Done, EventsTotal: r.Total,
			EventsPerSecond: r.Rate, SecondsLeft: r.Left.Seconds(), Error: projections.OrNil(r.Error),
		}
	}
	return b
}

func (s *Server) getProjections(w http.ResponseWriter, r *http.Request) error {
	statuses, err := s.Projections.Status(r.Context())
	if err != nil {
		return err
	}
	items := make([]projectionBody, len(statuses))
	for i, p := range statuses {
		items[i] = projectionOf(p)
	}
	return writeList(s, w, r, items, "")
}

// operate is a handler that does something to one projection. What a POST does
// is the same when it is done twice: nothing is remembered of its key. None can
// be tried, so none must seem to be.
func (s *Server) operate(h func(w http.ResponseWriter, r *http.Request, name string) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost && !validKey(r.Header.Get("Idempotency-Key")) {
			return aggregates.Refuse("idempotency_key_required")
		}
		if r.Method == http.MethodPost && r.URL.Query().Has("dry_run") {
			return invalidParameter("dry_run")
		}
		if _, err := readBody(w, r); err != nil {
			return err
		}
		err := h(w, r, mux.Vars(r)["name"])
		switch {
		case errors.Is(err, projections.ErrUnknown):
			return aggregates.Refuse("projection_not_found")
		case errors.Is(err, projections.ErrBusy):
			return aggregates.Refuse("projection_busy")
		}
		return err
	}
}

// parkedBody is an event that a read model lacks.
type parkedBody struct {
	Position string     `json:"position"`
	Stream   string     `json:"stream"`
	Revision uint64     `json:"revision"`
	EventID  uuid.UUID  `json:"event_id"`
	Type     string     `json:"type"`
	Ticket   *uuid.UUID `json:"ticket"`
	Error    *string    `json:"error"`
	Attempts int        `json:"attempts"`
	ParkedAt time.Time  `json:"parked_at"`
}

func (s *Server) listParked(w http.ResponseWriter, r *http.Request, name string) error {
	limit, after, err := s.eventPage(r)
	if err != nil {
		return err
	}
	all, err := s.Projections.Parked(r.Context(), name, after, limit+1)
	if err != nil {
		return err
	}
	next := ""
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].Position.String()
	}
	items := make([]parkedBody, len(all))
	for i, p := range all {
		items[i] = parkedBody{
			Position: p.Position.String(), Stream: p.Stream, Revision: p.Revision, EventID: p.EventID, Type: p.Type,
			Ticket: projections.OrNil(p.Ticket), Error: projections.OrNil(p.Error), Attempts: p.Attempts, ParkedAt: p.ParkedAt,
		}
	}
	return writeList(s, w, r, items, next)
}

func (s *Server) retryParked(w http.ResponseWriter, r *http.Request, name string) error {
	applied, err := s.Projections.Retry(r.Context(), name)
	if err != nil {
		return err
	}
	left, err := s.Projections.CountParked(r.Context(), name)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]int{"applied": applied, "parked": left})
}

// rebuildProjection begins a rebuild; GET /v1/projections tells how far it is.
func (s *Server) rebuildProjection(w http.ResponseWriter, r *http.Request, name string) error {
	if err := s.Projections.StartRebuild(r.Context(), name); err != nil {
		return err
	}
	return s.writeProjection(w, r, http.StatusAccepted, name)
}

func (s *Server) dropOldProjection(w http.ResponseWriter, r *http.Request, name string) error {
	if err := s.Projections.DropOld(r.Context(), name); err != nil {
		return err
	}
	return s.writeProjection(w, r, http.StatusOK, name)
}

func (s *Server) writeProjection(w http.ResponseWriter, r *http.Request, status int, name string) error {
	statuses, err := s.Projections.Status(r.Context())
	if err != nil {
		return err
	}
	for _, p := range statuses {
		if p.Name == name {
			return writeJSON(w, status, projectionOf(p))
		}
	}
	return projections.ErrUnknown
}

// differenceBody names a row that differs and its columns, without what stands
// in them: read models hold what does not belong into reports.
type differenceBody struct {
	Table   string   `json:"table"`
	Key     any      `json:"key"`
	Found   string   `json:"found"`
	Columns []string `json:"columns"`
}

type comparisonBody struct {
	Position    string           `json:"position"`
	Count       int64            `json:"count"`
	Parked      int              `json:"parked"`
	Differences []differenceBody `json:"differences"`
}

// mostDifferences bounds an answer; all are counted.
const mostDifferences = 200

// verifyProjection compares a read model with its rebuild. The answer comes when
// that is done; whoever goes away ends it.
func (s *Server) verifyProjection(w http.ResponseWriter, r *http.Request, name string) error {
	c, err := s.Projections.Compare(r.Context(), name)
	if err != nil {
		return err
	}
	body := comparisonBody{Position: c.Position.String(), Count: c.Count, Parked: c.Parked, Differences: []differenceBody{}}
	for _, d := range c.Differences[:min(len(c.Differences), mostDifferences)] {
		b := differenceBody{Table: d.Table, Found: d.Found(), Columns: d.Columns()}
		if d.Key != nil {
			b.Key = d.Key
		}
		body.Differences = append(body.Differences, b)
	}
	return writeJSON(w, http.StatusOK, body)
}
