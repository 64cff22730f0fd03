package http_test

import "testing"

// 2.10, one running timer per technician, over HTTP: starting or resuming a
// second task is refused until the first one stands still.
func TestOneRunningTimerPerTechnician(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	plan := func() string {
		path, _ := s.planned(m{})
		s.post(path+"/assign", m{"assignee": "technician-1"})
		s.post(path+"/schedule", m{"planned_start": "2026-03-02T09:00:00+01:00", "planned_end": "2026-03-02T10:00:00+01:00"})
		return path
	}
	first, second := plan(), plan()
	s.post(first+"/start?dry_run=true", nil).shows(map[string]string{"documents.0.state": "in_progress"})
	seen := s.seen(first, s.last())
	s.post(first+"/start", nil, seen).shows(map[string]string{"documents.0.state": "in_progress", "documents.0.kind": "task"})
	busy := bad{name: "a second timer", path: second + "/start", status: conflict, code: "timer_running"}
	s.allRefused(t, []bad{
		busy,
		{name: "a stale If-Match", path: second + "/start", status: 412, code: "stale_version", options: []option{with("If-Match", `"0"`)}},
	})
	s.post(first+"/start", nil) // running already
	s.post(first+"/pause", nil)
	s.get(first, since(s.last())).shows(map[string]string{"paused": "true"})
	s.post(second+"/start", nil)
	s.allRefused(t, []bad{{name: "resuming beside it", path: first + "/resume", status: conflict, code: "timer_running"}})
	s.post(second+"/assign", m{"assignee": "technician-2"}) // who takes over a paused task
	s.get(second, since(s.last())).shows(map[string]string{"paused": "true", "assignee": "technician-2"})
	s.post(first+"/resume", nil)
	s.post(second+"/resume", nil)
	s.post(first+"/complete", nil)
	s.post(first+"/reopen", nil)
	s.get(first, since(s.last())).shows(map[string]string{"state": "in_progress", "paused": "true"})
}
