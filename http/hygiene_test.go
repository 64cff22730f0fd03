package http_test

import (
	"net/http"
	"sync"
	"testing"
)

// TestETag (D4): a reader who has the document is told so; of many who change
// the same revision one wins.
func TestETag(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := "/v1/invoices/" + id("invoice").String()
	first := s.get(path)
	etag := first.header.Get("ETag")
	if a := s.send(http.MethodGet, path, nil, with("If-None-Match", etag)); a.status != http.StatusNotModified || len(a.body) > 0 || a.header.Get("ETag") != etag {
		t.Errorf("unchanged: %d %s", a.status, a.body)
	}
	for _, known := range []string{"*", "W/" + etag, `"x", ` + etag, `"99",W/` + etag + `, "x"`} {
		if a := s.send(http.MethodGet, path, nil, with("If-None-Match", known)); a.status != http.StatusNotModified {
			t.Errorf("unchanged since %s: %d", known, a.status)
		}
	}
	s.get(path, with("If-None-Match", `"99", W/"98"`))
	// What a ticket's page shows changes without the ticket.
	page := s.get("/v1/tickets/" + id("ticket").String())
	s.get("/v1/tickets/"+id("ticket").String(), with("If-None-Match", page.header.Get("ETag")))

	payment := m{"amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"}
	paid := s.post(path+"/payments", payment, with("If-Match", etag))
	s.send(http.MethodPost, path+"/payments", payment, with("If-Match", etag)).refused(412, "stale_version")
	now := s.get(path, since(paid), with("If-None-Match", etag)) // 200: it has changed
	if now.header.Get("ETag") == etag {
		t.Error("a payment left the revision as it was")
	}

	// A command by code speaks of the coupon; what is not there yet has no revision.
	given := s.post(on("ticket", "coupons"), m{"program": id("program")})
	coupon := s.get("/v1/coupons/"+given.created(), since(given))
	code := m{"code": coupon.text("code"), "order": "cart", "customer": id("customer")}
	for _, command := range []string{"check", "reserve"} {
		s.send(http.MethodPost, "/v1/coupons/"+command, code, with("If-Match", `"99"`)).refused(412, "stale_version")
		s.post("/v1/coupons/"+command, code, with("If-Match", coupon.header.Get("ETag")))
	}
	for path, body := range map[string]m{
		"/v1/teams": {"name": "Two"}, "/v1/tickets": {"title": "Two", "team": id("team")},
		"/v1/portal-links": {"kind": "ticket", "document": id("ticket")},
	} {
		s.send(http.MethodPost, path, body, with("If-Match", `"0"`)).refused(412, "stale_version")
	}

	made := s.post(on("ticket", "repairs"), nil)
	repair := "/v1/repairs/" + made.created()
	revision := s.get(repair, since(made)).header.Get("ETag")
	parts := m{"parts": []any{m{"kind": "add", "product": id("product"), "quantity": "1"}}}
	s.send(http.MethodPost, repair+"/parts", parts).refused(428, "precondition_required")
	var wg sync.WaitGroup
	answers := make([]answer, 64)
	for i := range answers {
		r := must(s.request(http.MethodPost, repair+"/parts", parts, with("If-Match", revision)))(t)
		wg.Go(func() { answers[i] = s.exchange(r) })
	}
	wg.Wait()
	won := 0
	for _, a := range answers {
		if a.status == http.StatusOK {
			won++
		} else {
			a.refused(412, "stale_version")
		}
	}
	if won != 1 {
		t.Errorf("%d of 64 changed one revision", won)
	}
}

// TestHTTP (D18): methods that a path does not take, and HEAD.
func TestHTTP(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for path, want := range map[string]string{"/v1/tickets": "GET, HEAD, POST", "/v1/bulk": "POST", "/healthz": "GET, HEAD"} {
		a := s.send(http.MethodDelete, path, nil)
		if a.refused(405, "method_not_allowed"); a.header.Get("Allow") != want {
			t.Errorf("%s allows %q, want %q", path, a.header.Get("Allow"), want)
		}
	}
	if a := s.send(http.MethodHead, "/v1/teams", nil); a.status != 200 || len(a.body) != 0 || a.header.Get("Position") == "" {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
	s.send(http.MethodHead, "/v1/teams", nil, without("Authorization"))
}
