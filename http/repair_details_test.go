package http_test

import (
	"net/http"
	"testing"
	"time"
)

// Domain.md 2.8: the form of a repair can be changed, as far as the work has
// gone; another product has another lot.
func TestTheFormOfARepairCanBeChanged(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	s.portalOf("customer")
	mechanic, agent := as(s.token("mechanic-1", []string{"repair"}, nil)), as(s.token("agent-1", []string{"agent"}, nil))
	s.send(http.MethodPost, on("ticket", "repairs"), m{"priority": 2}).refused(unprocessable, "invalid_value")
	path, made := s.repaired("ticket", m{"priority": 1, "tags": []string{"leak"}})
	s.get(path, since(made)).shows(map[string]string{"priority": "1", "tags.0": "leak", "tags.1": ""})
	changed := s.post(path+"/details", m{
		"scheduled_at": "2026-03-05T09:00:00+01:00", "responsible": "mechanic-1", "tags": []string{"leak", "urgent"}, "priority": 0, "notes": "Seal",
	}, mechanic)
	s.get(path, since(changed)).shows(map[string]string{
		"scheduled_at": "2026-03-05T08:00:00Z", "responsible": "mechanic-1", "tags.1": "urgent", "priority": "0", "notes": "Seal", "quantity": "1",
	})
	tracked := s.post(path+"/details", m{"product": id("tracked"), "lot": id("lot")}, mechanic)
	s.get(path, since(tracked)).shows(map[string]string{"product": id("tracked").String(), "lot": id("lot").String(), "notes": "Seal"})
	back := s.post(path+"/details", m{"product": id("product"), "quantity": "2"}, mechanic)
	s.get(path, since(back)).shows(map[string]string{"product": id("product").String(), "lot": "", "quantity": "2"})

	working, _ := s.repaired("ticket", m{})
	s.post(working+"/start", m{"override": true})
	s.post(working+"/details", m{"product": id("product"), "quantity": "1", "notes": "All as it was"}, mechanic)
	done, _ := s.repaired("ticket", m{})
	s.post(done+"/start", m{"override": true})
	s.post(done+"/end", nil)
	s.post(done+"/details", m{"notes": "Kept the old seal", "tags": []string{"leak"}}, mechanic)
	over, _ := s.repaired("ticket", m{})
	s.post(over+"/cancel", nil)
	of := func(name, path string, body m, status int, code, field string, o ...option) bad {
		return bad{name: name, path: path + "/details", body: body, status: status, code: code, field: field, options: append(o, mechanic)}
	}
	s.allRefused(t, []bad{
		of("a service", path, m{"product": id("labour")}, unprocessable, "product_not_repairable", "product"),
		of("an unknown product", path, m{"product": id("nowhere")}, unprocessable, "product_not_found", "product"),
		of("a lot of an untracked product", path, m{"lot": id("lot")}, unprocessable, "lot_not_applicable", "lot"),
		of("two of one serial number", path, m{"product": id("tracked"), "quantity": "2"}, unprocessable, "serial_quantity", "quantity"),
		of("nothing", path, m{"quantity": "0"}, unprocessable, "quantity_not_positive", "quantity"),
		of("a bad priority", path, m{"priority": 2}, unprocessable, "invalid_value", "priority"),
		of("P-09 a blank", path, m{"responsible": " "}, unprocessable, "required", "responsible"),
		of("P-09 a customer", path, m{"responsible": "customer"}, unprocessable, "responsible_not_internal", "responsible"),
		of("another product at work", working, m{"product": id("tracked")}, conflict, "repair_not_draft", ""),
		of("another quantity at work", working, m{"quantity": "2"}, conflict, "repair_not_draft", ""),
		of("another date when done", done, m{"scheduled_at": "2026-03-09T09:00:00Z"}, conflict, "repair_not_open", ""),
		of("when cancelled", over, m{"notes": "Late"}, conflict, "repair_not_open", ""),
		of("a stale If-Match", path, m{"priority": 1}, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
		{name: "by the agent", path: path + "/details", body: m{}, status: forbidden, code: "forbidden", options: []option{agent}},
		{name: "of no repair", path: "/v1/repairs/" + id("nowhere").String() + "/details", body: m{}, status: missing, code: "repair_not_found"},
	})
}

// A repair that is put off is reminded of anew, and only then.
func TestARepairThatIsPutOffIsRemindedOfAnew(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	path, _ := s.repaired("ticket", m{"scheduled_at": "2026-03-02T12:00:00Z"})
	s.post(path+"/details", m{"scheduled_at": "2026-03-05T12:00:00Z"})
	s.pass(3 * oneDay)
	s.get(path, since(s.last())).shows(map[string]string{"reminded_at": ""})
	s.pass(3 * oneDay)
	if at, err := time.Parse(time.RFC3339, s.get(path, since(s.last())).text("reminded_at")); err != nil || at.Before(time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("reminded at %v, %v", at, err)
	}
}
