package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// linkTo is a portal link's path, without login: open are the options to send
// with.
func (s *service) linkTo(kind, document string) string {
	s.t.Helper()
	_, path := s.link(kind, document, nil)
	return path
}

// types are the types of the events of a ticket's timeline.
func (s *service) types(ticket string) map[string]int {
	s.t.Helper()
	counts := map[string]int{}
	for _, e := range s.get(on(ticket, "timeline")+"?limit=200", since(s.last())).list("items") {
		counts[e.(m)["type"].(string)]++
	}
	return counts
}

// Access rule b of domain.md 4, and C3: the bearer of a link reads, replies,
// closes, rates and signs on the one document, as its customer does, and nothing
// else; wrong links get one answer.
func TestTheBearerOfALinkAnswersItsOneDocument(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("kind team"), "name": "Kind", "customers_may_close": true})
	s.ticket("own", m{"customer": id("customer"), "team": id("kind team")})
	s.ticket("strict", m{"customer": id("customer")})
	open := without("Authorization")
	own, strict := s.linkTo("ticket", id("own").String()), s.linkTo("ticket", id("strict").String())

	s.send(http.MethodPost, strict+"/close", nil, open).refused(http.StatusConflict, "closing_not_allowed")
	s.post(own+"/close", nil, open, key("close")).shows(map[string]string{"documents.0.id": id("own").String(), "documents.0.state": "closed"})
	if again := s.post(own+"/close", nil, open, key("close")); again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: %s", again.body)
	}
	s.post(own+"/rate", m{"rating": "satisfied", "comment": "Quick"}, open)
	s.send(http.MethodPost, own+"/rate", m{}, open).refused(http.StatusUnprocessableEntity, "required")
	s.send(http.MethodPost, own+"/messages", m{"body": "Hello"}, open, without("Idempotency-Key")).refused(http.StatusBadRequest, "idempotency_key_required")
	s.post(own+"/messages", m{"body": "It broke again"}, open).shows(map[string]string{"documents.0.state": "open"})
	s.get(own, open, since(s.last())).shows(map[string]string{
		"state": "open", "rating": "satisfied", "messages.0.body": "It broke again", "messages.0.from_customer": "true", "messages.0.attachments": "[]",
	})
	items := s.get(on("own", "timeline")+"?limit=200", since(s.last())).list("items")
	if actor := items[len(items)-1].(m)["actor"].(m); actor["channel"] != "token" || actor["role"] != "bearer" || !strings.HasPrefix(actor["id"].(string), "portal-link:") {
		t.Errorf("actor %v", actor)
	}
	s.send(http.MethodPost, "/v1/access-tokens", m{"actor": "portal-link:1", "roles": []string{"agent"}}).refused(http.StatusUnprocessableEntity, "invalid_value")

	// What is no command of this document, whatever it is of another.
	same := s.send(http.MethodPost, "/portal/nothing/messages", m{"body": "Hello"}, open)
	for _, wrong := range []string{own + "/sign", own + "/accept", own + "/decline", "/portal/afl_/close"} {
		a := s.send(http.MethodPost, wrong, m{}, open)
		a.refused(http.StatusNotFound, "not_found")
		if blind(a) != blind(same) {
			t.Errorf("%s answers %s, another wrong link %s", wrong, a.body, same.body)
		}
	}
	// The ticket is another customer's now; the link is none for it any more.
	s.post(on("strict", "details"), m{"customer": id("other customer")})
	unchanged := s.unchanged(t)
	if a := s.send(http.MethodPost, strict+"/messages", m{"body": "Hello"}, open); blind(a) != blind(same) {
		t.Errorf("a former customer's link answers %s", a.body)
	}
	unchanged()
	// Guesses are limited, right ones wait with them.
	for range 20 {
		if s.send(http.MethodPost, "/portal/nothing/messages", m{"body": "Hello"}, open).status == http.StatusTooManyRequests {
			break
		}
	}
	s.send(http.MethodGet, own, nil, open).refused(http.StatusTooManyRequests, "too_many_requests")
}

// blind is an answer without what differs between any two.
func blind(a answer) string { return strings.ReplaceAll(string(a.body), a.text("request_id"), "") }

