package http_test

import (
	"net/http"
	"strconv"
	"testing"
)

// Domain.md 4, returns: a customer asks to give goods of their delivery back, the team
// sees it on the ticket and makes the return, and the customer sees what came of it.
func TestACustomerAsksForAReturn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	s.ticket("of B", m{"customer": id("other customer")})
	s.delivery("planned", "1", false)
	s.get("/v1/portal/deliveries", mine, since(s.last())).shows(map[string]string{
		"items.0.id": id("delivery").String(), "items.0.lines.0.returnable_quantity": "3", "items.0.source_location": "", "items.1": "",
	})
	s.get("/v1/portal/deliveries", theirs, since(s.last())).shows(map[string]string{"items.0": ""})

	path := func(delivery string) string {
		return "/v1/portal/deliveries/" + id(delivery).String() + "/return-requests"
	}
	wish := func(quantity string) m {
		return m{"ticket": id("ticket"), "reason": " Too bright ", "lines": []m{{"delivery_line": id("delivery line"), "quantity": quantity}}}
	}
	of := func(name, delivery string, body m, status int, code, field string, who option) bad {
		return bad{name: name, path: path(delivery), body: body, status: status, code: code, field: field, options: []option{who}}
	}
	s.post("/v1/teams", m{"id": id("sales team"), "name": "Sales"})
	s.ticket("of sales", m{"customer": id("customer"), "team": id("sales team")})
	s.allRefused(t, []bad{
		of("another's delivery", "delivery", wish("1"), missing, "delivery_not_found", "", theirs),
		of("no delivery", "nowhere", wish("1"), missing, "delivery_not_found", "", theirs),
		of("one that has not left", "planned", m{"ticket": id("ticket")}, conflict, "delivery_not_done", "delivery", mine),
		of("no ticket", "delivery", but(wish("1"), "ticket", nil), unprocessable, "required", "ticket", mine),
		of("another's ticket", "delivery", but(wish("1"), "ticket", id("of B")), unprocessable, "ticket_not_found", "ticket", mine),
		of("no such ticket", "delivery", but(wish("1"), "ticket", id("nowhere")), unprocessable, "ticket_not_found", "ticket", mine),
		of("a team that takes nothing back", "delivery", but(wish("1"), "ticket", id("of sales")), conflict, "service_not_enabled", "", mine),
		of("more than was delivered", "delivery", wish("4"), conflict, "return_exceeds_delivered", "lines[0].quantity", mine),
		of("nothing", "delivery", wish("0"), unprocessable, "return_empty", "lines", mine),
		of("less than nothing", "delivery", wish("-1"), unprocessable, "negative_quantity", "lines[0].quantity", mine),
		of("another delivery's line", "delivery", but(wish("1"), "lines", []m{{"delivery_line": id("planned line")}}), unprocessable, "line_not_in_delivery", "lines[0].delivery_line", mine),
		of("by the company", "delivery", wish("1"), forbidden, "forbidden", "", as(s.token("agent-1", []string{"agent"}, nil))),
	})

	s.post(on("ticket", "close"), nil)
	s.post(path("delivery"), wish("1"), mine)
	once := key("once")
	asked := s.post(path("delivery"), wish("2"), mine, once)
	asked.shows(map[string]string{"documents.0.id": id("ticket").String(), "documents.0.state": "open"})
	if again := s.post(path("delivery"), wish("2"), mine, once); again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("asked twice under one key")
	}
	s.send(http.MethodPost, path("delivery"), wish("1"), mine, once).refused(unprocessable, "idempotency_key_reused")
	s.page("ticket", asked).shows(map[string]string{
		"return_requests.0.delivery": id("delivery").String(), "return_requests.0.customer": id("customer").String(), "return_requests.0.reason": "Too bright",
		"return_requests.0.lines.0.quantity": "2", "return_requests.0.lines.0.product": id("product").String(),
		"return_requests.0.return": "", "return_requests.1": "",
	})
	made := s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	s.get("/v1/portal/tickets/"+id("ticket").String(), mine, since(made)).shows(map[string]string{
		"return_requests.0.return": made.created(), "return_requests.0.lines.0.quantity": "2", "return_requests.1": "",
	})
	s.send(http.MethodPost, path("delivery"), wish("2"), mine).refused(conflict, "return_exceeds_delivered") // less what comes back
	rest := s.post(path("delivery"), m{"ticket": id("ticket")}, mine)
	s.page("ticket", rest).shows(map[string]string{"return_requests.1.lines.0.quantity": "1", "return_requests.1.reason": "", "return_requests.2": ""})
}

