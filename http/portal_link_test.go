package http_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// link makes a portal link and answers the command's answer and the link's
// path.
func (s *service) link(kind, document string, besides m, options ...option) (answer, string) {
	s.t.Helper()
	body := m{"kind": kind, "document": document}
	maps.Copy(body, besides)
	made := s.post("/v1/portal-links", body, options...)
	path, ok := strings.CutPrefix(made.text("link"), "https://help.example")
	if !ok {
		s.t.Fatalf("link %q", made.text("link"))
	}
	return made, path
}

// TestCapability (C3), domain.md 2.12 and decision 23: a portal link opens the
// one document it was made for, and nothing else, until it expires, is revoked,
// or the document or the portal is no longer its reader's. All that is wrong
// with a link gets one answer, and no log has it.
func TestCapability(t *testing.T) {
	t.Parallel()
	log := &logLines{}
	s := newService(t, func(s *service) { s.logs = log })
	s.furnish()
	s.ticket("second", m{"customer": id("customer"), "title": "Second"})
	agent := as(s.token("agent-1", []string{"agent"}, nil))
	repair := s.post(on("ticket", "repairs"), m{"notes": "Hidden"}, agent)
	task := s.post(on("ticket", "interventions"), nil)
	back := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	note := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	open := without("Authorization")
	secrets := []string{}
	opens := func(kind, document string, want map[string]string) (answer, string) {
		t.Helper()
		made, path := s.link(kind, document, nil, agent, key("link-"+document))
		secrets = append(secrets, strings.TrimPrefix(path, "/portal/"))
		want["id"] = document
		read := s.get(path, open, since(s.last()))
		read.shows(want)
		if read.header.Get("Referrer-Policy") != "no-referrer" || read.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", kind, read.header)
		}
		return made, path
	}
	s.post(on("ticket", "messages"), m{"body": "We look into it"})
	made, path := opens("ticket", id("ticket").String(), map[string]string{"title": "Broken lamp", "messages.0.body": "We look into it", "documents": "", "followers": ""})
	made.shows(map[string]string{"documents.0.kind": "portal_link", "documents.0.state": "active"})
	opens("repair", repair.created(), map[string]string{"notes": "", "parts": "", "product": id("product").String()})
	opens("task", task.created(), map[string]string{"title": "Broken lamp"})
	opens("return", back.created(), map[string]string{"lines.0.quantity": "1"})
	draft, drafted := s.link("credit_note", note.created(), nil)
	same := s.send(http.MethodGet, "/portal/nothing", nil, open)
	gone := func(what, path string) {
		t.Helper()
		a := s.send(http.MethodGet, path, nil, open, since(s.last()))
		a.refused(http.StatusNotFound, "not_found")
		blind := func(a answer) string { return strings.ReplaceAll(string(a.body), a.text("request_id"), "") }
		if blind(a) != blind(same) {
			t.Errorf("%s answers %s, another wrong link %s", what, a.body, same.body)
		}
	}
	gone("a draft", drafted)
	s.post("/v1/credit-notes/"+note.created()+"/post", nil)
	s.get(drafted, open, since(s.last())).shows(map[string]string{"total": "-36.00"})

	secret := strings.TrimPrefix(path, "/portal/")
	if len(secret) < len("afl_")+22+22 { // an id and at least 128 bits more
		t.Errorf("secret %q", secret)
	}
	s.storesNothingLike(secret)
	again, _ := s.link("ticket", id("ticket").String(), nil, agent, key("link-"+id("ticket").String()))
	if again.text("link") != made.text("link") || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: %s", again.body)
	}
	// A link is no token, and a token no link.
	for _, p := range []string{"/v1/portal/tickets", "/v1/tickets"} {
		s.send(http.MethodGet, p, nil, as(secret)).refused(http.StatusUnauthorized, "unauthenticated")
	}
	gone("a bearer's token", "/portal/"+s.portalOf("customer"))
	gone("a letter less", path[:len(path)-1])
	other := "A"
	if strings.HasSuffix(path, other) {
		other = "B"
	}
	gone("another letter", path[:len(path)-5]+other+path[len(path)-4:])
	gone("no secret", "/portal/afl_")

	s.post("/v1/portal-links/"+made.text("id")+"/revoke", nil, agent).shows(map[string]string{"documents.0.state": "revoked"})
	gone("a revoked link", path)
	s.send(http.MethodPost, "/v1/portal-links/"+id("nowhere").String()+"/revoke", nil).refused(http.StatusNotFound, "portal_link_not_found")

	// Example 24: the ticket's customer is another one.
	_, moved := s.link("ticket", id("second").String(), nil)
	s.get(moved, open, since(s.last()))
	s.post(on("second", "details"), m{"customer": id("other customer")})
	gone("a former customer's link", moved)
	_, short := s.link("ticket", id("second").String(), m{"expires_at": s.now().Add(time.Hour).Format(time.RFC3339)})
	s.get(short, open, since(s.last()))
	s.clock.Add(time.Hour.Milliseconds())
	gone("an expired link", short)
	s.post("/v1/customers/"+id("customer").String()+"/portal-access/revoke", nil)
	gone("the link of a customer who was shut out", drafted)
	if draft.text("id") == made.text("id") {
		t.Error("two links have one id")
	}

	log.lock.Lock()
	defer log.lock.Unlock()
	for _, secret := range secrets {
		if strings.Contains(log.text.String(), secret) {
			t.Errorf("a log line has %s", secret)
		}
	}
}