// F-10 and domain.md 2.12: the worksheet is signed by link, in the version that
// was shown; the signature keeps the link, the address and the program.
func TestAWorksheetIsSignedByLink(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	task := "/v1/tasks/" + s.post(on("ticket", "interventions"), nil).created()
	seen := s.inProgress(task)
	link := s.linkTo("task", strings.TrimPrefix(task, "/v1/tasks/"))
	open := without("Authorization")
	s.post(link+"/messages", m{"body": "Ring twice"}, open)
	s.post(task+"/messages", m{"body": "We will"})
	page := s.get(link, open, since(s.last()))
	page.shows(map[string]string{"messages.0.body": "Ring twice", "messages.0.from_customer": "true", "messages.1.body": "We will", "messages.1.from_customer": "false"})
	s.get("/v1/portal"+strings.TrimPrefix(task, "/v1"), as(s.portalOf("customer"))).shows(map[string]string{"messages.0.body": "Ring twice"})
	s.send(http.MethodPost, "/v1/portal"+strings.TrimPrefix(task, "/v1")+"/messages", m{"body": "Hello"}, as(s.portalOf("other customer"))).refused(http.StatusNotFound, "task_not_found")

	s.post(task+"/worksheet", m{"values": m{"work": "pump replaced"}}, with("If-Match", s.get(task, since(s.last())).header.Get("ETag")))
	s.send(http.MethodPost, link+"/sign", seen, open).refused(http.StatusConflict, "worksheet_not_signable")
	s.post(task+"/worksheet/share", nil)
	s.send(http.MethodPost, link+"/sign", seen, open).refused(http.StatusPreconditionFailed, "stale_version")
	sheet := s.get(link, open, since(s.last()))
	now := m{"name": "Customer A", "signature": png, "version": 2, "hash": sheet.text("worksheet.hash")}
	s.post(link+"/sign", now, open, with("User-Agent", "Phone/1.0"))
	signed := s.signing(task)
	if signed["via"] != "token" || signed["user_agent"] != "Phone/1.0" || signed["address"] != "127.0.0.1" || signed["token"] == nil {
		t.Errorf("signed %v", signed)
	}
	for _, read := range []answer{s.get(link, open, since(s.last())), s.get(task, since(s.last()))} {
		if strings.Contains(string(read.body), "Phone/1.0") || read.text("worksheet.signature.name") != "Customer A" {
			t.Errorf("%s: %s", read.what, read.body)
		}
	}
}

// inProgress begins the work on a task, saves a worksheet and shares it, and
// answers what the customer would sign.
func (s *service) inProgress(task string) m {
	s.t.Helper()
	s.post(task+"/assign", m{"assignee": "technician-9"})
	s.post(task+"/schedule", m{"planned_start": "2026-03-02T09:00:00Z", "planned_end": "2026-03-02T10:00:00Z"})
	s.post(task+"/start", nil, as(s.token("technician-9", []string{"technician"}, nil)))
	read := s.get(task, since(s.last()))
	s.post(task+"/worksheet", m{"values": m{"work": "pump inspected"}}, with("If-Match", read.header.Get("ETag")))
	read = s.get(task, since(s.post(task+"/worksheet/share", nil)))
	return m{"name": "Customer A", "signature": png, "version": 1, "hash": read.text("worksheet.hash")}
}

// signing is what the log tells of the signature on a task.
func (s *service) signing(task string) m {
	s.t.Helper()
	stream := strings.Replace(strings.TrimPrefix(task, "/v1/"), "tasks/", "task-", 1)
	for _, e := range s.get("/v1/audit/events?type=worksheet-signed&stream="+stream, since(s.last())).list("items") {
		return e.(m)["data"].(m)
	}
	return nil
}

