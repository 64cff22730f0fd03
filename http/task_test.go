package http_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// png begins as a PNG does.
const png = "data:image/png;base64,iVBORw0KGgo="

// planned plans a visit and answers the task's path.
func (s *service) planned(body m) (path string, made answer) {
	s.t.Helper()
	made = s.post(on("ticket", "interventions"), body)
	return "/v1/tasks/" + made.created(), made
}

// visited is a planned visit that a technician of its own has begun.
func (s *service) visited(body m) string {
	s.t.Helper()
	path, _ := s.planned(body)
	s.post(path+"/assign", m{"assignee": "technician of " + path})
	s.post(path+"/schedule", m{"planned_start": "2026-03-02T09:00:00+01:00", "planned_end": "2026-03-02T10:00:00+01:00"})
	s.post(path+"/start", nil)
	return path
}

// save fills in the worksheet and answers what the task shows then.
func (s *service) save(path, work string) answer {
	s.t.Helper()
	seen := s.send(http.MethodGet, path, nil, since(s.last())).header.Get("ETag")
	saved := s.post(path+"/worksheet", m{"values": m{"work": work}}, with("If-Match", seen))
	return s.get(path, since(saved))
}

// last is an answer that carries the position of the end of the log.
func (s *service) last() answer {
	s.t.Helper()
	at, _ := s.head()
	return answer{header: http.Header{"Position": {at.String()}}}
}

// signing is customer A's signature under the worksheet that a read showed.
func signing(read answer) m {
	version, _ := strconv.Atoi(read.text("worksheet.version"))
	return m{"name": "Customer A", "signature": png, "version": version, "hash": read.text("worksheet.hash")}
}

// signedProject makes a project that demands a signature.
func (s *service) signedProject() {
	s.t.Helper()
	s.post("/v1/projects", m{
		"id": id("signed"), "name": "Signed visits", "field_service": true, "portal_visible": true, "worksheets_enabled": true,
		"default_worksheet_template": id("worksheet"), "signature_required": true,
	})
}

// F-03, F-07: the team's project is the next task's; another one can be chosen
// for one task alone.
func TestF03TheTeamsProjectCanChange(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.signedProject()
	project := func(body m) string {
		s.t.Helper()
		path, made := s.planned(body)
		return s.get(path, since(made)).text("project")
	}
	for i, want := range []string{"project", "signed", "project"} {
		body := m{}
		if i == 1 {
			body["project"] = id("signed")
		}
		if got := project(body); got != id(want).String() {
			t.Errorf("task %d is in %s, want %s", i, got, want)
		}
	}
	s.post("/v1/teams/"+id("team").String()+"/field-service-project", m{"project": id("signed")})
	if got := project(m{}); got != id("signed").String() {
		t.Errorf("the next task is in %s", got)
	}
}

// F-12: the project's template is proposed, another one can take its place.
func TestF12AnotherTemplateCanBeChosen(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/worksheet-templates", m{"id": id("long"), "name": "Long", "fields": []m{{"name": "Hours", "type": "number", "required": true}}})
	path := s.visited(m{"worksheet_template": id("long")})
	read := s.get(path, since(s.last()))
	read.shows(map[string]string{"worksheet_template": id("long").String(), "project": id("project").String()})
	seen := with("If-Match", read.header.Get("ETag"))
	s.send(http.MethodPost, path+"/worksheet", m{"values": m{"Hours": ""}}, seen).refused(unprocessable, "worksheet_field_required")
	saved := s.post(path+"/worksheet", m{"values": m{"Hours": 1.50}}, seen)
	s.get(path, since(saved)).shows(map[string]string{"worksheet.values.Hours": "1.5", "worksheet.version": "1"})
}

