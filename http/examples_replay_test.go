package http_test

import (
	"net/http"
	"testing"

	"aftersales/eventstore/eventstoretest"
)

// Example 24: a ticket without documents changes hands, and the former customer
// loses sight of it at once.
func TestExample24ThePortalAfterAChangeOfCustomer(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine, theirs := s.portalOf("customer"), s.portalOf("other customer")
	path := "/v1/portal/tickets/" + id("bare").String()
	opened := s.ticket("bare", m{"customer": id("customer")})
	s.get(path, as(mine), since(opened))
	s.send(http.MethodGet, path, nil, as(theirs), since(opened)).refused(http.StatusNotFound, "not_found")

	moved := s.post(on("bare", "details"), m{"customer": id("other customer")})
	s.send(http.MethodGet, path, nil, as(mine), since(moved)).refused(http.StatusNotFound, "not_found")
	s.get("/v1/portal/tickets", as(mine), since(moved)).shows(map[string]string{"items.0.id": id("ticket").String(), "items.1": ""})
	s.get(path, as(theirs), since(moved))
	s.page("bare", moved).shows(map[string]string{
		"customer": id("other customer").String(), "followers.0.contact": id("other customer").String(), "followers.1": "",
	})
	s.post(on("bare", "coupons"), m{"program": id("program")})
	s.send(http.MethodPost, on("bare", "details"), m{"customer": id("customer")}).
		refused(http.StatusConflict, "customer_locked")
}

// Example 25: without any read model, the log alone gives all of them back:
// counters, residuals, rests and coupon states are the same to the byte.
func TestExample25Replay(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "2", true)
	s.post("/v1/invoices/"+id("second").String()+"/payments", m{"amount": m{"amount": "10.00", "currency": "EUR"}, "paid_on": "2026-03-01"})
	note := s.post(on("ticket", "refunds"), refund("second", "reverse"))
	s.post("/v1/credit-notes/"+note.created()+"/post", nil)
	s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	dated := s.post(on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-03-02"})
	held := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+held.created(), since(held)).text("code")
	s.post("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")})
	back := s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	s.post(on("ticket", "repairs"), m{"under_warranty": true})
	s.post(on("ticket", "interventions"), nil)
	last := s.pass(2 * oneDay)

	paths := []string{
		"/v1/tickets/" + id("ticket").String(), "/v1/tickets", on("ticket", "documents"), on("ticket", "timeline?limit=200"),
		"/v1/invoices", "/v1/credit-notes", "/v1/deliveries", "/v1/returns/" + back.created(), "/v1/coupons",
		"/v1/coupons/" + dated.created(), "/v1/coupons/" + held.created(), "/v1/repairs", "/v1/tasks", "/v1/teams",
	}
	read := func() map[string]string {
		t.Helper()
		shown := map[string]string{}
		for _, path := range paths {
			shown[path] = string(s.get(path, since(last)).body)
		}
		return shown
	}
	same := func(before, after map[string]string, what string) {
		t.Helper()
		for path, body := range before {
			if after[path] != body {
				t.Errorf("%s %s: %s\nbefore: %s", path, what, after[path], body)
			}
		}
	}
	before := read()
	s.page("ticket", last).shows(counts("2", "2", "1", "1", "1"))
	s.get("/v1/invoices/"+id("second").String(), since(last)).shows(map[string]string{"residual": "0.00", "payment_state": "paid"})
	s.rest(id("delivery").String(), last, "1")
	s.get("/v1/coupons/"+dated.created(), since(last)).shows(map[string]string{"state": "expired"})
	s.get("/v1/coupons/"+held.created(), since(last)).shows(map[string]string{"state": "reserved"})

	ctx := eventstoretest.Context(t)
	names := []string{"tickets", "documents", "timeline", "portal", "due", "candidates"}
	for _, name := range names {
		if found, err := s.projections.Verify(ctx, name); err != nil || len(found) > 0 {
			t.Errorf("verify %s: %+v, %v", name, found, err)
		}
		if err := s.projections.Rebuild(ctx, name); err != nil {
			t.Errorf("rebuild %s: %v", name, err)
		}
	}
	same(before, read(), "rebuilt")
	check := s.unchanged(t)
	for _, schema := range append(names, "projections") {
		if _, err := s.projections.Pool().Exec(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Fatal(err)
		}
	}
	s.restart()
	same(before, read(), "made anew")
	s.settled()
	check()
}
