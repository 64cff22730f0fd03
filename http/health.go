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
		b := projectionOf(p)
		b.Holder = nil // everybody may read this
		body.Projections = append(body.Projections, b)
		if p.State == projections.Stopped || !p.Complete {
			body.Status, status = "not_ready", http.StatusServiceUnavailable
		}
	}
	return writeJSON(w, status, body)
}
