package http

import (
	_ "embed"
	"net/http"

	"aftersales/eventstore"
	"aftersales/projections"
)

//go:embed openapi.yaml
var openAPI []byte

func (s *Server) getOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(openAPI) // a caller that went away cannot be told more
	return nil
}

func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
}

// readiness says whether each part that requests need can be used.
type readiness struct {
	Status      string           `json:"status"`
	EventStore  string           `json:"event_store"`
	Projections []projectionBody `json:"projections"`
}

func (s *Server) getReady(w http.ResponseWriter, r *http.Request) error {
	body := readiness{Status: "ready", EventStore: "ready", Projections: []projectionBody{}}
	status := http.StatusOK
	if err := s.Store.Ready(r.Context()); err != nil {
		body.Status, body.EventStore, status = "not_ready", "unavailable", http.StatusServiceUnavailable
		return writeJSON(w, status, body)
	}
	statuses, err := s.Projections.Status(r.Context())
	if err != nil {
		return eventstore.ErrUnavailable
	}
	for _, p := range statuses {
		body.Projections = append(body.Projections, projectionOf(p))
		if p.State == projections.Stopped {
			body.Status, status = "not_ready", http.StatusServiceUnavailable
		}
	}
	return writeJSON(w, status, body)
}

type projectionBody struct {
	Name          string   `json:"name"`
	Version       int      `json:"version"`
	State         string   `json:"state"`
	Position      string   `json:"position"`
	Head          string   `json:"head"`
	LagEvents     int      `json:"lag_events"`
	LagSeconds    float64  `json:"lag_seconds"`
	UnknownEvents int64    `json:"unknown_events"`
	Error         *string  `json:"error"`
	Parked        []string `json:"parked"`
}

func projectionOf(p projections.Status) projectionBody {
	b := projectionBody{
		Name: p.Name, Version: p.Version, State: string(p.State), Position: p.Position.String(), Head: p.Head.String(),
		LagEvents: p.LagEvents, LagSeconds: p.Lag.Seconds(), UnknownEvents: p.UnknownEvents, Parked: []string{},
	}
	if p.LastError != "" {
		b.Error = &p.LastError
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
	return writeList(w, items, "")
}
