package http

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/documents"
)

// problem is the body of every answer that is no success (RFC 9457).
type problem struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail"`
	Code      string            `json:"code"`
	Errors    []fieldError      `json:"errors,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Modules   []string          `json:"modules,omitempty"`
	RequestID string            `json:"request_id"`
}

type fieldError struct {
	Field   string            `json:"field"`
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Params  map[string]string `json:"params,omitempty"`
}

// refusalsIn lists what an error refuses, nil when it is a failure of ours.
func refusalsIn(err error) []*aggregates.Refusal {
	var all aggregates.Refusals
	if errors.As(err, &all) && len(all) > 0 {
		return all
	}
	if one, ok := errors.AsType[*aggregates.Refusal](err); ok {
		return []*aggregates.Refusal{one}
	}
	switch {
	case errors.Is(err, documents.ErrCursor):
		return []*aggregates.Refusal{aggregates.Refuse("invalid_cursor")}
	case errors.Is(err, projections.ErrBehind):
		return []*aggregates.Refusal{aggregates.Refuse("projection_behind")}
	case errors.Is(err, eventstore.ErrTooLarge):
		return []*aggregates.Refusal{aggregates.Refuse("too_large")}
	case errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		projections.Unavailable(err):
		return []*aggregates.Refusal{aggregates.Refuse("unavailable")}
	}
	return nil
}

// fail answers an error. What is not a refusal is ours: it goes to the log,
// never to the caller.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	refused := refusalsIn(err)
	if refused == nil {
		s.logger.ErrorContext(r.Context(), "request failed", slog.Any("error", err), slog.String("request_id", requestID(r.Context())))
		refused = []*aggregates.Refusal{aggregates.Refuse("internal")}
	}
	first := refused[0]
	p := s.problemOf(r, first)
	for _, f := range refused {
		if f.Field != "" {
			m := messages[f.Code]
			p.Errors = append(p.Errors, fieldError{f.Field, f.Code, m.say(languageOf(r.Header.Get("Accept-Language")), f.Params), f.Params})
		}
	}
	writeProblem(w, p)
}

func (s *Server) problemOf(r *http.Request, refused *aggregates.Refusal) problem {
	m, known := messages[refused.Code]
	if !known {
		s.logger.ErrorContext(r.Context(), "code without a message", slog.String("code", refused.Code))
		m = messages["invalid_value"]
	}
	status := m.status
	if status == http.StatusNotFound && refused.Field != "" {
		status = http.StatusUnprocessableEntity // named in the body, not in the path
	}
	p := problem{
		Type: "urn:aftersales:problem:" + refused.Code, Title: http.StatusText(status), Status: status,
		Detail: m.say(languageOf(r.Header.Get("Accept-Language")), refused.Params),
		Code:   refused.Code, Params: refused.Params, RequestID: requestID(r.Context()),
	}
	if modules := refused.Params["modules"]; modules != "" {
		p.Modules = strings.Split(modules, ",")
	}
	return p
}

func writeProblem(w http.ResponseWriter, p problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if w.Header().Get("Retry-After") == "" {
			w.Header().Set("Retry-After", "1")
		}
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	// The status is sent; a caller that went away cannot be told more.
	_ = json.NewEncoder(w).Encode(p)
}
