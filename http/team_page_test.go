package http_test

import (
	"net/http"
	"testing"
)

// S-01, S-03, S-04, S-10: the list of teams leads to a team, which shows five
// options; each is switched by itself, and for this team alone.
func TestATeamsPageShowsFiveOptions(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, name := range []string{"team", "other team"} {
		s.post("/v1/teams", m{"id": id(name), "name": name})
	}
	s.post("/v1/projects", m{"id": id("project"), "name": "Visits", "field_service": true})
	last := s.post("/v1/teams/"+id("team").String()+"/field-service-project", m{"project": id("project")})
	listed := s.get("/v1/teams", since(last))
	if n := len(listed.list("items")); n != 2 {
		t.Fatalf("%d teams are listed", n)
	}
	listed.shows(map[string]string{"items.0.id": id("team").String(), "items.1.id": id("other team").String()})
	on := map[string]bool{}
	for _, service := range services {
		on[service] = true
		last = s.post("/v1/teams/"+id("team").String()+"/services/"+service+"/enable", m{"modules_confirmed": true})
		page := s.get("/v1/teams/"+id("team").String(), since(last))
		options, _ := page.at("services").(m)
		if len(options) != len(services) {
			t.Fatalf("the page shows %v", options)
		}
		for name, enabled := range options {
			if enabled != on[name] {
				t.Errorf("after %s was enabled, %s is %v", service, name, enabled)
			}
		}
	}
	other, _ := s.get("/v1/teams/"+id("other team").String(), since(last)).at("services").(m)
	for name, enabled := range other {
		if enabled != false {
			t.Errorf("%s of the other team is %v", name, enabled)
		}
	}
}

// S-03: only leads change a team; agents read it.
func TestOnlyLeadsChangeATeam(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	agent, lead := s.token("agent", []string{"agent"}, nil), s.token("lead", []string{"lead"}, nil)
	team := "/v1/teams/" + id("team").String()
	for path, body := range map[string]m{
		"/v1/teams":                        {"name": "More"},
		team + "/services/refunds/enable":  {"modules_confirmed": true},
		team + "/services/refunds/disable": {},
		team + "/field-service-project":    {"project": id("project")},
	} {
		s.send(http.MethodPost, path, body, as(agent)).refused(http.StatusForbidden, "forbidden")
		s.post(path, body, as(lead))
	}
	s.get(team, as(agent)).shows(map[string]string{"name": "Support"})
}

// C-20, C-21, R-24, T-13, P-15, F-15: a smart button counts what its command
// made from the ticket, and opens it.
func TestSmartButtonsAppearWithTheirFirstDocument(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for _, b := range []struct {
		button, kind, command string
		body                  m
		count                 string
	}{
		{"credit_notes", "credit_note", "refunds", refund("invoice", "reverse_and_create_invoice"), "1"},
		{"coupons", "coupon", "coupons", m{"program": id("program"), "valid_until": "2026-04-01"}, "1"},
		{"returns", "return", "returns", giveBack("delivery", "1"), "1"},
		{"repairs", "repair", "repairs", m{}, "1"},
		{"tasks", "task", "interventions", m{}, "1"},
	} {
		at, _ := s.head()
		s.get("/v1/tickets/"+id("ticket").String(), with("Min-Position", at.String())).shows(map[string]string{"smart_buttons." + b.button: "0"})
		made := s.post(on("ticket", b.command), b.body)
		s.get("/v1/tickets/"+id("ticket").String(), since(made)).shows(map[string]string{"smart_buttons." + b.button: b.count})
		opened := s.get(on("ticket", "documents")+"?kind="+b.kind, since(made))
		opened.shows(map[string]string{"items.0.id": made.created(), "items.0.kind": b.kind, "items.1.id": ""})
		if b.kind == "coupon" {
			opened.shows(map[string]string{"items.0.expires_on": "2026-04-01", "items.0.program": id("program").String()})
			if opened.text("items.0.code") == "" {
				t.Error("the coupon shows no code")
			}
		}
	}
}

// T-01, T-11, T-12: a return is a new operation for the goods that come back,
// and leads back to its ticket.
func TestAReturnIsAnOperationThatLeadsBackToItsTicket(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	s.get("/v1/returns/"+made.created(), since(made)).shows(map[string]string{
		"ticket": id("ticket").String(), "delivery": id("delivery").String(), "state": "ready",
		"lines.0.product": id("product").String(), "lines.0.quantity": "2", "lines.0.received_quantity": "0",
	})
	s.get("/v1/deliveries/"+id("delivery").String(), since(made)).shows(map[string]string{
		"state": "done", "returns.0": made.created(), "lines.0.returnable_quantity": "1",
	})
}
