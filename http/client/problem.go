package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Problem is a refusal of the service (RFC 9457).
type Problem struct {
	Request   string       `json:"-"` // method and path
	Status    int          `json:"status"`
	Code      string       `json:"code"` // stable
	Detail    string       `json:"detail"`
	Errors    []FieldError `json:"errors"`
	RequestID string       `json:"request_id"`

	retryAfter time.Duration
}

// FieldError is what is wrong with one field of the body.
type FieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error names the request, the code and the fields.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %d %s: %s", p.Request, p.Status, p.Code, p.Detail)
	for _, e := range p.Errors {
		fmt.Fprintf(&text, " (%s: %s)", e.Field, e.Code)
	}
	return text.String()
}

// HasCode says whether an error is a refusal with the code.
func HasCode(err error, code string) bool {
	var p *Problem
	return errors.As(err, &p) && p.Code == code
}

// problemOf reads the answer of a request that did not succeed.
func problemOf(resp *http.Response, method, path string, body []byte) error {
	p := &Problem{}
	if json.Unmarshal(body, p) != nil || p.Code == "" { // a proxy's own page
		p = &Problem{Code: "unknown", Detail: http.StatusText(resp.StatusCode)}
	}
	p.Request, p.Status = method+" "+path, resp.StatusCode
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		p.retryAfter = min(time.Duration(seconds)*time.Second, longestPause)
	}
	return p
}

// lost says that no answer came: whether the request had an effect is unknown.
type lost struct{ err error }

func (l *lost) Error() string { return l.err.Error() }
func (l *lost) Unwrap() error { return l.err }

// passing says whether the same request may succeed later.
func passing(err error) bool {
	if l := (*lost)(nil); errors.As(err, &l) {
		return true
	}
	var p *Problem
	if !errors.As(err, &p) {
		return false
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return p.Code == "idempotency_in_flight"
}

// Between two attempts.
const (
	shortestPause = 20 * time.Millisecond
	longestPause  = 2 * time.Second
)

// pause waits before the next attempt: longer each time, as long as the service
// asked for, and never the same for all clients. The error is the context's.
func pause(ctx context.Context, attempt int, err error) error {
	limit := min(shortestPause<<min(attempt, 10), longestPause)
	wait := limit/2 + rand.N(limit/2)
	if p := (*Problem)(nil); errors.As(err, &p) {
		wait += p.retryAfter
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
