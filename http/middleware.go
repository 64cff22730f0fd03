package http

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"
)

type contextKey int

const (
	requestIDKey contextKey = iota
	authenticationKey
	accessKey
	unfetchedKey
)

// requestID is the id that this request is known by in answers, logs and
// event metadata.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

// observe names, counts and times every request, echoes its tracing headers and
// turns a panic into an internal error. Bodies are never logged.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := r.Header.Get("X-Request-Id")
		if !validKey(id) {
			id = uuid.NewString()
		}
		w.Header().Set("X-Request-Id", id)
		if parent := r.Header.Get("Traceparent"); validKey(parent) {
			w.Header().Set("Traceparent", parent)
		} else {
			r.Header.Del("Traceparent")
		}
		ctx, span := s.trace(r)
		defer span.End()
		r = r.WithContext(ctx)
		r = r.WithContext(withAuthentication(context.WithValue(r.Context(), requestIDKey, id)))
		recorder := &statusRecorder{ResponseWriter: w, request: r}
		defer func() {
			if v := recover(); v != nil {
				s.logger.ErrorContext(r.Context(), "panic", slog.String("value", fmt.Sprint(v)),
					slog.String("stack", string(debug.Stack())), slog.String("request_id", id))
				s.fail(recorder, r, errors.New("panic"))
			}
			elapsed := time.Since(start)
			endSpan(span, s.template(r), r.Method, recorder.status)
			s.Metrics.observe(s.template(r), r.Method, recorder.status, elapsed)
			s.logger.InfoContext(r.Context(), "request", slog.String("method", r.Method), slog.String("route", s.template(r)),
				slog.Int("status", recorder.status), slog.Duration("duration", elapsed), slog.String("request_id", id))
		}()
		next.ServeHTTP(recorder, r)
	})
}

// template is the route's pattern, so that metrics and logs hold no ids.
func (s *Server) template(r *http.Request) string {
	var match mux.RouteMatch
	if s.router.Match(r, &match) && match.Route != nil {
		if t, err := match.Route.GetPathTemplate(); err == nil {
			return t
		}
	}
	return "unmatched"
}

// statusRecorder is an answer whose status is remembered, and whose client has
// the limit of writing for each piece of it.
type statusRecorder struct {
	http.ResponseWriter
	request *http.Request
	status  int
}

// WriteHeader remembers the first status.
func (w *statusRecorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	_ = writing(w.ResponseWriter, w.request) // a connection that is gone is found by the write
	w.ResponseWriter.WriteHeader(status)
}

// Write implies status 200.
func (w *statusRecorder) Write(b []byte) (written int, err error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	for {
		if err := writing(w.ResponseWriter, w.request); err != nil {
			return written, err
		}
		n, err := w.ResponseWriter.Write(b[:min(len(b), piece)])
		written, b = written+n, b[n:]
		if err != nil || len(b) == 0 {
			return written, err
		}
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