// A link is for a document that there is, for a contact of its customer, and
// not for long; who may not see the document makes none.
func TestPortalLinksThatCannotBeMade(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("others"), "name": "Others"})
	s.post("/v1/customers", m{"id": id("colleague"), "name": "Customer A, purchasing", "parent": id("customer")})
	s.ticket("bare", nil)
	repair := s.post(on("ticket", "repairs"), nil)
	of := func(kind string, document any) m { return m{"kind": kind, "document": document} }
	ours := of("ticket", id("ticket"))
	agent := as(s.token("agent-2", []string{"agent"}, nil))
	foreign := as(s.token("agent-3", []string{"agent"}, m{"teams": []any{id("others")}}))
	path := "/v1/portal-links"
	s.allRefused(t, []bad{
		{name: "no document", path: path, body: m{"kind": "ticket"}, status: unprocessable, code: "required", field: "document"},
		{name: "another kind", path: path, body: of("invoice", id("invoice")), status: unprocessable, code: "invalid_value", field: "kind"},
		{name: "an unknown ticket", path: path, body: of("ticket", id("nowhere")), status: unprocessable, code: "ticket_not_found", field: "document"},
		{name: "an unknown task", path: path, body: of("task", id("nowhere")), status: unprocessable, code: "task_not_found", field: "document"},
		{name: "an unknown repair", path: path, body: of("repair", id("nowhere")), status: unprocessable, code: "repair_not_found", field: "document"},
		{name: "an unknown credit note", path: path, body: of("credit_note", id("nowhere")), status: unprocessable, code: "credit_note_not_found", field: "document"},
		{name: "an unknown return", path: path, body: of("return", id("nowhere")), status: unprocessable, code: "return_not_found", field: "document"},
		{name: "a ticket without a customer", path: path, body: of("ticket", id("bare")), status: unprocessable, code: "customer_required", field: "customer"},
		{name: "somebody else's contact", path: path, body: but(ours, "customer", id("other customer")), status: unprocessable, code: "invalid_value", field: "customer"},
		{name: "for ever", path: path, body: but(ours, "expires_at", "2028-01-01T00:00:00Z"), status: unprocessable, code: "invalid_value", field: "expires_at"},
		{name: "in the past", path: path, body: but(ours, "expires_at", "2026-01-01T00:00:00Z"), status: unprocessable, code: "expiration_in_past", field: "expires_at"},
		{name: "another team's ticket", path: path, body: ours, status: unprocessable, code: "ticket_not_found", field: "document", options: []option{foreign}},
		{name: "P-16 a repair that was not granted", path: path, body: of("repair", repair.created()), status: forbidden, code: "forbidden", options: []option{agent}},
	})
	_, colleague := s.link("ticket", id("ticket").String(), m{"customer": id("colleague")}, agent)
	s.get(colleague, without("Authorization"), since(s.last()))
	made, _ := s.link("ticket", id("ticket").String(), nil)
	s.send(http.MethodPost, path+"/"+made.text("id")+"/revoke", nil, foreign).refused(missing, "portal_link_not_found")
}