// 2.10: the fields of a template are held to their types, choices and pictures too.
func TestWorksheetFieldsAreOfTheirTypes(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	template := func(f m) m { return m{"id": id("typed"), "name": "Typed", "fields": []m{f}} }
	s.allRefused(t, []bad{
		{name: "no choices", path: "/v1/worksheet-templates", body: template(m{"name": "cause", "type": "choice"}), status: unprocessable, code: "required", field: "fields[0].choices"},
		{name: "a choice twice", path: "/v1/worksheet-templates", body: template(m{"name": "cause", "type": "choice", "choices": []string{"a", "a"}}), status: unprocessable, code: "duplicate_line", field: "fields[0].choices[1]"},
		{name: "choices of a text", path: "/v1/worksheet-templates", body: template(m{"name": "cause", "type": "text", "choices": []string{"a"}}), status: unprocessable, code: "invalid_value", field: "fields[0].choices"},
	})
	s.post("/v1/worksheet-templates", m{"id": id("typed"), "name": "Typed", "fields": []m{
		{"name": "cause", "type": "choice", "choices": []string{"wear", "misuse"}}, {"name": "photo", "type": "photo"}, {"name": "by", "type": "signature"},
	}})
	s.get("/v1/worksheet-templates/"+id("typed").String(), since(s.last())).shows(map[string]string{"fields.0.choices.1": "misuse", "fields.1.choices": ""})
	path := s.visited(m{"worksheet_template": id("typed")})
	filled := func(name, value string) m { return m{"values": m{name: value}, "base_version": 0} }
	for name, value := range map[string]string{"cause": "anything", "photo": "no photo", "by": "no sig"} {
		s.send(http.MethodPost, path+"/worksheet", filled(name, value)).refused(unprocessable, "invalid_value")
	}
	s.post(path+"/worksheet", m{"values": m{"cause": "wear", "photo": png, "by": png}, "base_version": 0})
}

// F-14, F-15: after Create Task one can go to the task, or stay on the ticket
// and find it there.
func TestF14CreateAndViewTask(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "interventions"), m{"title": "Look at the lamp"})
	if made.status != http.StatusCreated || made.header.Get("Location") != "/v1/tasks/"+made.created() {
		t.Errorf("%d at %q", made.status, made.header.Get("Location"))
	}
	s.get(made.header.Get("Location"), since(made)).shows(map[string]string{"title": "Look at the lamp", "ticket": id("ticket").String()})
	s.get(on("ticket", "documents?kind=task"), since(made)).shows(map[string]string{"items.0.id": made.created(), "items.1": ""})
}

// Example 21, F-11, F-13: the project says whether there is a worksheet, and
// which.
func TestExample21_WorksheetFollowsTheProject(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/projects", m{"id": id("bare"), "name": "Bare", "field_service": true})
	s.send(http.MethodPost, on("ticket", "interventions"), m{"project": id("bare"), "worksheet_template": id("worksheet")}).
		refused(unprocessable, "worksheets_not_enabled")
	popup := on("ticket", "intervention-options?project=")
	s.get(popup+id("bare").String(), since(s.last())).shows(map[string]string{
		"fields.worksheet_template.visible": "false", "defaults.worksheet_template": "",
	})
	s.get(popup + id("project").String()).shows(map[string]string{
		"fields.worksheet_template.visible": "true", "defaults.worksheet_template": id("worksheet").String(),
	})
	path := s.visited(m{"project": id("bare")})
	read := s.get(path, since(s.last()))
	read.shows(map[string]string{"worksheet_template": "", "worksheet": ""})
	s.send(http.MethodPost, path+"/worksheet", m{"values": m{"work": "Done"}}, with("If-Match", read.header.Get("ETag"))).
		refused(unprocessable, "worksheets_not_enabled")
	path, made := s.planned(m{"project": id("project")})
	s.get(path, since(made)).shows(map[string]string{"worksheet_template": id("worksheet").String()})
}

