package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// What was made from a ticket, as the customer may see it, and no more
// (domain.md 4).
func TestThePortalShowsACustomerTheirOwn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("contact"), "name": "Contact of A", "parent": id("customer")})
	s.post(on("ticket", "messages"), m{"body": "We look into it"})
	s.post(on("ticket", "notes"), m{"body": "Difficult customer"})
	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	coupon := s.post(on("ticket", "coupons"), m{"program": id("program"), "deliver": "share_link"})
	back := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	repaired := s.post(on("ticket", "repairs"), m{
		"submit": "confirm_and_quote", "override": true, "notes": "Cheap parts", "parts": []m{{"kind": "add", "product": id("product"), "unit_price": "4.00"}},
	})
	visit := s.post(on("ticket", "interventions"), nil)
	mine, contact, theirs := s.portalOf("customer"), s.portalOf("contact"), s.portalOf("other customer")
	last := s.post(on("ticket", "assign"), m{"assignee": "agent-1"})
	read := func(path string, token string) answer {
		s.t.Helper()
		return s.get("/v1/portal/"+path, as(token), since(last))
	}

	if notes := read("credit-notes", mine).list("items"); len(notes) != 0 {
		t.Errorf("a draft credit note is shown: %v", notes)
	}
	last = s.post("/v1/credit-notes/"+draft.created()+"/post", nil)
	for _, token := range []string{mine, contact} {
		read("tickets", token).shows(map[string]string{"items.0.number": "T00001", "items.0.state": "open", "items.1": ""})
		page := read("tickets/"+id("ticket").String(), token)
		page.shows(map[string]string{"title": "Broken lamp", "messages.0.body": "We look into it", "messages.1": "", "assignee": "agent-1"})
		if len(page.list("documents")) != 5 {
			t.Errorf("documents %v", page.list("documents"))
		}
		for _, secret := range []string{"Difficult", "Cheap parts", "4.00", "followers", "smart_buttons", `"quote":{`, "reinvoice"} {
			if strings.Contains(string(page.body), secret) {
				t.Errorf("the customer sees %q in %s", secret, page.body)
			}
		}
		read("credit-notes", token).shows(map[string]string{"items.0.id": draft.created(), "items.0.number": "RINV/2026/00001", "items.0.total": "-36.00", "items.0.lines.0.total": "-36.00"})
		// Decision 25: what only a credit note settled reads as reversed, not as paid.
		read("invoices", token).shows(map[string]string{"items.0.id": id("invoice").String(), "items.0.payment_state": "reversed", "items.0.residual": "0.00", "items.0.credit_notes": "", "items.1": ""})
		read("tasks", token).shows(map[string]string{"items.0.id": visit.created(), "items.1": ""}) // F-02
		read("tickets?state=open", token).shows(map[string]string{"items.0.number": "T00001"})
		read("tickets?state=closed", token).shows(map[string]string{"items.0": ""})
		given := read("coupons", token)
		given.shows(map[string]string{"items.0.id": coupon.created()})
		s.open(strings.TrimPrefix(given.text("items.0.share_link"), "https://help.example/coupon/")).leads("/shop", given.text("items.0.code"))
		read("returns", token).shows(map[string]string{"items.0.id": back.created(), "items.0.state": "ready", "items.0.return_location": ""})
		read("repairs", token).shows(map[string]string{"items.0.id": repaired.created(), "items.0.notes": "", "items.0.parts": "", "items.0.quote": ""})
		read("tasks/"+visit.created(), token).shows(map[string]string{"title": "Broken lamp", "state": "new"})
	}
	for _, path := range []string{"tickets/" + id("ticket").String(), "tasks/" + visit.created()} {
		if read(path, mine).header.Get("ETag") == "" {
			t.Errorf("%s has no ETag", path)
		}
		for _, past := range []string{"?at_revision=0", "?as_of=2026-03-01T00:00:00Z"} { // the portal shows the present
			s.send(http.MethodGet, "/v1/portal/"+path+past, nil, as(mine)).refused(400, "invalid_parameter")
		}
	}
	for _, list := range []string{"tickets", "tasks", "invoices", "credit-notes", "coupons", "returns", "repairs"} {
		if items := read(list, theirs).list("items"); len(items) != 0 {
			t.Errorf("customer B sees %s of customer A: %v", list, items)
		}
		s.send(http.MethodGet, "/v1/portal/"+list, nil).refused(http.StatusForbidden, "forbidden")
		s.send(http.MethodGet, "/v1/portal/"+list, nil, without("Authorization")).refused(http.StatusUnauthorized, "unauthenticated")
	}
	s.send(http.MethodGet, "/v1/portal/tickets/"+id("ticket").String(), nil, as(theirs)).refused(http.StatusNotFound, "not_found")
	s.send(http.MethodGet, "/v1/portal/tickets/"+id("nowhere").String(), nil, as(theirs)).refused(http.StatusNotFound, "not_found")
	s.send(http.MethodGet, "/v1/portal/tasks/"+visit.created(), nil, as(theirs)).refused(http.StatusNotFound, "not_found")
}

// A task of a project that the portal does not show is not there.
func TestF02ThePortalHidesProjects(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/projects", m{"id": id("hidden"), "name": "Hidden", "field_service": true})
	visit := s.post(on("ticket", "interventions"), m{"project": id("hidden")})
	s.send(http.MethodGet, "/v1/portal/tasks/"+visit.created(), nil, as(s.portalOf("customer")), since(visit)).refused(http.StatusNotFound, "not_found")
}
