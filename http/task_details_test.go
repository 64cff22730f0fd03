package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// Domain.md 2.10 and 4: what is told of a visit when it is planned can be changed
// until it is closed; the customer sees description, priority and deadline.
func TestWhatIsToldOfAVisit(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine := as(s.portalOf("customer"))
	agent, mechanic := as(s.token("agent-1", []string{"agent"}, nil)), as(s.token("mechanic-1", []string{"repair"}, nil))
	s.send(http.MethodPost, on("ticket", "interventions"), m{"priority": 4}).refused(unprocessable, "invalid_value")
	path, made := s.planned(m{"description": "It drips", "deadline": "2026-03-31", "priority": 2, "tags": []string{"pump", " pump "}})
	s.get(path, since(made)).shows(map[string]string{
		"description": "It drips", "deadline": "2026-03-31", "priority": "2", "tags.0": "pump", "tags.1": "",
	})
	changed := s.post(path+"/details", m{"priority": 3, "deadline": nil, "tags": []string{}, "title": "Look at the pump"}, agent)
	s.get(path, since(changed)).shows(map[string]string{
		"title": "Look at the pump", "description": "It drips", "deadline": "2026-03-31", "priority": "3", "tags.0": "",
	})
	cleared := s.post(path+"/details", m{"deadline": ""}, agent)
	s.get(path, since(cleared)).shows(map[string]string{"deadline": ""})
	again := s.post(path+"/details", m{"deadline": "2026-04-01"}, agent)
	portal := strings.Replace(path, "/v1/", "/v1/portal/", 1)
	s.get(portal, mine, since(again)).shows(map[string]string{
		"title": "Look at the pump", "description": "It drips", "deadline": "2026-04-01", "priority": "3", "tags": "", "state": "new",
	})
	s.get("/v1/tasks?ticket="+id("ticket").String(), since(again)).shows(map[string]string{"items.0.priority": "3", "items.0.deadline": "2026-04-01"})
	s.allRefused(t, []bad{
		{name: "no title", path: path + "/details", body: m{"title": " "}, status: unprocessable, code: "title_required", field: "title"},
		{name: "a bad priority", path: path + "/details", body: m{"priority": -1}, status: unprocessable, code: "invalid_value", field: "priority"},
		{name: "of no task", path: "/v1/tasks/" + id("nowhere").String() + "/details", body: m{}, status: missing, code: "task_not_found"},
		{name: "by a mechanic", path: path + "/details", body: m{}, status: forbidden, code: "forbidden", options: []option{mechanic}},
		{name: "a stale If-Match", path: path + "/details", body: m{"priority": 1}, status: http.StatusPreconditionFailed, code: "stale_version", options: []option{with("If-Match", `"0"`)}},
	})
	follow(t, s.timeline("ticket", s.last()), "task-created", "task-details-changed", "task-details-changed", "task-details-changed")
	s.post(path+"/cancel", m{"reason": "Not needed"})
	s.send(http.MethodPost, path+"/details", m{"priority": 1}).refused(conflict, "task_not_open")
}

// Domain.md 3.7: what a technician filled in offline is kept beside what the
// office saved meanwhile, and nothing is signed or done before somebody chose.
func TestAWorksheetFilledInOffline(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.signedProject()
	path := s.visited(m{"project": id("signed")})
	save := func(base int, work string) answer {
		s.t.Helper()
		return s.send(http.MethodPost, path+"/worksheet", m{"values": m{"work": work}, "base_version": base})
	}
	s.send(http.MethodPost, path+"/worksheet", m{"values": m{"work": "Unseen"}}).refused(http.StatusPreconditionRequired, "precondition_required")
	save(1, "Ahead").refused(unprocessable, "invalid_value")
	save(0, "Ordered a socket").shows(map[string]string{"warnings.0": ""})
	stale := with("If-Match", s.send(http.MethodGet, path, nil, since(s.last())).header.Get("ETag"))
	signed := s.save(path, "Ordered a socket and a bulb")
	s.post(path+"/sign", signing(signed))
	s.send(http.MethodPost, path+"/worksheet", m{"values": m{"work": "Late"}}, stale).refused(http.StatusPreconditionFailed, "stale_version")

	late := save(1, "Replaced the socket on site")
	late.shows(map[string]string{
		"warnings.0.code":    "worksheet_conflict",
		"warnings.0.message": "This worksheet was filled in without knowing of version 2; both are kept. Compare them and save what counts on version 3.",
	})
	read := s.get(path, since(late))
	read.shows(map[string]string{
		"worksheet.version": "3", "worksheet.values.work": "Replaced the socket on site", "worksheet.signature": "", "worksheet.saved_by": "admin",
		"worksheet.conflict.0.version": "2", "worksheet.conflict.0.values.work": "Ordered a socket and a bulb", "worksheet.conflict.1": "",
	})
	portal := s.get(strings.Replace(path, "/v1/", "/v1/portal/", 1), as(s.portalOf("customer")), since(late))
	portal.shows(map[string]string{"worksheet": ""})
	s.send(http.MethodPost, path+"/worksheet/share", nil).refused(conflict, "worksheet_conflict_open")
	s.send(http.MethodPost, path+"/sign", signing(read)).refused(conflict, "worksheet_conflict_open")
	s.send(http.MethodPost, path+"/complete", nil).refused(conflict, "worksheet_conflict_open")
	third := save(2, "Nobody at home")
	third.shows(map[string]string{"warnings.0.code": "worksheet_conflict"})
	s.get(path, since(third)).shows(map[string]string{"worksheet.conflict.0.version": "2", "worksheet.conflict.1.version": "3"})

	settled := save(4, "Ordered a bulb, replaced the socket on site")
	settled.shows(map[string]string{"warnings.0": ""})
	read = s.get(path, since(settled))
	read.shows(map[string]string{"worksheet.version": "5", "worksheet.conflict.0": ""})
	s.post(path+"/sign", signing(read))
	s.post(path+"/complete", nil).shows(map[string]string{"documents.0.state": "done"})
	save(5, "After the end").refused(conflict, "task_not_in_progress")
	follow(t, s.timeline("ticket", s.last()), "worksheet-saved", "worksheet-saved", "worksheet-signed", "worksheet-conflicted", "worksheet-saved",
		"worksheet-conflicted", "worksheet-saved", "worksheet-conflict-settled", "worksheet-saved", "worksheet-signed", "task-completed")
}
