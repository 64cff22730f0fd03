package http_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"aftersales/projections/tickets"
)

// A problem says what is wrong in the caller's language, with a code that never
// changes, and is traceable.
func TestProblems(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	ask := func(options ...option) answer {
		return s.send(http.MethodPost, on("ticket", "returns"), giveBack("delivery", "4"), append(options, with("X-Request-Id", "request-1"))...)
	}
	a := ask()
	a.shows(map[string]string{
		"type": "urn:aftersales:problem:return_exceeds_delivered", "title": "Conflict", "status": "409", "code": "return_exceeds_delivered",
		"detail": "Only 3 of 3 can still be returned.", "params.rest": "3", "request_id": "request-1",
	})
	if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("X-Request-Id") != "request-1" {
		t.Errorf("headers %v", a.header)
	}
	const persian = "از 3 تنها 3 قابل برگشت است."
	for accepted, want := range map[string]string{
		"fa": persian, "fa-IR,en;q=0.5": persian, "de, fa;q=0.8": persian,
		"en-GB, fa": "Only 3 of 3 can still be returned.", "de": "Only 3 of 3 can still be returned.", "*": "Only 3 of 3 can still be returned.",
		"en;q=0.2, fa;q=0.9": persian, "fa;q=0": "Only 3 of 3 can still be returned.",
	} {
		ask(with("Accept-Language", accepted)).shows(map[string]string{"detail": want, "code": "return_exceeds_delivered"})
	}
	// All errors of a stage at once, in the language.
	many := s.send(http.MethodPost, on("ticket", "refunds"), m{"mode": "reverse"}, with("Accept-Language", "fa"))
	many.shows(map[string]string{
		"status": "422", "code": "invoice_required", "errors.0.field": "invoices", "errors.1.field": "reversal_date", "errors.1.code": "reversal_date_required",
		"errors.1.message": "تاریخ برگشت را انتخاب کنید.",
	})
	warned := s.post(on("ticket", "refunds"), but(refund("invoice", "reverse"), "reversal_date", "2026-01-01"), with("Accept-Language", "fa"))
	warned.shows(map[string]string{"warnings.0.code": "reversal_before_invoice", "warnings.0.message": "تاریخ برگشت پیش از تاریخ فاکتور است."})
}

// but is the body with one field changed.
func but(body m, field string, value any) m {
	changed := m{field: value}
	for k, v := range body {
		if k != field {
			changed[k] = v
		}
	}
	return changed
}

// Tracing headers are echoed and stand in the metadata of every event.
func TestTracing(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	a := s.post(on("ticket", "assign"), m{"assignee": "agent-1"}, with("X-Request-Id", "request-1"), with("traceparent", parent), key("k"))
	if a.header.Get("X-Request-Id") != "request-1" || a.header.Get("Traceparent") != parent {
		t.Errorf("headers %v", a.header)
	}
	s.get("/v1/audit/events?type=ticket-assigned", since(a)).shows(map[string]string{
		"items.0.metadata.request_id": "request-1", "items.0.metadata.traceparent": parent, "items.0.metadata.key": "k",
		"items.0.metadata.command": "assign-ticket", "items.0.actor.id": "admin", "items.0.ticket": id("ticket").String(),
	})
	for _, bad := range []string{"a b", strings.Repeat("x", 300)} {
		if got := s.get("/healthz", with("X-Request-Id", bad)).header.Get("X-Request-Id"); got == "" || got == bad {
			t.Errorf("%q was echoed as %q", bad, got)
		}
	}
}

// Secrets do not leave through the audit.
func TestTheAuditHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+made.created(), since(made)).text("code")
	token := s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}})
	for _, path := range []string{"/v1/audit/events?limit=200", "/v1/audit/streams/coupon-" + made.created(), "/v1/audit/streams/" + token.text("documents.0.stream")} {
		body := string(s.get(path, since(token)).body)
		if strings.Contains(body, code) || strings.Contains(body, token.text("token")) || !strings.Contains(body, "[redacted]") {
			t.Errorf("%s: %s", path, body)
		}
	}
}

// The service says how it is.
func TestHealth(t *testing.T) {
	t.Parallel()
	s := newService(t)
	last := s.furnish()
	open := without("Authorization")
	s.get("/healthz", open).shows(map[string]string{"status": "alive"})
	s.get("/readyz", open).shows(map[string]string{"status": "ready", "event_store": "ready", "projections.0.name": "tickets", "projections.3.state": "running"})
	described := s.get("/openapi.yaml", open)
	if described.header.Get("Content-Type") != "application/yaml" || !strings.HasPrefix(string(described.body), "openapi: 3.1.0\n") {
		t.Errorf("%v", described.header)
	}
	s.get("/v1/tickets", since(last))
	metrics := string(s.get("/metrics").body)
	for _, want := range []string{
		`aftersales_http_request_seconds_count{method="POST",route="/v1/tickets",status="201"} 1`,
		`aftersales_projection_running{projection="tickets"} 1`, `aftersales_projection_lag_seconds{projection="timeline"}`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(metrics, id("ticket").String()) {
		t.Error("metrics hold ids")
	}
	projections := s.get("/v1/projections")
	projections.shows(map[string]string{"items.0.name": "tickets", "items.0.state": "running", "items.3.name": "portal", "items.0.version": strconv.Itoa(tickets.Projection.Version)})

	s.env.StopNode(t)
	s.send(http.MethodGet, "/readyz", nil, open).shows(map[string]string{"status": "not_ready", "event_store": "unavailable"})
	s.get("/healthz", open)
	refused := s.send(http.MethodPost, on("ticket", "close"), nil, key("k"))
	refused.refused(http.StatusServiceUnavailable, "unavailable")
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.env.StartNode(t)
	s.post(on("ticket", "close"), nil, key("k")).shows(map[string]string{"documents.0.state": "closed"})
}
