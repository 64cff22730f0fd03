package http_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aftersales/eventstore/eventstoretest"
)

// TestLimits (C11): what is too large, too deep, packed or too slow is refused,
// and the service goes on.
func TestLimits(t *testing.T) {
	t.Parallel()
	s := newService(t)
	team := m{"name": "Support"}
	head := func(size int) int {
		r := must(s.request(http.MethodGet, "/v1/teams", nil, with("X-Long", strings.Repeat("x", size))))(t)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close() // only the status matters
		return resp.StatusCode
	}
	if got := head(31 << 10); got != http.StatusOK {
		t.Errorf("head of 31 KiB: %d", got)
	}
	if got := head(32 << 10); got != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("head over 32 KiB: %d", got)
	}
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(packer, zeros{}, 50<<20); err != nil || packer.Close() != nil {
		t.Fatal(err)
	}
	untouched := s.unchanged(t)
	s.send(http.MethodPost, "/v1/teams", bomb.String(), with("Content-Encoding", "gzip")).refused(415, "unsupported_media_type")
	s.send(http.MethodPost, "/v1/teams", `{"name":"`+strings.Repeat("x", 1<<20)+`"}`).refused(413, "too_large")
	endless := must(s.request(http.MethodPost, "/v1/teams", nil))(t)
	endless.Body, endless.ContentLength = io.NopCloser(io.LimitReader(zeros{}, 2<<20)), -1
	s.exchange(endless).refused(413, "too_large")
	nested := func(depth int) string { return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth) }
	if a := s.send(http.MethodPost, "/v1/teams", nested(65)); !strings.Contains(a.text("detail"), "nested deeper than 64") {
		t.Errorf("depth 65: %s", a.body)
	}
	if a := s.send(http.MethodPost, "/v1/teams", nested(64)); !strings.Contains(a.text("detail"), "unknown field") {
		t.Errorf("depth 64: %s", a.body)
	}
	s.send(http.MethodPost, "/v1/teams", `{"name":"a","name":"b"}`).refused(400, "malformed")
	untouched()

	for _, limit := range []time.Duration{s.limited.ReadHeaderTimeout, s.limited.ReadTimeout} {
		if limit <= 0 || limit > 10*time.Second {
			t.Errorf("slow clients are cut after %v", limit)
		}
	}
	for what, start := range map[string]string{
		"head": "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
		"body": "POST /v1/teams HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + adminToken +
			"\r\nIdempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
	} {
		t.Run("slow "+what, func(t *testing.T) {
			t.Parallel()
			answer := s.dribble(t, start)
			if strings.Contains(answer, "127.0.0.1") || strings.Contains(answer, "i/o") || strings.HasPrefix(answer, "HTTP/1.1 2") {
				t.Errorf("answered %q", answer)
			}
		})
	}
	s.post("/v1/teams", team)
}

// zeros is an endless text of them.
type zeros struct{}

// Read fills p.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// dribble sends the beginning of a request and nothing more; it answers what
// came until the service cut the connection.
func (s *service) dribble(t *testing.T, start string) string {
	t.Helper()
	ctx := eventstoretest.Context(t)
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // the service did
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(conn, start); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(bufio.NewReader(conn))
	if err != nil {
		t.Errorf("not cut: %v", err)
	}
	return string(answer)
}

// A client that asks for much and reads nothing is cut.
func TestAClientThatDoesNotReadIsCut(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if limit := s.limited.WriteTimeout; limit <= 0 || limit > time.Minute {
		t.Errorf("clients that do not read are cut after %v", limit)
	}
	cut := make(chan struct{})
	hasty := httptest.NewUnstartedServer(nil)
	hasty.Config = &http.Server{Handler: s.handler, WriteTimeout: 100 * time.Millisecond, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(cut)
		}
	}}
	hasty.Start()
	defer hasty.Close()
	ctx := eventstoretest.Context(t)
	conn := must(new(net.Dialer).DialContext(ctx, "tcp", hasty.Listener.Addr().String()))(t)
	defer func() { _ = conn.Close() }() // the server did
	if _, err := fmt.Fprint(conn, strings.Repeat("GET /openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n", 200)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-cut:
	case <-ctx.Done():
		t.Error("not cut")
	}
}

// The limits for reading a request and for taking the answer do not end the work
// on it.
func TestALongAnswerIsNotCut(t *testing.T) {
	t.Parallel()
	s := newService(t)
	hasty := httptest.NewUnstartedServer(nil)
	hasty.Config = &http.Server{Handler: s.handler, ReadTimeout: time.Second, ReadHeaderTimeout: time.Second, WriteTimeout: time.Second}
	hasty.Start()
	defer hasty.Close()
	r := must(s.request(http.MethodGet, "/v1/teams", nil, with("Min-Position", "7fffffffffffffff")))(t)
	r.URL.Host = strings.TrimPrefix(hasty.URL, "http://")
	s.exchange(r).refused(503, "projection_behind")
}
