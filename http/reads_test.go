package http_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Past states are folded from the log up to a revision or a time.
func TestPastStates(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := "/v1/invoices/" + id("invoice").String()
	before := s.get(path, since(s.post(on("ticket", "notes"), m{"body": "Now"})))
	done := s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	now := s.get(path, since(done))
	now.shows(map[string]string{"payment_state": "reversed", "historical": ""})

	query := func(name, value string) string { return path + "?" + name + "=" + url.QueryEscape(value) }
	for _, q := range []string{query("at_revision", before.text("revision")), query("as_of", before.text("updated_at"))} {
		past := s.get(q, since(done))
		past.shows(map[string]string{"payment_state": "not_paid", "residual": "36.00", "historical": "true", "number": "INV/2026/00001"})
		if past.header.Get("ETag") != before.header.Get("ETag") {
			t.Errorf("%s: ETag %s, want %s", past.what, past.header.Get("ETag"), before.header.Get("ETag"))
		}
	}
	s.get(query("at_revision", "0")).shows(map[string]string{"state": "draft", "number": ""})
	s.get(query("at_revision", "99999")).shows(map[string]string{"payment_state": "reversed", "historical": "true"})
	s.get(query("as_of", "2026-12-01T00:00:00+02:00")).shows(map[string]string{"payment_state": "reversed"})
	s.send(http.MethodGet, query("as_of", "2020-01-01T00:00:00Z"), nil).refused(http.StatusNotFound, "invoice_not_found")
	s.send(http.MethodGet, query("as_of", "yesterday"), nil).refused(http.StatusBadRequest, "invalid_parameter")
	s.send(http.MethodGet, query("at_revision", "-1"), nil).refused(http.StatusBadRequest, "invalid_parameter")

	// A past ticket has no actions: they tell what can be done now.
	s.get("/v1/tickets/"+id("ticket").String()+"?at_revision=0", since(done)).
		shows(map[string]string{"historical": "true", "title": "Broken lamp", "number": "", "smart_buttons.credit_notes": "0", "actions": ""})
	s.get("/v1/audit/streams/" + done.text("documents.0.stream") + "?at_revision=0").
		shows(map[string]string{"revision": "0", "events.0.type": "invoice-drafted", "events.1": "", "state.0.state": "draft"})
}

// names are the values of a field over all pages of a list.
func (s *service) names(path, field string, between func(page int)) []string {
	s.t.Helper()
	var all []string
	cursor := ""
	for page := 0; ; page++ {
		a := s.get(path + cursor)
		for _, item := range a.list("items") {
			all = append(all, fmt.Sprint(item.(m)[field]))
		}
		if a.at("next_cursor") == nil {
			return all
		}
		cursor = "&cursor=" + url.QueryEscape(a.text("next_cursor"))
		between(page)
	}
}

// Pages neither skip nor repeat what was there, whatever is written between.
func TestListsAreStableUnderWrites(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	var want []string
	var last answer
	for i := range 7 {
		last = s.post("/v1/teams", m{"name": fmt.Sprintf("Team %d", i), "id": id(fmt.Sprint("team", i))})
		want = append(want, fmt.Sprintf("Team %d", i))
	}
	s.get("/v1/teams", since(last))
	got := s.names("/v1/teams?limit=2", "name", func(page int) {
		// Older ones change, newer ones come.
		s.post("/v1/teams/"+id("team0").String()+"/field-service-project", m{"project": id("project")})
		if page < 2 {
			last := s.post("/v1/teams", m{"name": fmt.Sprintf("Late %d", page)})
			s.get("/v1/teams", since(last))
		}
	})
	if diff := cmp.Diff(append(append([]string{"Support"}, want...), "Late 0", "Late 1"), got); diff != "" {
		t.Errorf("teams (-want +got):\n%s", diff)
	}
	types := s.names(on("ticket", "timeline?limit=1"), "type", func(int) {})
	if diff := cmp.Diff(s.timeline("ticket", last), types); diff != "" || len(types) < 2 {
		t.Errorf("timeline (-whole +pages):\n%s", diff)
	}
	for _, path := range []string{"/v1/teams", "/v1/tickets", on("ticket", "documents"), on("ticket", "timeline"), "/v1/audit/events"} {
		for _, query := range []string{"cursor=x", "cursor=0000000000000000nothing"} {
			s.send(http.MethodGet, path+"?"+query, nil).refused(http.StatusBadRequest, "invalid_cursor")
		}
		for _, query := range []string{"limit=0", "limit=201", "limit=ten", "limit=-1", "limit=%2B1", "state=%00", "state=%ff", "state=%zz"} {
			s.send(http.MethodGet, path+"?"+query, nil).refused(http.StatusBadRequest, "invalid_parameter")
		}
	}
	s.get("/v1/teams?limit=200")
}

