package http_test

import "testing"

// 2.11: a team is archived once it has no open tickets; then it gets no new
// ones, by opening or by handing over, until it is taken back.
func TestATeamIsArchivedWithoutOpenTickets(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("old team"), "name": "Old"})
	opened := s.ticket("left over", m{"team": id("old team")})
	path := "/v1/teams/" + id("old team").String()
	s.send("POST", path+"/archive", nil, since(opened)).refused(conflict, "team_has_open_tickets")
	closed := s.post(on("left over", "close"), nil)
	s.post(path+"/archive", nil, since(closed)).shows(map[string]string{"documents.0.state": "archived"})
	s.post(path+"/archive", nil) // is no fault
	s.get(path, since(s.last())).shows(map[string]string{"state": "archived"})
	s.allRefused(t, []bad{
		{name: "a new ticket", path: "/v1/tickets", body: m{"title": "New", "team": id("old team")}, status: conflict, code: "team_archived", field: "team"},
		{name: "a ticket handed over", path: on("ticket", "details"), body: m{"team": id("old team")}, status: conflict, code: "team_archived", field: "team"},
		{name: "no team", path: "/v1/teams/" + id("nobody").String() + "/archive", status: missing, code: "team_not_found"},
	})
	s.post(on("left over", "details"), m{"title": "Still ours", "customer": id("customer")})
	s.send("POST", on("left over", "reopen"), nil).refused(conflict, "team_archived")
	reply := s.post("/v1/portal/tickets/"+id("left over").String()+"/messages", m{"body": "It broke again"}, as(s.portalOf("customer")))
	reply.shows(map[string]string{"documents.0.state": "closed"}) // it is kept, and nothing is open
	s.get("/v1/portal/tickets/"+id("left over").String(), as(s.portalOf("customer")), since(reply)).shows(map[string]string{"messages.0.body": "It broke again"})
	s.post(path+"/unarchive", nil).shows(map[string]string{"documents.0.state": "active"})
	s.ticket("new again", m{"team": id("old team")})
	s.post(on("left over", "reopen"), nil).shows(map[string]string{"documents.0.state": "open"})
}
