package http_test

import (
	"net/http"
	"testing"
	"time"
)

// TestRevocation (C25): a change of roles, teams or account counts with the next
// request and the next event, for tokens that are still valid and streams that
// are open.
func TestRevocation(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	issued := s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}, "teams": []any{id("team")}})
	who, rights := as(issued.text("token")), "/v1/access-tokens/"+issued.text("id")+"/rights"
	ours, theirs := "/v1/tickets/"+id("ticket of team").String(), "/v1/tickets/"+id("ticket of other team").String()
	s.get(ours, who)
	s.send(http.MethodGet, theirs, nil, who).refused(missing, "ticket_not_found")
	open := func(title, team string) { s.post("/v1/tickets", m{"title": title, "team": id(team)}) }
	l := s.listen("?type=ticket-opened", who)
	hears := func(title string) {
		t.Helper()
		if h, _ := l.next(); h.Event != "ticket-opened" || h.Data["data"].(m)["title"] != title {
			t.Errorf("heard %v, want %s", h, title)
		}
	}
	open("First", "team")
	hears("First")

	// Other teams.
	s.post(rights, m{"roles": []string{"agent"}, "teams": []any{id("other team")}})
	s.get(theirs, who)
	s.send(http.MethodGet, ours, nil, who).refused(missing, "ticket_not_found")
	s.send(http.MethodPost, ours+"/notes", m{"body": "x"}, who).refused(missing, "ticket_not_found")
	open("Not for them", "team")
	open("Second", "other team")
	hears("Second")

	// A ticket that leaves the team.
	s.post(theirs+"/details", m{"team": id("plain team")})
	s.send(http.MethodGet, theirs, nil, who).refused(missing, "ticket_not_found")

	// Another role, which hears of nothing.
	s.send(http.MethodPost, rights, m{"roles": []string{"agent"}}).refused(unprocessable, "required")
	s.post(rights, m{"roles": []string{"reporting"}, "teams": []any{id("other team")}})
	s.send(http.MethodPost, "/v1/tickets", m{"title": "Mine", "team": id("other team")}, who).refused(forbidden, "forbidden")
	open("Not any more", "other team")
	if h, ok := l.next(); ok {
		t.Errorf("heard %v", h)
	}

	// No account: the token ends, expires, or its customer is shut out.
	s.post("/v1/access-tokens/"+issued.text("id")+"/revoke", nil)
	s.send(http.MethodGet, "/v1/teams", nil, who).refused(http.StatusUnauthorized, "unauthenticated")
	brief := as(s.token("agent-2", []string{"agent"}, m{"expires_at": "2026-03-01T13:00:00Z"}))
	s.get("/v1/teams", brief)
	s.clock.Add(time.Hour.Milliseconds())
	s.send(http.MethodGet, "/v1/teams", nil, brief).refused(http.StatusUnauthorized, "unauthenticated")
	customer := as(s.portalOf("customer"))
	s.get("/v1/portal/tickets", customer)
	s.post("/v1/customers/"+id("customer").String()+"/portal-access/revoke", nil)
	s.send(http.MethodGet, "/v1/portal/tickets", nil, customer).refused(http.StatusUnauthorized, "unauthenticated")
}
