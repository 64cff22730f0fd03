package http_test

import "testing"

// Domain.md 2.2: a visit needs a project. While the team's is archived the
// button says so; taken back, or with another one, it is there again.
func TestNoVisitWhileTheTeamsProjectIsArchived(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	shows := func(after answer, available, reason string) {
		t.Helper()
		s.page("ticket", after).shows(map[string]string{"actions.intervention.available": available, "actions.intervention.reason": reason})
	}
	shows(s.last(), "true", "")
	shows(s.archive("projects", "project"), "false", "project_archived")
	shows(s.post("/v1/projects/"+id("project").String()+"/unarchive", nil), "true", "")
	s.archive("projects", "project")
	s.post("/v1/projects", m{"id": id("other visits"), "name": "Other visits", "field_service": true})
	shows(s.post("/v1/teams/"+id("team").String()+"/field-service-project", m{"project": id("other visits")}), "true", "")
}