// Example 22, F-10: a signature stands under one version; what is edited after
// it has to be signed anew, and the log keeps the old one.
func TestExample22_SignatureIsBoundToAVersion(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.signedProject()
	path := s.visited(m{"project": id("signed")})
	complete := func() answer { s.t.Helper(); return s.send(http.MethodPost, path+"/complete", nil) }
	s.save(path, "Opened it")
	second := s.save(path, "Opened it, looked inside")
	third := s.save(path, "Replaced the socket")
	complete().refused(conflict, "signature_required")
	s.send(http.MethodPost, path+"/sign", signing(second)).refused(http.StatusPreconditionFailed, "stale_version")
	signed := s.post(path+"/sign", signing(third))
	s.get(path, since(signed)).shows(map[string]string{
		"worksheet.version": "3", "worksheet.signature.name": "Customer A", "worksheet.signature.superseded": "false",
	})
	fourth := s.save(path, "Replaced the socket and the bulb")
	fourth.shows(map[string]string{"worksheet.version": "4", "worksheet.signature": ""})
	complete().refused(conflict, "signature_required")
	s.get(path + "?at_revision=" + signed.text("documents.0.revision")).shows(map[string]string{
		"worksheet.version": "3", "worksheet.signature.name": "Customer A", "worksheet.signature.image": png, "historical": "true",
	})
	s.post(path+"/sign", signing(fourth))
	complete().shows(map[string]string{"documents.0.state": "done"})
	follow(t, s.timeline("ticket", s.last()), "worksheet-saved", "worksheet-saved", "worksheet-saved", "worksheet-signed",
		"worksheet-saved", "worksheet-signed", "task-completed")

	// Reopened, the signature stays where it is and counts no more.
	reopened := s.post(path+"/reopen", nil)
	s.get(path, since(reopened)).shows(map[string]string{"state": "in_progress", "worksheet.signature.superseded": "true"})
	complete().refused(conflict, "signature_required")
}

// F-02, F-10 and domain.md 4: the customer signs in the portal what they were
// shown, and nobody else does.
func TestF10TheCustomerSignsInThePortal(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.signedProject()
	s.post("/v1/projects", m{"id": id("hidden"), "name": "Hidden", "field_service": true, "worksheets_enabled": true})
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	hidden, path := s.visited(m{"project": id("hidden")}), s.visited(m{"project": id("signed")})
	secret := s.save(hidden, "Quietly")
	read := s.save(path, "Replaced the socket")
	portal := strings.Replace(path, "/v1/", "/v1/portal/", 1)
	s.get(portal, mine, since(s.last())).shows(map[string]string{"worksheet": "", "signature_required": "true"})
	s.send(http.MethodPost, portal+"/sign", signing(read), mine).refused(conflict, "worksheet_not_signable")
	shown := s.get(portal, mine, since(s.post(path+"/worksheet/share", nil)))
	shown.shows(map[string]string{"worksheet.version": "1", "worksheet.hash": read.text("worksheet.hash"), "signature_required": "true"})
	s.allRefused(t, []bad{
		{name: "another customer", path: portal + "/sign", body: signing(shown), status: missing, code: "task_not_found", options: []option{theirs}},
		{name: "the company's people", path: portal + "/sign", body: signing(shown), status: forbidden, code: "forbidden"},
		{name: "a hidden project", path: strings.Replace(hidden, "/v1/", "/v1/portal/", 1) + "/sign", body: signing(secret), status: missing, code: "task_not_found", options: []option{mine}},
		{name: "what was not shown", path: portal + "/sign", body: but(signing(shown), "hash", "0"), status: http.StatusPreconditionFailed, code: "stale_version", options: []option{mine}},
		{name: "no image", path: portal + "/sign", body: but(signing(shown), "signature", ""), status: unprocessable, code: "signature_missing", field: "signature", options: []option{mine}},
		{name: "no name", path: portal + "/sign", body: but(signing(shown), "name", " "), status: unprocessable, code: "required", field: "name", options: []option{mine}},
	})
	signed := s.post(portal+"/sign", signing(shown), mine)
	s.get(path, since(signed)).shows(map[string]string{"worksheet.signature.via": "portal", "worksheet.signature.name": "Customer A"})
	s.send(http.MethodPost, portal+"/sign", but(signing(shown), "name", "Somebody"), mine).refused(conflict, "worksheet_not_signable")
	s.post(path+"/complete", nil).shows(map[string]string{"documents.0.state": "done"})
}

