package http_test

import (
	"net/http"
	"testing"
)

// A customer replies to, closes and rates their own ticket, and nobody else's
// (domain.md 2.1 and 4).
func TestACustomerWorksOnTheirOwnTicket(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("kind team"), "name": "Kind", "customers_may_close": true, "stages": []string{"waiting", "done"}})
	s.ticket("own", m{"customer": id("customer"), "team": id("kind team")})
	s.send(http.MethodPost, on("own", "stage"), m{"stage": "elsewhere"}).refused(http.StatusUnprocessableEntity, "stage_not_of_team")
	s.post(on("own", "stage"), m{"stage": "waiting"})
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	path := func(ticket, command string) string {
		return "/v1/portal/tickets/" + id(ticket).String() + "/" + command
	}

	for command, body := range map[string]m{"messages": {"body": "Hello"}, "close": {}, "rate": {"rating": "satisfied"}} {
		unchanged := s.unchanged(t)
		s.send(http.MethodPost, path("own", command), body, theirs).refused(http.StatusNotFound, "ticket_not_found")
		s.send(http.MethodPost, path("nowhere", command), body, mine).refused(http.StatusNotFound, "ticket_not_found")
		s.send(http.MethodPost, path("own", command), body).refused(http.StatusForbidden, "forbidden")
		unchanged()
	}
	s.send(http.MethodPost, path("ticket", "close"), nil, mine).refused(http.StatusConflict, "closing_not_allowed")
	s.post(path("own", "close"), nil, mine).shows(map[string]string{"documents.0.state": "closed"})
	s.send(http.MethodPost, path("own", "rate"), m{"rating": "so-so"}, mine).refused(http.StatusUnprocessableEntity, "invalid_value")
	s.post(path("own", "rate"), m{"rating": "dissatisfied", "comment": "It broke again"}, mine)
	last := s.post(path("own", "messages"), m{"body": "It broke again"}, mine)
	last.shows(map[string]string{"documents.0.state": "open"})
	s.get("/v1/portal/tickets/"+id("own").String(), mine, since(last)).shows(map[string]string{
		"state": "open", "rating": "dissatisfied", "messages.0.body": "It broke again", "messages.0.from_customer": "true",
	})
	s.get("/v1/tickets/"+id("own").String(), since(last)).shows(map[string]string{"rating": "dissatisfied"})
}

// Revoked portal access ends all tokens so far at once, also of the contacts
// without a grant of their own (domain.md 2.3 and 2.11).
func TestRevokedPortalAccessEndsTokensAtOnce(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("contact"), "name": "Contact of A", "parent": id("customer")})
	access := func(customer, what string) string {
		return "/v1/customers/" + id(customer).String() + "/portal-access/" + what
	}
	s.send(http.MethodPost, access("contact", "grant"), nil).refused(http.StatusUnprocessableEntity, "recipient_without_email")
	s.send(http.MethodPost, access("nobody", "grant"), nil).refused(http.StatusNotFound, "customer_not_found")
	s.send(http.MethodPost, access("customer", "revoke"), nil, as(s.token("agent-1", []string{"agent"}, nil))).refused(http.StatusForbidden, "forbidden")
	granted := s.post(access("customer", "grant"), nil)
	old, contact, other := as(s.portalOf("customer")), as(s.portalOf("contact")), as(s.portalOf("other customer"))
	s.get("/v1/portal/tickets", old, since(granted))
	s.get("/v1/portal/tickets", contact, since(granted))
	s.post(access("customer", "revoke"), nil)
	for _, token := range []option{old, contact} {
		s.send(http.MethodGet, "/v1/portal/tickets", nil, token).refused(http.StatusUnauthorized, "unauthenticated")
	}
	s.get("/v1/portal/tickets", other)
	s.post(access("customer", "grant"), nil)
	s.send(http.MethodGet, "/v1/portal/tickets", nil, old).refused(http.StatusUnauthorized, "unauthenticated")
	s.get("/v1/portal/tickets", as(s.portalOf("customer")))

	// 2.11: a grant of the contact's own does not bring back what died with the
	// company's, nor do other rights of a token.
	s.post("/v1/customers/"+id("contact").String()+"/details", m{"email": "contact@example.com"})
	s.post(access("contact", "grant"), nil)
	s.send(http.MethodGet, "/v1/portal/tickets", nil, contact).refused(http.StatusUnauthorized, "unauthenticated")
	s.get("/v1/portal/tickets", as(s.portalOf("contact")))
}

// 2.11: other rights of a token that died with the portal access leave it dead.
func TestOtherRightsDoNotReviveACustomersToken(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	access := "/v1/customers/" + id("customer").String() + "/portal-access/"
	issued := s.post("/v1/access-tokens", m{"actor": "c", "roles": []string{"customer"}, "customer": id("customer")})
	rights := "/v1/access-tokens/" + issued.text("id") + "/rights"
	s.post(access+"revoke", nil)
	s.post(access+"grant", nil)
	s.post(rights, m{"roles": []string{"customer"}, "teams": []any{id("team")}})
	s.send(http.MethodGet, "/v1/portal/tickets", nil, as(issued.text("token"))).refused(http.StatusUnauthorized, "unauthenticated")
	s.send(http.MethodPost, rights, m{"roles": []string{"customer", "reporting"}, "teams": []any{}}).refused(unprocessable, "invalid_value")
}

// everyPortal is a request for each portal command on a ticket, and for access.
func (s *service) everyPortal() []bad {
	s.t.Helper()
	s.post("/v1/teams", m{"id": id("kind team"), "name": "Kind", "customers_may_close": true})
	s.ticket("own", m{"customer": id("customer"), "team": id("kind team")})
	mine := []option{as(s.portalOf("customer"))}
	own, access := "/v1/portal/tickets/"+id("own").String(), "/v1/customers/"+id("customer").String()+"/portal-access"
	wishes := "/v1/portal/deliveries/" + id("delivery").String() + "/return-requests"
	s.post(wishes, m{"id": id("wish"), "ticket": id("ticket")}, mine...)
	return []bad{
		{path: own + "/messages", body: m{"body": "Hello"}, options: mine},
		{path: own + "/close", options: mine},
		{path: own + "/rate", body: m{"rating": "neutral"}, options: mine},
		{path: wishes, body: m{"ticket": id("ticket")}, options: mine},
		{path: "/v1/portal/tickets/" + id("ticket").String() + "/return-requests/withdraw", body: m{"request": id("wish")}, options: mine},
		{path: on("ticket", "return-requests/decline"), body: m{"request": id("wish"), "reason": "Signs of use"}},
		{path: access + "/grant"},
		{path: access + "/revoke"},
	}
}
