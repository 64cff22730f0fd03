package http_test

import (
	"net/http"
	"testing"
)

// visits adds two projects beside the team's: one without worksheets, one with
// another template.
func (s *service) visits() {
	s.t.Helper()
	s.post("/v1/projects", m{"id": id("plain visits"), "name": "Plain visits", "field_service": true, "portal_visible": true})
	s.post("/v1/worksheet-templates", m{"id": id("other worksheet"), "name": "Survey", "fields": []m{{"name": "found", "type": "text"}}})
	s.post("/v1/projects", m{
		"id": id("surveys"), "name": "Surveys", "field_service": true, "portal_visible": true,
		"worksheets_enabled": true, "default_worksheet_template": id("other worksheet"),
	})
}

// F-05, F-06, F-08, F-11, F-12: title, project and template are proposed, and
// each can be another.
func TestTheInterventionDialogProposesTheTeamsProjectAndItsTemplate(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	d := s.dialog("ticket", "intervention", "")
	d.shows(map[string]string{
		"defaults.title": "Broken lamp", "defaults.project": id("project").String(), "defaults.worksheet_template": id("worksheet").String(),
		"fields.title.required": "true", "fields.project.required": "true", "fields.worksheet_template.visible": "true",
		"fields.worksheet_template.required": "false", "empty_reason": "",
	})
	d.offers(t, "projects", "plain visits", "project", "surveys")
	d.offers(t, "worksheet_templates", "other worksheet", "worksheet")
	made := s.post(on("ticket", "interventions"), m{"title": "Another title", "worksheet_template": id("other worksheet")})
	s.get("/v1/tasks/"+made.created(), since(made)).shows(map[string]string{
		"title": "Another title", "project": id("project").String(), "worksheet_template": id("other worksheet").String(),
	})
	s.send(http.MethodPost, on("ticket", "interventions"), m{"title": ""}).refused(http.StatusUnprocessableEntity, "title_required")
}

// F-07: another project counts for this task only; one that is not for field
// service is neither offered nor taken.
func TestTheInterventionDialogTakesAnotherProjectForOneTask(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	s.dialog("ticket", "intervention", "?project="+id("surveys").String()).shows(map[string]string{
		"defaults.project": id("surveys").String(), "defaults.worksheet_template": id("other worksheet").String(),
	})
	made := s.post(on("ticket", "interventions"), m{"project": id("surveys")})
	s.get("/v1/tasks/"+made.created(), since(made)).shows(map[string]string{"project": id("surveys").String()})
	s.dialog("ticket", "intervention", "").shows(map[string]string{"defaults.project": id("project").String()})
	s.get("/v1/teams/"+id("team").String(), since(made)).shows(map[string]string{"field_service_project": id("project").String()})
	for name, code := range map[string]string{"office": "project_not_field_service", "nowhere": "project_not_found"} {
		s.send(http.MethodGet, on("ticket", "intervention-options")+"?project="+id(name).String(), nil).
			refused(http.StatusUnprocessableEntity, code)
		s.send(http.MethodPost, on("ticket", "interventions"), m{"project": id(name)}).refused(http.StatusUnprocessableEntity, code)
	}
}

// F-03, S-12: the team's project can be changed, and the dialog begins with it.
func TestTheTeamsProjectIsTheDialogsDefault(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	office := s.post("/v1/projects", m{"name": "Office", "field_service": false}).created()
	s.send(http.MethodPost, "/v1/teams/"+id("team").String()+"/field-service-project", m{"project": office}).
		refused(http.StatusUnprocessableEntity, "project_not_field_service")
	s.post("/v1/teams/"+id("team").String()+"/field-service-project", m{"project": id("surveys")})
	s.dialog("ticket", "intervention", "").shows(map[string]string{"defaults.project": id("surveys").String()})
	made := s.post(on("ticket", "interventions"), m{})
	s.get("/v1/tasks/"+made.created(), since(made)).shows(map[string]string{"project": id("surveys").String()})
}

// F-11, F-13, as in example 21: without worksheets the field is absent and
// the API refuses a template; switching to a project with a default template
// shows the field, preselected.
func TestTheWorksheetTemplateFollowsTheProject(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	plain := s.dialog("ticket", "intervention", "?project="+id("plain visits").String())
	plain.shows(map[string]string{"fields.worksheet_template.visible": "false", "defaults.worksheet_template": ""})
	plain.offers(t, "worksheet_templates")
	s.send(http.MethodPost, on("ticket", "interventions"), m{"project": id("plain visits"), "worksheet_template": id("worksheet")}).
		refused(http.StatusUnprocessableEntity, "worksheets_not_enabled")
	s.dialog("ticket", "intervention", "?project="+id("surveys").String()).shows(map[string]string{
		"fields.worksheet_template.visible": "true", "defaults.worksheet_template": id("other worksheet").String(),
	})
}