// Domain.md 4: a look at a quotation by link is noted once a day, not those of
// robots; it is accepted and declined there.
func TestAQuotationIsViewedAndAnsweredByLink(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	open, person := without("Authorization"), with("User-Agent", "Mozilla/5.0")
	repair := s.post(on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}).created()
	link := s.linkTo("repair", repair)
	views := func() int { return s.types("ticket")["quotation-viewed"] }
	s.get(link, open, person, since(s.last()))
	if n := views(); n != 0 {
		t.Errorf("a quotation that was not sent was viewed %d times", n)
	}
	s.send(http.MethodPost, link+"/accept", nil, open).refused(http.StatusNotFound, "not_found")
	s.post("/v1/repairs/"+repair+"/quote/send", m{})
	for _, robot := range []option{with("User-Agent", "WhatsApp/2.0"), with("User-Agent", "Slackbot-LinkExpanding 1.0"), with("User-Agent", ""), prefetching} {
		s.get(link, open, person, robot, since(s.last()))
	}
	s.send(http.MethodHead, link, nil, open, person)
	if n := views(); n != 0 {
		t.Errorf("robots viewed %d times", n)
	}
	for range 3 {
		s.get(link, open, person, since(s.last()))
	}
	second := s.linkTo("repair", repair)
	s.get(second, open, person, since(s.last()))
	if n := views(); n != 2 {
		t.Errorf("two links were viewed %d times on one day", n)
	}
	s.clock.Add(24 * 60 * 60 * 1000)
	s.get(link, open, person)
	s.get(link, open, person)
	if n := views(); n != 3 {
		t.Errorf("%d views after the second day", n)
	}
	s.send(http.MethodPost, link+"/decline", m{}, open).refused(http.StatusUnprocessableEntity, "required")
	s.post(link+"/accept", nil, open, with("User-Agent", "Phone/1.0"))
	s.get(link, open, since(s.last())).shows(map[string]string{"quote.state": "accepted"})
	yes := s.get("/v1/audit/events?type=repair-quote-accepted", since(s.last())) // 2.12
	if strings.Contains(string(s.get("/v1/repairs/"+repair).body), "Phone/1.0") || yes.text("items.0.data.token") == "" {
		t.Errorf("accepted: %s", yes.body)
	}
	yes.shows(map[string]string{"items.0.data.address": "127.0.0.1", "items.0.data.user_agent": "Phone/1.0"})

	for name, answer := range map[string]m{"Q1": {"name": "Customer A", "signature": png}, "Q2": {"reason": "Too dear"}} {
		s.post("/v1/orders", m{"id": id(name), "number": name, "customer": id("customer"), "currency": "EUR", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}}})
		draft := s.linkTo("order", id(name).String())
		s.send(http.MethodGet, draft, nil, open, since(s.last())).refused(http.StatusNotFound, "not_found")
		s.send(http.MethodPost, draft+"/decline", m{"reason": "Too dear"}, open).refused(http.StatusNotFound, "not_found")
		s.post("/v1/orders/"+id(name).String()+"/send", nil)
		s.get(draft, open, person, since(s.last())).shows(map[string]string{"state": "sent", "number": name})
		if name == "Q1" {
			s.send(http.MethodPost, draft+"/accept", nil, open).refused(http.StatusUnprocessableEntity, "required")
			s.post(draft+"/accept", answer, open).shows(map[string]string{"documents.0.state": "sale"})
		} else {
			s.post(draft+"/decline", answer, open).shows(map[string]string{"documents.0.state": "cancelled"})
		}
	}
	noted := s.get("/v1/audit/events?type=quotation-viewed", since(s.last())).list("items")
	if len(noted) != 5 {
		t.Errorf("%d views of quotations", len(noted))
	}
	s.post("/v1/portal-links", m{"kind": "order", "document": id("Q1")}, as(s.token("agent-1", []string{"agent"}, m{"teams": []any{id("team")}})))
	s.send(http.MethodPost, "/v1/portal-links", m{"kind": "order", "document": id("nothing")}).refused(http.StatusUnprocessableEntity, "order_not_found")
}

// prefetching says that nobody looks yet.
func prefetching(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch;prerender") }

// everyLink is a request for each command by link and each with a file.
func (s *service) everyLink() []bad {
	s.t.Helper()
	open := []option{without("Authorization")}
	s.ticket("linked", m{"customer": id("customer"), "team": id("kind team")})
	task := s.post(on("ticket", "interventions"), m{"title": "By link"}).created()
	of := func(path string, body m) bad { return bad{path: path, body: body, options: open} }
	quoted := func(name string) string {
		s.post("/v1/orders", m{"id": id(name), "number": name, "customer": id("customer"), "currency": "EUR", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}}})
		s.post("/v1/orders/"+id(name).String()+"/send", nil)
		return s.linkTo("order", id(name).String())
	}
	ticket := s.linkTo("ticket", id("linked").String())
	signing := s.inProgress("/v1/tasks/" + task)
	return []bad{
		of(ticket+"/messages", m{"body": "Hello"}),
		of(ticket+"/close", m{}),
		of(ticket+"/rate", m{"rating": "neutral"}),
		of(s.linkTo("task", task)+"/sign", signing),
		of(quoted("L1")+"/accept", m{"name": "Customer A", "signature": png}),
		of(quoted("L2")+"/decline", m{"reason": "Too dear"}),
		{path: "/v1/tasks/" + task + "/messages", body: m{"attachments": []m{file("lamp.png", "a lamp")}}},
		{path: "/v1/portal/tasks/" + task + "/messages", body: m{"body": "Hello"}, options: []option{as(s.portalOf("customer"))}},
	}
}
