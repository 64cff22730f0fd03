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
	s := newService(t)
	s.furnish()
	path := "/v1/invoices/" + id("invoice").String()
	first := s.get(path)
	etag := first.header.Get("ETag")
	if a := s.send(http.MethodGet, path, nil, with("If-None-Match", etag)); a.status != http.StatusNotModified || len(a.body) > 0 || a.header.Get("ETag") != etag {
		t.Errorf("unchanged: %d %s", a.status, a.body)
	}
	payment := m{"amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"}
	paid := s.post(path+"/payments", payment, with("If-Match", etag))
	s.send(http.MethodPost, path+"/payments", payment, with("If-Match", etag)).refused(412, "stale_version")
	now := s.get(path, since(paid), with("If-None-Match", etag)) // 200: it has changed
	if now.header.Get("ETag") == etag {
		t.Error("a payment left the revision as it was")
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
