package http_test

import (
	"net/http"
	"testing"
)

// P-01 to P-16: a repair under warranty, confirmed and quoted at once.
func TestP15Repair(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.page("ticket", s.furnish()).shows(map[string]string{"actions.repair.available": "true"})
	body := m{
		"under_warranty": true, "submit": "confirm_and_quote", "override": true, "notes": "Smells burnt", "tags": []string{"lamp"},
		"parts": []m{{"kind": "add", "product": id("product"), "quantity": "2", "unit_price": "4.00"}},
	}
	made := s.post(on("ticket", "repairs"), body)
	made.shows(map[string]string{"documents.0.kind": "repair", "documents.0.state": "confirmed", "documents.0.number": "WH/RO/00001"})
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{
		"product": id("product").String(), "customer": id("customer").String(), "quantity": "1", "under_warranty": "true",
		"parts.0.quantity": "2", "parts.0.unit_price": "0.00", "quote.total": "0.00", "quote.state": "draft",
		"responsible": "admin", "notes": "Smells burnt", "tags.0": "lamp", "ticket": id("ticket").String(),
	}) // P-03, P-04, P-07, P-10 to P-12, P-14
	s.page("ticket", made).shows(counts("0", "0", "0", "1", "0"))
	follow(t, s.timeline("ticket", made), "repair-created", "ticket-document-linked", "repair-numbered")

	// P-13: what is not in stock asks for an override.
	s.send(http.MethodPost, on("ticket", "repairs"), m{"submit": "confirm"}).refused(http.StatusConflict, "insufficient_quantity_to_repair")
	s.send(http.MethodPost, on("ticket", "repairs"), m{"product": id("labour")}).refused(http.StatusUnprocessableEntity, "product_not_repairable")

	// P-06: with a return, what came back is repaired.
	back := s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	s.post("/v1/returns/"+back.created()+"/receive", nil)
	saved := s.post(on("ticket", "repairs"), m{"return": back.created(), "submit": "confirm"})
	s.get("/v1/repairs/"+saved.created(), since(saved)).shows(map[string]string{"return": back.created(), "quantity": "2", "state": "confirmed"})
	s.page("ticket", saved).shows(counts("0", "0", "1", "2", "0"))
}

// F-01 to F-15: a visit in the team's project with the project's worksheet.
func TestF15Intervention(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.page("ticket", s.furnish()).shows(map[string]string{"actions.intervention.available": "true"})
	made := s.post(on("ticket", "interventions"), nil)
	made.shows(map[string]string{"documents.0.kind": "task", "documents.0.state": "new", "documents.0.number": "TASK/00001", "warnings.0": ""})
	s.get("/v1/tasks/"+made.created(), since(made)).shows(map[string]string{
		"title": "Broken lamp", "project": id("project").String(), "customer": id("customer").String(),
		"worksheet_template": id("worksheet").String(), "worksheet": "", "ticket": id("ticket").String(),
	}) // F-05, F-06, F-11
	s.page("ticket", made).shows(counts("0", "0", "0", "0", "1"))
	follow(t, s.timeline("ticket", made), "task-created", "ticket-document-linked", "task-numbered")

	s.send(http.MethodPost, on("ticket", "interventions"), m{"project": id("office")}).
		refused(http.StatusUnprocessableEntity, "project_not_field_service") // F-07
	s.send(http.MethodPost, on("ticket", "interventions"), m{"title": " "}).refused(http.StatusUnprocessableEntity, "title_required")

	// Warnings do not stop it.
	s.post("/v1/projects", m{"id": id("bare project"), "name": "Bare", "field_service": true})
	s.ticket("other ticket", m{"customer": id("other customer")})
	warned := s.post(on("other ticket", "interventions"), m{"project": id("bare project")})
	codes := map[any]bool{}
	for _, w := range warned.list("warnings") {
		codes[w.(m)["code"]] = w.(m)["message"] != ""
	}
	if !codes["customer_without_address"] || !codes["task_not_visible_to_customer"] {
		t.Errorf("warnings %v", warned.list("warnings"))
	}
	s.send(http.MethodPost, on("ticket", "interventions"), m{"project": id("bare project"), "worksheet_template": id("worksheet")}).
		refused(http.StatusUnprocessableEntity, "worksheets_not_enabled") // F-13
}

// S-02, S-13 and example 23: a service switched off takes no new commands; what
// was made stays and goes on.
func TestS13ServiceOff(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	back := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	var off answer
	for _, service := range services {
		off = s.post("/v1/teams/"+id("team").String()+"/services/"+service+"/disable", nil)
	}
	page := s.page("ticket", off)
	page.shows(counts("0", "0", "1", "0", "0"))
	for _, action := range []string{"refund", "coupon", "return", "repair", "intervention"} {
		page.shows(map[string]string{"actions." + action + ".available": "false", "actions." + action + ".reason": "service_not_enabled"})
	}
	for _, command := range []string{"refunds", "coupons", "returns", "repairs", "interventions"} {
		s.send(http.MethodPost, on("ticket", command), m{}).refused(http.StatusConflict, "service_not_enabled")
	}
	s.post("/v1/returns/"+back.created()+"/receive", nil).shows(map[string]string{"documents.0.state": "received"})
}

// S-11: modules that a service switches on are named before it happens.
func TestS11ModulesAreConfirmedFirst(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Support"})
	path := "/v1/teams/" + id("team").String() + "/services/returns/enable"
	asked := s.send(http.MethodPost, path, m{})
	asked.refused(http.StatusConflict, "modules_not_confirmed")
	if len(asked.list("modules")) == 0 {
		t.Errorf("no modules named: %s", asked.body)
	}
	s.send(http.MethodPost, "/v1/teams/"+id("team").String()+"/services/field_service/enable", m{"modules_confirmed": true}).
		refused(http.StatusUnprocessableEntity, "fsm_project_required")
	on := s.post(path, m{"modules_confirmed": true})
	s.get("/v1/teams/"+id("team").String(), since(on)).shows(map[string]string{"services.returns": "true", "services.refunds": "false"})
}
