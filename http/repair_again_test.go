package http_test

import "testing"

// 2.8: a cancelled repair is set to draft again; its quotation bills as before.
func TestACancelledRepairIsSetToDraft(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path, _ := s.repaired("ticket", m{"parts": []m{add("product", "2")}})
	s.post(path+"/quote", nil)
	s.send("POST", path+"/draft", nil).shows(map[string]string{"documents.0.state": "draft"}) // it is one
	s.post(path+"/cancel", nil)
	s.get(path, since(s.last())).shows(map[string]string{"state": "cancelled", "quote.total": "0.00"})
	s.post(path+"/draft", nil)
	s.get(path, since(s.last())).shows(map[string]string{"state": "draft", "quote.total": "20.00", "quote.lines.0.quantity": "2"})
	s.post(path+"/start", m{"override": true})
	s.allRefused(t, []bad{
		{name: "one under repair", path: path + "/draft", status: conflict, code: "repair_not_cancelled"},
		{name: "none", path: "/v1/repairs/" + id("nowhere").String() + "/draft", status: missing, code: "repair_not_found"},
		{name: "by an agent", path: path + "/draft", status: forbidden, code: "forbidden", options: []option{as(s.token("agent-1", []string{"agent"}, nil))}},
	})
}

// Section 5: a repair that is not done a day after its time is reminded of, once,
// on the timeline of its ticket.
func TestOverdueRepairsAreRemindedOf(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path, _ := s.repaired("ticket", m{"scheduled_at": "2026-03-02T09:00:00Z"})
	done, _ := s.repaired("ticket", m{"scheduled_at": "2026-03-02T09:00:00Z"})
	s.post(done+"/start", m{"override": true})
	s.post(done+"/end", nil)
	s.get(path, since(s.last())).shows(map[string]string{"reminded_at": ""})
	s.get(path, since(s.pass(oneDay))).shows(map[string]string{"reminded_at": ""}) // at noon on the 2nd
	reminded := s.pass(oneDay)
	read := s.get(path, since(reminded))
	read.shows(map[string]string{"state": "draft"})
	if at := read.text("reminded_at"); len(at) < 10 || at[:10] != "2026-03-03" {
		t.Errorf("reminded at %q", at)
	}
	s.get(done, since(reminded)).shows(map[string]string{"reminded_at": ""})
	s.get("/v1/audit/events?type=repair-overdue-reminded", since(reminded)).shows(map[string]string{
		"items.0.actor.id": "timer", "items.0.ticket": id("ticket").String(), "items.0.data.responsible": "admin", "items.1": "",
	})
	s.settled()
}

// cancelled is a repair that was given up.
func (s *service) cancelled() string {
	s.t.Helper()
	path, _ := s.repaired("ticket", m{})
	s.post(path+"/cancel", nil)
	return path
}
