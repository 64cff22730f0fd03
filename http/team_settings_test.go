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