// Lists are narrowed by the fields that they have.
func TestListsAreNarrowed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("draft invoice", "1", false)
	s.ticket("other ticket", m{"customer": id("other customer")})
	last := s.post(on("other ticket", "close"), nil)
	for path, want := range map[string]string{
		"/v1/tickets?customer=" + id("customer").String():          id("ticket").String(),
		"/v1/tickets?state=closed":                                 id("other ticket").String(),
		"/v1/tickets?number=T00002":                                id("other ticket").String(),
		"/v1/tickets?state=open&team=" + id("team").String():       id("ticket").String(),
		"/v1/invoices?number=" + url.QueryEscape("INV/2026/00001"): id("invoice").String(),
		"/v1/invoices?state=draft":                                 id("draft invoice").String(),
		"/v1/orders?number=S1":                                     id("order").String(),
		"/v1/journals?number=INV":                                  id("journal").String(),
	} {
		s.get(path, since(last)).shows(map[string]string{"items.0.id": want, "items.1": ""})
	}
	for _, path := range []string{"/v1/tickets?number=T9", "/v1/invoices?number=INV/2026/00001&state=draft", "/v1/tickets?team=" + id("nowhere").String()} {
		if items := s.get(path).list("items"); len(items) != 0 {
			t.Errorf("%s: %v", path, items)
		}
	}
	for _, path := range []string{"/v1/tickets?team=x", "/v1/invoices?customer=x", "/v1/audit/events?ticket=x", "/v1/audit/events?from=x", "/v1/audit/events?after=x"} {
		if a := s.send(http.MethodGet, path, nil); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

// What came of one document is found by it: an order's invoices, an invoice's credit notes.
func TestListsAreNarrowedByWhatDocumentsCameFrom(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := func(path string, body m) string { return s.post(path, body).created() }
	payment := s.pays("/v1/invoices/"+id("invoice").String(), "1.00").created()
	note := made(on("ticket", "refunds"), refund("invoice", "reverse"))
	coupon := made(on("ticket", "coupons"), m{"program": id("program")})
	back := made(on("ticket", "returns"), m{"delivery": id("delivery"), "return_location": id("location")})
	repair := made(on("ticket", "repairs"), m{"return": back})
	task := made(on("ticket", "interventions"), m{"title": "Visit"})
	for list, came := range map[string][2]string{
		"invoices?order": {id("order").String(), id("invoice").String()}, "deliveries?order": {id("order").String(), id("delivery").String()},
		"payments?invoice": {id("invoice").String(), payment}, "credit-notes?invoice": {id("invoice").String(), note},
		"coupons?program": {id("program").String(), coupon}, "returns?delivery": {id("delivery").String(), back},
		"repairs?return": {back, repair}, "tasks?project": {id("project").String(), task}, "lots?product": {id("tracked").String(), id("lot").String()},
	} {
		path := "/v1/" + list + "="
		s.get(path+came[0], since(s.last())).shows(map[string]string{"items.0.id": came[1], "items.1": ""})
		s.get(path + id("nowhere").String()).shows(map[string]string{"items.0": ""})
		s.send(http.MethodGet, path+"x", nil).refused(http.StatusBadRequest, "invalid_parameter")
	}
}

// Reads tell what they show and wait for what they are to show.
func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	written := s.post(on("ticket", "assign"), m{"assignee": "agent-1"})
	if written.header.Get("Position") != written.text("position") {
		t.Errorf("positions %q and %q", written.header.Get("Position"), written.text("position"))
	}
	for _, path := range []string{"/v1/tickets/" + id("ticket").String(), "/v1/tickets", on("ticket", "timeline"), on("ticket", "documents"), "/v1/audit/events"} {
		read := s.get(path, since(written))
		if read.header.Get("Position") < written.header.Get("Position") {
			t.Errorf("%s shows %s, want at least %s", path, read.header.Get("Position"), written.header.Get("Position"))
		}
	}
	page := s.page("ticket", written)
	page.shows(map[string]string{"assignee": "agent-1"})
	if page.header.Get("ETag") != `"`+page.text("revision")+`"` || page.header.Get("ETag") != written.header.Get("ETag") {
		t.Errorf("ETag %s of revision %s after %s", page.header.Get("ETag"), page.text("revision"), written.header.Get("ETag"))
	}
	s.send(http.MethodGet, "/v1/tickets", nil, with("Min-Position", "soon")).refused(http.StatusBadRequest, "invalid_parameter")
	behind := s.send(http.MethodGet, "/v1/tickets", nil, with("Min-Position", strings.Repeat("7", 16)))
	behind.refused(http.StatusServiceUnavailable, "projection_behind")
	if behind.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// Unknown documents are named by their kind.
func TestUnknownDocuments(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for path, code := range map[string]string{
		"tickets": "ticket_not_found", "invoices": "invoice_not_found", "credit-notes": "credit_note_not_found", "deliveries": "delivery_not_found",
		"returns": "return_not_found", "coupons": "coupon_not_found", "repairs": "repair_not_found", "tasks": "task_not_found",
		"orders": "order_not_found", "customers": "customer_not_found", "teams": "team_not_found", "payments": "payment_not_found",
	} {
		s.send(http.MethodGet, "/v1/"+path+"/"+id("nowhere").String(), nil).refused(http.StatusNotFound, code)
		s.send(http.MethodGet, "/v1/"+path+"/5", nil).refused(http.StatusNotFound, "not_found")
	}
	s.send(http.MethodGet, on("nowhere", "timeline"), nil).refused(http.StatusNotFound, "ticket_not_found")
	s.send(http.MethodGet, on("nowhere", "documents"), nil).refused(http.StatusNotFound, "ticket_not_found")
	s.send(http.MethodGet, "/v1/audit/streams/nothing-1", nil).refused(http.StatusNotFound, "not_found")
	s.send(http.MethodGet, "/v1/audit/streams/%00", nil).refused(http.StatusNotFound, "not_found")
}
