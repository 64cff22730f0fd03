package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// bad is a request that is refused, with the documented status and code.
type bad struct {
	name    string
	path    string
	body    any
	status  int
	code    string
	field   string // of the first field error, "" for any
	options []option
}

// allRefused sends each and checks that not one event was written.
func (s *service) allRefused(t *testing.T, table []bad) {
	t.Helper()
	unchanged := s.unchanged(t)
	for _, b := range table {
		t.Run(b.name, func(t *testing.T) {
			a := s.send(http.MethodPost, b.path, b.body, b.options...)
			a.t = t
			a.refused(b.status, b.code)
			if b.field != "" && a.text("errors.0.field") != b.field {
				t.Errorf("field %q, want %q", a.text("errors.0.field"), b.field)
			}
			if strings.Contains(a.text("detail"), "{") {
				t.Errorf("a value is missing in %q", a.text("detail"))
			}
		})
	}
	unchanged()
}

// What is no request of ours is refused before it is understood.
func TestMalformedRequestsWriteNothing(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	tickets, refunds := "/v1/tickets", on("ticket", "refunds")
	malformed := func(name, path, body string) bad {
		return bad{name: name, path: path, body: body, status: http.StatusBadRequest, code: "malformed"}
	}
	open := `"team":"` + id("team").String() + `","title":`
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	s.allRefused(t, []bad{
		malformed("no JSON", tickets, `title=Broken`),
		malformed("cut off", tickets, `{"title":"Broken"`),
		malformed("an array", tickets, `[]`),
		malformed("null", tickets, `null`),
		malformed("two values", tickets, `{`+open+`"a"}{}`),
		malformed("an unknown field", tickets, `{`+open+`"a","colour":"red"}`),
		malformed("a field in upper case", tickets, `{`+open+`"a","Priority":"high"}`),
		malformed("a field twice", tickets, `{`+open+`"a","title":"b"}`),
		malformed("a number for a text", tickets, `{`+open+`1}`),
		malformed("an object for a text", tickets, `{`+open+`{}}`),
		{name: "the field is named", path: tickets, body: `{` + open + `1}`, status: http.StatusBadRequest, code: "malformed", field: "title"},
		{name: "a nested field is named", path: refunds, body: `{"lines":{}}`, status: http.StatusBadRequest, code: "malformed", field: "lines"},
		malformed("a text that Postgres cannot keep", tickets, `{`+open+`"a\u0000b"}`),
		malformed("bytes that are not UTF-8", tickets, "{"+open+"\"a\xff\"}"),
		malformed("no id", tickets, `{"title":"a","team":"support"}`),
		malformed("nested too deep", tickets, deep),
		malformed("money as a number", "/v1/invoices/"+id("invoice").String()+"/payments", `{"amount":36.00,"paid_on":"2026-03-01"}`),
		malformed("an amount as a number", "/v1/invoices/"+id("invoice").String()+"/payments", `{"amount":{"amount":36.00,"currency":"EUR"},"paid_on":"2026-03-01"}`),
		malformed("more digits than the currency has", "/v1/invoices/"+id("invoice").String()+"/payments", `{"amount":{"amount":"36.001","currency":"EUR"},"paid_on":"2026-03-01"}`),
		malformed("an unknown currency", "/v1/invoices/"+id("invoice").String()+"/payments", `{"amount":{"amount":"36.00","currency":"XXX"},"paid_on":"2026-03-01"}`),
		malformed("a quantity as a number", refunds, `{"lines":[{"invoice_line":"`+id("invoice line").String()+`","quantity":1}]}`),
		malformed("a quantity in words", refunds, `{"lines":[{"invoice_line":"`+id("invoice line").String()+`","quantity":"one"}]}`),
		malformed("a date that is none", refunds, `{"reversal_date":"2026-02-30"}`),
		malformed("a boolean as a text", "/v1/invoices", `{"post":"yes"}`),
		{name: "no key", path: tickets, body: m{}, status: http.StatusBadRequest, code: "idempotency_key_required", options: []option{without("Idempotency-Key")}},
		{name: "a key with a space", path: tickets, body: m{}, status: http.StatusBadRequest, code: "idempotency_key_required", options: []option{key("a b")}},
		{name: "a key too long", path: tickets, body: m{}, status: http.StatusBadRequest, code: "idempotency_key_required", options: []option{key(strings.Repeat("k", 256))}},
		{name: "a form", path: tickets, body: "title=a", status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", options: []option{with("Content-Type", "application/x-www-form-urlencoded")}},
		{name: "no media type", path: tickets, body: "{}", status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", options: []option{without("Content-Type")}},
		{name: "over 1 MiB", path: tickets, body: `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, status: http.StatusRequestEntityTooLarge, code: "too_large"},
		{name: "a dry run or not", path: tickets + "?dry_run=perhaps", body: m{}, status: http.StatusBadRequest, code: "invalid_parameter"},
		{name: "a dry run without a value", path: tickets + "?dry_run", body: m{}, status: http.StatusBadRequest, code: "invalid_parameter"},
		{name: "an escape that is none", path: tickets + "?dry_run=%zz", body: m{}, status: http.StatusBadRequest, code: "invalid_parameter"},
		{name: "no path of ours", path: "/v1/nothing", body: m{}, status: http.StatusNotFound, code: "not_found"},
		{name: "a service of no team", path: "/v1/teams/" + id("team").String() + "/services/lunch/enable", body: m{}, status: http.StatusNotFound, code: "not_found"},
		{name: "an unknown ticket", path: on("nowhere", "refunds"), body: m{}, status: http.StatusNotFound, code: "ticket_not_found"},
		{name: "no id in the path", path: "/v1/tickets/T00001/refunds", body: m{}, status: http.StatusNotFound, code: "not_found"},
		{name: "an unknown invoice", path: "/v1/invoices/" + id("nowhere").String() + "/post", status: http.StatusNotFound, code: "invoice_not_found"},
		{name: "an unknown credit note", path: "/v1/credit-notes/" + id("nowhere").String() + "/post", status: http.StatusNotFound, code: "credit_note_not_found"},
		{name: "an unknown return", path: "/v1/returns/" + id("nowhere").String() + "/receive", status: http.StatusNotFound, code: "return_not_found"},
		{name: "an unknown coupon", path: "/v1/coupons/" + id("nowhere").String() + "/revoke", body: m{"reason": "x"}, status: http.StatusNotFound, code: "coupon_not_found"},
		{name: "an unknown code", path: "/v1/coupons/redeem", body: m{"code": "0000-0000-0000-0000", "order": "W1"}, status: http.StatusConflict, code: "coupon_invalid"},
		{name: "an unknown team", path: "/v1/teams/" + id("nowhere").String() + "/services/refunds/enable", body: m{}, status: http.StatusNotFound, code: "team_not_found"},
		{name: "an unknown product", path: "/v1/products/" + id("nowhere").String() + "/lots", body: m{"name": "x"}, status: http.StatusNotFound, code: "product_not_found"},
		{name: "an unknown token", path: "/v1/access-tokens/" + id("nowhere").String() + "/revoke", status: http.StatusNotFound, code: "access_token_not_found"},
	})
	s.send(http.MethodPut, tickets, nil).refused(http.StatusMethodNotAllowed, "method_not_allowed")
	s.get("/v1/projections").shows(map[string]string{"items.0.state": "running", "items.0.error": ""})
}

// Who may not, cannot.
func TestAccessIsRefused(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	agent := s.token("agent-1", []string{"agent"}, nil)
	other := s.token("agent-2", []string{"agent"}, m{"teams": []any{s.post("/v1/teams", m{"name": "Other"}).created()}})
	customer := s.portalOf("customer")
	expired := s.token("agent-3", []string{"agent"}, m{"expires_at": "2026-03-01T12:00:01Z"})
	s.clock.Add(2000)
	issued := s.post("/v1/access-tokens", m{"actor": "agent-4", "roles": []string{"lead"}})
	revoked := issued.text("token")
	s.get("/v1/tickets", as(revoked))
	s.post("/v1/access-tokens/"+issued.text("id")+"/revoke", nil)

	refunds, post := on("ticket", "refunds"), "/v1/credit-notes/"+draft.created()+"/post"
	body := refund("invoice", "reverse_and_create_invoice")
	refused := func(name, path string, status int, code string, o ...option) bad {
		return bad{name: name, path: path, body: body, status: status, code: code, options: o}
	}
	bare := func(b bad) bad { b.body = nil; return b }
	s.allRefused(t, []bad{
		refused("no token", refunds, http.StatusUnauthorized, "unauthenticated", without("Authorization")),
		refused("another scheme", refunds, http.StatusUnauthorized, "unauthenticated", with("Authorization", "Basic "+adminToken)),
		refused("a wrong token", refunds, http.StatusUnauthorized, "unauthenticated", as("wrong")),
		refused("a forged token", refunds, http.StatusUnauthorized, "unauthenticated", as(agent[:len(agent)-4]+"AAAA")),
		refused("a revoked token", refunds, http.StatusUnauthorized, "unauthenticated", as(revoked)),
		refused("an expired token", refunds, http.StatusUnauthorized, "unauthenticated", as(expired)),
		refused("an agent who posts", refunds, http.StatusForbidden, "posting_forbidden", as(agent)),
		bare(refused("an agent who posts a draft", post, http.StatusForbidden, "forbidden", as(agent))),
		refused("an agent of another team", refunds, http.StatusNotFound, "ticket_not_found", as(other)),
		{name: "an agent who makes a team", path: "/v1/teams", body: m{"name": "Mine"}, status: http.StatusForbidden, code: "forbidden", options: []option{as(agent)}},
		{name: "an agent who makes a token", path: "/v1/access-tokens", body: m{"actor": "me", "roles": []string{"admin"}}, status: http.StatusForbidden, code: "forbidden", options: []option{as(agent)}},
		// To a customer these do not exist, and unknown ones look the same.
		refused("a customer on a ticket", refunds, http.StatusNotFound, "ticket_not_found", as(customer)),
		refused("a customer on no ticket", on("nowhere", "refunds"), http.StatusNotFound, "ticket_not_found", as(customer)),
		bare(refused("a customer on a credit note", post, http.StatusNotFound, "not_found", as(customer))),
		bare(refused("a customer on no credit note", "/v1/credit-notes/"+id("nowhere").String()+"/post", http.StatusNotFound, "not_found", as(customer))),
	})
	for _, path := range []string{"/v1/tickets", "/v1/invoices", "/v1/tickets/" + id("ticket").String(), on("ticket", "timeline"), "/v1/projections", "/metrics", "/v1/audit/events"} {
		s.send(http.MethodGet, path, nil, as(customer)).refused(http.StatusNotFound, "not_found")
		s.send(http.MethodGet, path, nil, without("Authorization")).refused(http.StatusUnauthorized, "unauthenticated")
	}
	s.send(http.MethodGet, "/v1/audit/events", nil, as(agent)).refused(http.StatusForbidden, "forbidden")
	s.get("/v1/audit/events", as(s.token("reviewer", []string{"reviewer"}, nil)))
	if a := s.send(http.MethodGet, "/v1/tickets", nil, without("Authorization")); a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("headers %v", a.header)
	}
	// The right people can.
	s.post(post, nil, as(s.token("billing-1", []string{"billing"}, nil)))
}
