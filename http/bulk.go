package http

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"aftersales/aggregates"
	"aftersales/commands"
)

// maxBulk is how many commands one request may carry.
const maxBulk = 100

// bulkBody is what POST /v1/bulk takes: commands in the order in which they are
// to be given, each a POST of this API. Atomic may only be false: commands
// concern streams of their own.
type bulkBody struct {
	Atomic   bool       `json:"atomic"`
	Commands []bulkItem `json:"commands"`
}

// bulkItem is one command. Without a Key its own is the request's with a dot
// and its index behind.
type bulkItem struct {
	Key     string          `json:"key"`
	Path    string          `json:"path"`
	IfMatch string          `json:"if_match"`
	Body    json.RawMessage `json:"body"`
}

// bulkResult is what the command alone would have been answered.
type bulkResult struct {
	Key        string          `json:"key"`
	Status     int             `json:"status"`
	Location   string          `json:"location,omitempty"`
	ETag       string          `json:"etag,omitempty"`
	RetryAfter int             `json:"retry_after,omitempty"` // seconds
	Replayed   bool            `json:"replayed,omitempty"`
	Body       json.RawMessage `json:"body"`
}

// bulk gives commands one after the other, each as if it had come alone: the
// same checks, the same answer, the same memory of its key. A refused one does
// not keep the next ones back. One that could not be done now does, since they
// may build on it: they answer 503 untried, and the same request can be
// repeated. The bulk's own key stands for these commands, and no others.
func (s *Server) bulk(w http.ResponseWriter, r *http.Request) error {
	req, raw, err := s.request(w, r)
	if err != nil {
		return err
	}
	var body bulkBody
	if err := decode(raw, &body); err != nil {
		return err
	}
	if err := body.check(); err != nil {
		return err
	}
	known, err := s.Commands.Execute(r.Context(), req, commands.Bulk{})
	if err != nil {
		return err
	}
	results := make([]bulkResult, len(body.Commands))
	position, down, replayed := "", false, known.Replayed
	for i, item := range body.Commands {
		if item.Key == "" {
			item.Key = fmt.Sprintf("%s.%d", req.Key, i)
		}
		answer := &recorded{header: http.Header{}}
		if down || r.Context().Err() != nil {
			s.fail(answer, r, aggregates.Refuse("unavailable"))
		} else {
			s.Handler().ServeHTTP(answer, item.request(r))
		}
		h := answer.header
		down = down || answer.undone()
		position = max(position, h.Get("Position"))
		wait, _ := strconv.Atoi(h.Get("Retry-After")) // ours, or none
		results[i] = bulkResult{
			Key: item.Key, Status: answer.status, Location: h.Get("Location"), ETag: h.Get("ETag"), RetryAfter: wait,
			Replayed: h.Get("Idempotent-Replayed") == "true", Body: answer.body.Bytes(),
		}
		replayed = replayed && results[i].Replayed
	}
	if replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	if position != "" {
		w.Header().Set("Position", position)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"results": results})
}

// check refuses what is no bulk of ours, before any of its commands is given.
// What is done to read models is no command.
func (b bulkBody) check() error {
	if len(b.Commands) > maxBulk {
		return aggregates.Refuse("bulk_too_large", "limit", strconv.Itoa(maxBulk))
	}
	var refused aggregates.Refusals
	if b.Atomic {
		refused = append(refused, aggregates.Refuse("bulk_not_atomic").On("atomic"))
	}
	if len(b.Commands) == 0 {
		refused = append(refused, aggregates.Refuse("required").On("commands"))
	}
	for i, item := range b.Commands {
		u, err := url.Parse(item.Path)
		if err != nil || u.Path != item.Path || !strings.HasPrefix(u.Path, "/v1/") || u.Path == "/v1/bulk" || strings.HasPrefix(u.Path, "/v1/projections/") {
			refused = append(refused, aggregates.Refuse("invalid_value").On(fmt.Sprintf("commands[%d].path", i)))
		}
	}
	return refused.OrNil()
}

// request is the item as a request of its own, from the caller of the bulk.
func (i bulkItem) request(bulk *http.Request) *http.Request {
	r := bulk.Clone(bulk.Context())
	r.URL = &url.URL{Path: i.Path, RawQuery: bulk.URL.RawQuery}
	r.RequestURI = r.URL.RequestURI()
	r.Body, r.ContentLength = http.NoBody, int64(len(i.Body))
	if len(i.Body) > 0 {
		r.Body = readCloser{bytes.NewReader(i.Body)}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", requestID(bulk.Context()))
	r.Header.Set("Idempotency-Key", i.Key)
	r.Header.Del("If-Match")
	if i.IfMatch != "" {
		r.Header.Set("If-Match", i.IfMatch)
	}
	return r
}

type readCloser struct{ *bytes.Reader }

// Close has nothing to close.
func (readCloser) Close() error { return nil }

// recorded is an answer that is kept instead of sent.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// undone says whether a command could not be done now, or it is not known what
// came of it, so that its repeat may do it.
func (a *recorded) undone() bool {
	switch a.status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable:
		return true
	case http.StatusConflict:
		var p problem
		return json.Unmarshal(a.body.Bytes(), &p) == nil && p.Code == "idempotency_in_flight"
	}
	return false
}

// Header is what the handler fills.
func (a *recorded) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *recorded) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps the body.
func (a *recorded) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}