// Section 4: a customer sees no worksheet before it was shared, not what was saved
// after that, and that of done work.
func TestAWorksheetIsSharedBeforeTheCustomerSeesIt(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := s.visited(m{})
	link, open := s.linkTo("task", strings.TrimPrefix(path, "/v1/tasks/")), without("Authorization")
	mine, agent := as(s.portalOf("customer")), as(s.token("agent-1", []string{"agent"}, nil))
	seen := func(want map[string]string) {
		t.Helper()
		s.get(strings.Replace(path, "/v1/", "/v1/portal/", 1), mine, since(s.last())).shows(want)
		s.get(link, open, since(s.last())).shows(want)
	}
	none := map[string]string{"worksheet": ""}
	s.send(http.MethodPost, path+"/worksheet/share", nil).refused(conflict, "worksheet_not_signable")
	s.save(path, "Opened it").shows(map[string]string{"worksheet.shared": "false"})
	s.post(path+"/materials", m{"product": id("product"), "quantity": "1"})
	seen(none)
	s.send(http.MethodPost, path+"/worksheet/share", nil, agent).refused(forbidden, "forbidden")
	s.get(path, since(s.post(path+"/worksheet/share", nil))).shows(map[string]string{"worksheet.version": "2", "worksheet.shared": "true"})
	seen(map[string]string{"worksheet.version": "2", "worksheet.values.work": "Opened it", "worksheet.materials.0.quantity": "1", "worksheet.saved_by": ""})
	s.save(path, "Opened it again")
	seen(none)
	s.post(path+"/complete", nil)
	seen(map[string]string{"worksheet.version": "3", "worksheet.values.work": "Opened it again"})
}

// The way of a task, by whom it is gone (domain.md 2.10).
func TestAVisitFromPlanToDone(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	lead := as(s.token("lead-1", []string{"lead"}, nil))
	technician, other := as(s.token("technician-1", []string{"technician"}, nil)), as(s.token("technician-2", []string{"technician"}, nil))
	path, made := s.planned(m{})
	made.shows(map[string]string{"documents.0.state": "new"})
	s.send(http.MethodPost, path+"/start", nil, lead).refused(conflict, "task_not_planned")
	s.post(path+"/assign", m{"assignee": "technician-1"}, lead).shows(map[string]string{"documents.0.state": "new"})
	done := s.post(path+"/schedule", m{"planned_start": "2026-03-02T09:00:00+01:00", "planned_end": "2026-03-02T10:00:00+01:00"}, lead)
	done.shows(map[string]string{"documents.0.state": "planned"})
	s.get(path, since(done)).shows(map[string]string{
		"assignee": "technician-1", "planned_start": "2026-03-02T08:00:00Z", "planned_end": "2026-03-02T09:00:00Z",
	})
	s.send(http.MethodPost, path+"/start", nil, other).refused(forbidden, "forbidden")
	s.post(path+"/start?dry_run=true", nil, lead).shows(map[string]string{"documents.0.state": "in_progress"})
	s.post(path+"/start", nil, technician).shows(map[string]string{"documents.0.state": "in_progress"})
	s.get(path, since(s.post(path+"/pause", nil, technician))).shows(map[string]string{"paused": "true", "state": "in_progress"})
	s.get(path, since(s.post(path+"/resume", nil, technician))).shows(map[string]string{"paused": "false"})
	s.post(path+"/complete", nil, technician).shows(map[string]string{"documents.0.state": "done"})
	s.post(path+"/reopen", nil, technician).shows(map[string]string{"documents.0.state": "in_progress"})
	s.post(path+"/cancel", m{"reason": "Nobody at home"}, technician).shows(map[string]string{"documents.0.state": "cancelled"})
	follow(t, s.timeline("ticket", s.last()), "task-created", "task-assigned", "task-scheduled", "task-started", "task-paused",
		"task-resumed", "task-completed", "task-reopened", "task-cancelled")
}
