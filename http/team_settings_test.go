package http_test

import (
	"net/http"
	"testing"
)

// S-01, S-03, domain.md 2.1 and 2.2: a lead changes what a team sets; what is
// not named stays, other teams' tickets do too.
func TestTheSettingsOfATeamChange(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Support", "stages": []string{"new", "waiting"}})
	s.post("/v1/teams", m{"id": id("other team"), "name": "Others", "auto_close_days": 7})
	s.ticket("ticket", nil)
	s.post(on("ticket", "stage"), m{"stage": "waiting"})
	path := "/v1/teams/" + id("team").String()
	s.allRefused(t, []bad{
		{name: "S-03 an agent", path: path + "/settings", body: m{"auto_close_days": 1}, status: forbidden, code: "forbidden", options: []option{as(s.token("agent-1", []string{"agent"}, nil))}},
		{name: "another team's lead", path: path + "/settings", body: m{"auto_close_days": 1}, status: missing, code: "team_not_found", options: []option{as(s.token("lead-1", []string{"lead"}, m{"teams": []any{id("other team")}}))}},
		{name: "a stage twice", path: path + "/settings", body: m{"stages": []string{"new", "new"}}, status: unprocessable, code: "invalid_value", field: "stages[1]"},
		{name: "eleven years", path: path + "/settings", body: m{"auto_close_days": 3651}, status: unprocessable, code: "invalid_value", field: "auto_close_days"},
		{name: "no team", path: "/v1/teams/" + id("nowhere").String() + "/settings", body: m{"auto_close_days": 1}, status: missing, code: "team_not_found"},
	})
	changed := s.post(path+"/settings", m{"stages": []string{"new", "done"}, "customers_may_close": true})
	s.get(path, since(changed)).shows(map[string]string{"stages.1": "done", "stages.2": "", "customers_may_close": "true", "auto_close_days": "", "name": "Support"})
	s.post(on("ticket", "stage"), m{"stage": "new"})
	s.send(http.MethodPost, on("ticket", "stage"), m{"stage": "waiting"}).refused(unprocessable, "stage_not_of_team")

	// Tickets close by the days that the team has now; 0 stops that.
	s.post(path+"/settings", m{"auto_close_days": 2})
	s.post(path+"/settings", m{"auto_close_days": 0})
	s.page("ticket", s.pass(3*oneDay)).shows(map[string]string{"state": "open"})
	s.post(path+"/settings", m{"auto_close_days": 2})
	s.page("ticket", s.pass(oneDay)).shows(map[string]string{"state": "closed"})
}

// 2.1: a ticket begins in a stage of its team; a folded stage is closed, every
// other is open, also when a ticket closes by itself.
func TestStagesTellWhatIsClosed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{
		"id": id("team"), "name": "Support", "auto_close_days": 2, "stages": []string{"Inbox", "Waiting", "Solved"}, "folded_stages": []string{"Solved"},
	})
	path := "/v1/teams/" + id("team").String()
	s.allRefused(t, []bad{
		{name: "another's stage", path: path + "/settings", body: m{"folded_stages": []string{"Lost"}}, status: unprocessable, code: "invalid_value", field: "folded_stages[0]"},
		{name: "no open one", path: "/v1/teams", body: m{"name": "Shut", "stages": []string{"Done"}, "folded_stages": []string{"Done"}}, status: unprocessable, code: "invalid_value", field: "folded_stages"},
	})
	is := func(stage, state string) {
		t.Helper()
		s.get("/v1/tickets/"+id("ticket").String(), since(s.last())).shows(map[string]string{"stage": stage, "state": state})
	}
	move := func(stage string) { t.Helper(); s.post(on("ticket", "stage"), m{"stage": stage}) }
	s.ticket("ticket", nil)
	is("Inbox", "open")
	move("Waiting")
	move("Inbox")
	move("Solved")
	is("Solved", "closed")
	move("Waiting")
	is("Waiting", "open")
	s.post(on("ticket", "close"), nil)
	is("Solved", "closed")
	s.post(on("ticket", "reopen"), nil)
	is("Inbox", "open")
	s.page("ticket", s.pass(3*oneDay)).shows(map[string]string{"stage": "Solved", "state": "closed"})
	s.get(path, since(s.last())).shows(map[string]string{"folded_stages.0": "Solved"})
	s.post(path+"/settings", m{"folded_stages": []string{}})
	s.send("POST", on("ticket", "stage"), m{"stage": "Inbox"}).refused(conflict, "ticket_closed")
}
