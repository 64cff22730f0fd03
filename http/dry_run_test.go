package http_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"aftersales/eventstore/eventstoretest"
)

// every is a request for each kind of command that would succeed now.
func (s *service) every() []bad {
	s.t.Helper()
	s.invoice("draft invoice", "1", false)
	s.invoice("second invoice", "3", true)
	s.delivery("planned delivery", "1", false)
	draft := s.post(on("ticket", "refunds"), refund("second invoice", "reverse"))
	note := "/v1/credit-notes/" + draft.created()
	back := "/v1/returns/" + s.post(on("ticket", "returns"), giveBack("delivery", "1")).created()
	received := "/v1/returns/" + s.post(on("ticket", "returns"), giveBack("delivery", "1")).created()
	s.post(received+"/receive", nil)
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+made.created(), since(made)).text("code")
	token := "/v1/access-tokens/" + s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}}).text("id")
	s.post(on("ticket", "followers"), m{"email": "friend@example.com"})
	s.ticket("closed ticket", nil)
	s.post(on("closed ticket", "close"), nil)
	seen := s.get(note, since(draft)).header.Get("ETag")
	of := func(path string, body any) bad { return bad{path: path, body: body} }
	team, invoice, delivery := "/v1/teams/"+id("team").String(), "/v1/invoices/"+id("draft invoice").String(), "/v1/deliveries/"+id("planned delivery").String()
	lines := m{"lines": []m{{"invoice_line": id("second invoice line"), "quantity": "1"}}}
	reward := []m{{"type": "discount", "discount": "10"}}
	return []bad{
		of("/v1/teams", m{"name": "Two"}),
		of(team+"/services/refunds/disable", nil),
		of(team+"/services/refunds/enable", m{"modules_confirmed": true}),
		of(team+"/field-service-project", m{"project": id("project")}),
		of("/v1/customers", m{"name": "Customer C"}),
		of("/v1/products", m{"name": "Bulb"}),
		of("/v1/products/"+id("tracked").String()+"/lots", m{"name": "SN9"}),
		of("/v1/lots/"+id("lot").String()+"/scrap", nil),
		of("/v1/journals", m{"code": "MISC", "name": "Misc", "type": "general"}),
		of("/v1/currencies", m{"code": "XTS", "digits": 3}),
		of("/v1/accounting/lock-date", m{"lock_date": "2026-01-31"}),
		of("/v1/locations", m{"name": "Yard"}),
		of("/v1/projects", m{"name": "Two"}),
		of("/v1/worksheet-templates", m{"name": "Two", "fields": []m{{"name": "work", "type": "text"}}}),
		of("/v1/coupon-programs", m{"name": "Two", "type": "coupons", "rewards": reward}),
		of("/v1/orders", m{"number": "S2", "customer": id("customer"), "currency": "EUR", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}}}),
		of("/v1/invoices", m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "post": true, "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}}}),
		of(invoice+"/post", nil),
		of(invoice+"/discard", nil),
		of("/v1/invoices/"+id("second invoice").String()+"/payments", m{"amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"}),
		of("/v1/deliveries", m{"customer": id("customer"), "validate": true, "lines": []m{{"product": id("product"), "quantity": "1"}}}),
		of(delivery+"/validate", nil),
		of(delivery+"/cancel", nil),
		of("/v1/access-tokens", m{"actor": "agent-2", "roles": []string{"agent"}}),
		of(token+"/rights", m{"roles": []string{"lead"}, "teams": []any{id("team")}}),
		of(token+"/revoke", nil),
		of("/v1/tickets", m{"title": "Two", "team": id("team")}),
		of(on("ticket", "details"), m{"title": "Very broken"}),
		of(on("ticket", "assign"), m{"assignee": "agent-1"}),
		of(on("ticket", "stage"), m{"stage": "waiting"}),
		of(on("ticket", "close"), nil),
		of(on("closed ticket", "reopen"), nil),
		of(on("ticket", "followers"), m{"email": "other@example.com"}),
		of(on("ticket", "followers/remove"), m{"email": "friend@example.com"}),
		of(on("ticket", "messages"), m{"body": "Hello"}),
		of(on("ticket", "notes"), m{"body": "Hm"}),
		of(on("ticket", "refunds"), refund("invoice", "reverse")),
		of(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice")),
		of(on("ticket", "coupons"), m{"program": id("program"), "deliver": "share_link"}),
		of(on("ticket", "returns"), giveBack("delivery", "1")),
		of(on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}),
		of(on("ticket", "interventions"), nil),
		{path: note + "/lines", body: lines, options: []option{with("If-Match", seen)}},
		of(note+"/post", nil),
		of(note+"/discard", nil),
		of(back+"/receive", nil),
		of(back+"/cancel", nil),
		of(back+"/close-short", nil),
		of(received+"/redeliver", nil),
		of("/v1/coupons/check", m{"code": code}),
		of("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")}),
		of("/v1/coupons/release", m{"code": code, "order": "W1"}),
		of("/v1/coupons/redeem", m{"code": code, "order": "W1", "customer": id("customer")}),
		of("/v1/coupons/"+made.created()+"/email", m{"recipients": []string{"friend@example.com"}, "message": "Sorry"}),
		of("/v1/coupons/"+made.created()+"/share-link", m{"redirect": "/shop"}),
		of("/v1/coupons/"+made.created()+"/revoke", m{"reason": "Mistake"}),
	}
}