// A customer who has no ticket opens one with the request, of the team that the
// company chose for returns.
func TestAReturnRequestOpensATicket(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.returnsTeam = id("team") })
	mine, once := as(s.portalOf("customer")), key("once")
	path := "/v1/portal/deliveries/" + id("delivery").String() + "/return-requests"
	theirs := as(s.portalOf("other customer"))
	unchanged := s.unchanged(t)
	s.send(http.MethodPost, path, m{}, theirs).refused(missing, "delivery_not_found")
	s.send(http.MethodPost, path, m{"lines": []m{{"delivery_line": id("delivery line"), "quantity": "4"}}}, mine).refused(conflict, "return_exceeds_delivered")
	unchanged()
	asked := s.post(path, m{"reason": "Too bright"}, mine, once)
	where := asked.header.Get("Location")
	if asked.status != http.StatusCreated || where != "/v1/portal/tickets/"+asked.created() {
		t.Errorf("%d at %q", asked.status, where)
	}
	if again := s.post(path, m{"reason": "Too bright"}, mine, once); again.created() != asked.created() {
		t.Error("a second ticket under one key")
	}
	number := s.get("/v1/deliveries/"+id("delivery").String(), since(asked)).text("number")
	s.get(where, mine, since(asked)).shows(map[string]string{
		"title": "Return of " + number, "order": id("order").String(), "return_requests.0.lines.0.quantity": "3", "return_requests.0.reason": "Too bright",
	})
	s.get("/v1/tickets/"+asked.created(), since(asked)).shows(map[string]string{
		"team": id("team").String(), "followers.0.contact": id("customer").String(), "return_requests.0.delivery": id("delivery").String(),
	})
	s.post("/v1/tickets/"+asked.created()+"/returns", giveBack("delivery", "3"))
}

// The team declines a request with a reason that the customer reads; the customer
// withdraws one that waits. Neither is done to what is answered, or by others.
func TestAReturnRequestIsDeclinedOrWithdrawn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	page := "/v1/portal/tickets/" + id("ticket").String()
	ask := func(name string) {
		s.post("/v1/portal/deliveries/"+id("delivery").String()+"/return-requests", m{"id": id(name), "ticket": id("ticket")}, mine)
	}
	decline, withdraw := on("ticket", "return-requests/decline"), page+"/return-requests/withdraw"
	no := func(name string) m { return m{"request": id(name), "reason": " Signs of use "} }
	ask("first")
	s.allRefused(t, []bad{
		{name: "no reason", path: decline, body: but(no("first"), "reason", " "), status: unprocessable, code: "required", field: "reason"},
		{name: "no such request", path: decline, body: no("nowhere"), status: unprocessable, code: "return_request_not_found", field: "request"},
		{name: "none to withdraw", path: withdraw, body: m{"request": id("nowhere")}, status: unprocessable, code: "return_request_not_found", field: "request", options: []option{mine}},
		{name: "by another customer", path: withdraw, body: m{"request": id("first")}, status: missing, code: "ticket_not_found", options: []option{theirs}},
		{name: "declined by the customer", path: decline, body: no("first"), status: missing, code: "ticket_not_found", options: []option{mine}},
	})
	s.get(page, mine, since(s.last())).shows(map[string]string{"return_requests.0.state": "waiting", "return_requests.0.decline_reason": ""})
	s.post(decline, no("first"))
	ask("second")
	s.post(withdraw, m{"request": id("second")}, mine)
	ask("third")
	made := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	for at, name := range []string{"first", "second", "third"} {
		s.send(http.MethodPost, decline, no(name)).refused(conflict, "return_request_answered")
		s.send(http.MethodPost, withdraw, m{"request": id(name)}, mine).refused(conflict, "return_request_answered")
		want := [][2]string{{"declined", "Signs of use"}, {"withdrawn", ""}, {"accepted", ""}}[at]
		shown := map[string]string{
			"return_requests." + strconv.Itoa(at) + ".id": id(name).String(), "return_requests." + strconv.Itoa(at) + ".state": want[0],
			"return_requests." + strconv.Itoa(at) + ".decline_reason": want[1],
		}
		s.get(page, mine, since(made)).shows(shown)
		s.page("ticket", made).shows(shown)
	}
}
