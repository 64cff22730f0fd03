package http_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	api "aftersales/http"
)

// A traced request is a span in the caller's trace, with one for the command;
// the events name the request's span. Names hold no ids.
func TestTraces(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	s := newService(t, func(s *service) {
		s.configure = func(c *api.Config) {
			c.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
		}
	})
	const caller = "0af7651916cd43dd8448eb211c80319c"
	parent := "00-" + caller + "-b7ad6b7169203331-01"
	made := s.post("/v1/teams", m{"name": "Support"}, with("traceparent", parent))
	s.post("/v1/teams/"+made.created()+"/services/refunds/disable", nil, with("traceparent", parent))
	if made.header.Get("traceparent") != parent {
		t.Errorf("echoed %q", made.header.Get("traceparent"))
	}
	named := map[string]sdktrace.ReadOnlySpan{}
	for _, span := range spans.Ended() {
		if span.SpanContext().TraceID().String() == caller {
			named[span.Name()] = span
		}
	}
	request, command := named["POST /v1/teams"], named["create-team"]
	if request == nil || command == nil || named["POST /v1/teams/{id}/services/{service}/disable"] == nil {
		t.Fatalf("spans %v", named)
	}
	if request.Parent().SpanID().String() != "b7ad6b7169203331" || command.Parent().SpanID() != request.SpanContext().SpanID() {
		t.Errorf("request below %s, command below %s", request.Parent().SpanID(), command.Parent().SpanID())
	}
	event := s.get("/v1/audit/events?type=team-created", since(made))
	event.shows(map[string]string{"items.0.metadata.traceparent": "00-" + caller + "-" + request.SpanContext().SpanID().String() + "-01"})
}

// Without a tracer events keep the caller's own place in a trace.
func TestTracesAreOffByDefault(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	made := s.post("/v1/teams", m{"name": "Support"}, with("traceparent", parent))
	s.get("/v1/audit/events?type=team-created", since(made)).shows(map[string]string{"items.0.metadata.traceparent": parent})
}

// Commands are counted by name and outcome, and nothing else of them.
func TestMetricsOfCommands(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"name": "A secret name"}, key("k"))
	s.post("/v1/teams", m{"name": "A secret name"}, key("k"))
	s.send(http.MethodPost, "/v1/teams", m{"name": ""}).refused(422, "required")
	text := string(s.get("/metrics").body)
	for _, want := range []string{
		`aftersales_command_seconds_count{command="create-team",outcome="done"} 1`,
		`aftersales_command_seconds_count{command="create-team",outcome="replayed"} 1`,
		`aftersales_command_seconds_count{command="create-team",outcome="required"} 1`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "secret") {
		t.Error("metrics tell what commands say")
	}
}

// logLines keeps log lines.
type logLines struct {
	lock sync.Mutex
	text bytes.Buffer
}

// Write keeps them.
func (l *logLines) Write(b []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.Write(b)
}

// TestLogLines (C17): whatever callers send, each line of the log is one JSON
// object, and no line holds a secret or what a person wrote.
func TestLogLines(t *testing.T) {
	t.Parallel()
	log := &logLines{}
	s := newService(t, func(s *service) { s.logs = log })
	s.furnish()
	issued := s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}})
	coupon := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+coupon.created(), since(coupon)).text("code")
	if code == "" {
		t.Fatal("no code")
	}
	canaries := []string{"canary-title", "canary@mail.example", "canary-note", issued.text("token"), adminToken, code}
	for _, evil := range []string{"\r\nlevel=ERROR msg=forged", "\x1b[31mred", "\u202eevil", "a\u2028b", "\t{\"level\":\"ERROR\"}"} {
		s.send(http.MethodPost, "/v1/tickets", m{"title": "canary-title" + evil, "team": id("team")})
		s.send(http.MethodPost, on("ticket", "notes"), m{"body": "canary-note" + evil})
		s.send(http.MethodPost, "/v1/customers", m{"name": evil, "email": "canary@mail.example"})
		s.send(http.MethodPost, "/v1/coupons/check", m{"code": code + evil})
		s.send(http.MethodGet, "/v1/tickets?number="+strings.NewReplacer("\r", "%0d", "\n", "%0a", " ", "%20", "\x1b", "%1b", "\t", "%09").Replace(evil), nil)
		s.send(http.MethodGet, "/v1/tickets/canary-title", nil, as(issued.text("token")+"x"))
	}
	s.stop()
	s.stop = func() {}
	log.lock.Lock()
	defer log.lock.Unlock()
	lines := bufio.NewScanner(io.Reader(&log.text))
	n := 0
	for lines.Scan() {
		n++
		if line := lines.Bytes(); !json.Valid(line) || line[0] != '{' {
			t.Errorf("no JSON object: %q", line)
		}
		for _, canary := range canaries {
			if strings.Contains(lines.Text(), canary) {
				t.Errorf("%q is in the log: %s", canary, lines.Text())
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d lines", n)
	}
}