// everyWebhook is every for webhooks.
func (s *service) everyWebhook() []bad {
	s.t.Helper()
	hook := m{"url": "http://hooks.example/", "types": []string{"team-created"}}
	on, off := s.post("/v1/webhooks", hook), s.post("/v1/webhooks", hook)
	s.post("/v1/webhooks/"+off.created()+"/pause", nil)
	path := "/v1/webhooks/" + on.created()
	return []bad{
		{path: "/v1/webhooks", body: hook},
		{path: path + "/pause"},
		{path: "/v1/webhooks/" + off.created() + "/resume"},
		{path: path + "/rotate-secret"},
		{path: path + "/replay", body: m{"after": "0000000000000000"}},
		{path: path + "/remove"},
	}
}

// everyOrder is every for the life of orders.
func (s *service) everyOrder() []bad {
	s.t.Helper()
	quoted := func(name string, then ...string) string {
		s.post("/v1/orders", m{
			"id": id(name), "number": name, "customer": id("customer"), "currency": "EUR", "require_payment": name == "Q9",
			"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
		})
		for _, command := range then {
			s.post("/v1/orders/"+id(name).String()+"/"+command, nil)
		}
		return "/orders/" + id(name).String()
	}
	portal := []option{as(s.portalOf("customer"))}
	return []bad{
		{path: "/v1" + quoted("Q1") + "/send"},
		{path: "/v1" + quoted("Q2") + "/confirm"},
		{path: "/v1" + quoted("Q9") + "/payment"},
		{path: "/v1" + quoted("Q3") + "/cancel"},
		{path: "/v1" + quoted("Q4", "cancel") + "/draft"},
		{path: "/v1" + quoted("Q5", "confirm") + "/lock"},
		{path: "/v1" + quoted("Q6", "confirm", "lock") + "/unlock"},
		{path: "/v1/portal" + quoted("Q7", "send") + "/accept", body: m{"name": "Customer A", "signature": png}, options: portal},
		{path: "/v1/portal" + quoted("Q8", "send") + "/decline", body: m{"reason": "Too dear"}, options: portal},
	}
}

// settles waits until nobody in the background has anything left to do.
func (s *service) settles() {
	s.t.Helper()
	for ctx := eventstoretest.Context(s.t); ; {
		head := must(s.env.Store.Head(ctx))(s.t)
		var behind int
		err := s.projections.Pool().QueryRow(ctx, `SELECT count(*) FROM projections.cursor WHERE position < $1`, int64(head)).Scan(&behind)
		if err != nil {
			s.t.Fatal(err)
		}
		if behind == 0 && must(s.env.Store.Head(ctx))(s.t) == head {
			return
		}
	}
}

// A dry run of every command says what would be and writes nothing; the same
// request for real then succeeds, whatever key the dry run had.
func TestDryRunsWriteNothing(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	commands := append(append(s.every(), s.everyRepairAndTask()...), s.everyAccounting()...)
	commands = append(append(commands, s.everyArchive()...), s.everyPortal()...)
	commands = append(append(commands, s.everyWebhook()...), s.everyOrder()...)
	commands = append(commands, s.everyLink()...)
	tried := map[string]bool{}
	unchanged := s.unchanged(t)
	for _, c := range commands {
		a := s.post(c.path+"?dry_run=true", c.body, append(c.options, key("k"))...)
		if a.status != http.StatusOK || len(a.list("documents")) == 0 || a.text("token") != "" {
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
		r := must(s.request(http.MethodPost, c.path, nil))(t)
		tried[s.operation(r)] = true
	}
	unchanged()
	doc := must(spec())(t)
	for path, item := range doc.Paths.Map() {
		// Bulk tries what it carries: bulk_test.go. Operations cannot be tried.
		elsewhere := path == "/v1/bulk" || slices.Contains(projectionOperations, path)
		if item.Post != nil && !elsewhere && !tried[item.Post.OperationID] {
			t.Errorf("no dry run of %s", path)
		}
	}
	dry := s.post(on("ticket", "refunds")+"?dry_run=true", refund("invoice", "reverse_and_create_invoice"), key("k"))
	unchanged()
	real := s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"), key("k"))
	kinds := func(a answer) string {
		var all []string
		for _, d := range a.list("documents") {
			all = append(all, d.(m)["kind"].(string)+" "+d.(m)["id"].(string)+" "+d.(m)["state"].(string))
		}
		text, _ := json.Marshal(all)
		return string(text)
	}
	if kinds(dry) != kinds(real) {
		t.Errorf("tried %s, did %s", kinds(dry), kinds(real))
	}
}

// A dry run is refused as the command itself is.
func TestDryRunsAreRefusedAlike(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	tooMuch := refund("invoice", "reverse")
	tooMuch["lines"] = []m{{"invoice_line": id("invoice line"), "quantity": "4"}}
	agent := s.token("agent-1", []string{"agent"}, nil)
	s.allRefused(t, []bad{
		{name: "too much", path: on("ticket", "refunds") + "?dry_run=true", body: tooMuch, status: http.StatusConflict, code: "credit_exceeds_invoice"},
		{name: "too many", path: on("ticket", "returns") + "?dry_run=true", body: giveBack("delivery", "4"), status: http.StatusConflict, code: "return_exceeds_delivered"},
		{name: "no right", path: on("ticket", "refunds") + "?dry_run=true", body: refund("invoice", "reverse_and_create_invoice"), status: http.StatusForbidden, code: "posting_forbidden", options: []option{as(agent)}},
		{name: "no key", path: on("ticket", "refunds") + "?dry_run=true", body: m{}, status: http.StatusBadRequest, code: "idempotency_key_required", options: []option{without("Idempotency-Key")}},
		{name: "unknown", path: on("nowhere", "refunds") + "?dry_run=true", body: m{}, status: http.StatusNotFound, code: "ticket_not_found"},
	})
}
