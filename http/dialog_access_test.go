package http_test

import (
	"net/http"
	"testing"
)

// buttons are the actions of the ticket page with the dialog, the command and
// the team's service behind each.
var buttons = []struct{ action, dialog, command, service string }{
	{"refund", "refund", "refunds", "refunds"},
	{"coupon", "coupon", "coupons", "coupons"},
	{"return", "return", "returns", "returns"},
	{"repair", "repair", "repairs", "repairs"},
	{"intervention", "intervention", "interventions", "field_service"},
}

// S-05, S-06, S-07, S-08, S-09, R-05, C-05, T-02, P-02, F-04: each option of the
// team gives the ticket its button and the dialog behind it; without it both
// are gone and the command is refused, and the other four stay.
func TestEachServiceGivesTheTicketItsButtonAndDialog(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("other team"), "name": "Others"})
	for _, b := range buttons {
		if b.service == "field_service" {
			s.post("/v1/teams/"+id("other team").String()+"/field-service-project", m{"project": id("project")})
		}
		s.post("/v1/teams/"+id("other team").String()+"/services/"+b.service+"/enable", m{"modules_confirmed": true})
	}
	s.ticket("of others", m{"team": id("other team"), "customer": id("customer")})
	shown := func(ticket string) map[string]string {
		at, _ := s.head()
		page, reasons := s.get("/v1/tickets/"+id(ticket).String(), with("Min-Position", at.String())), map[string]string{}
		for _, b := range buttons {
			reasons[b.action] = page.text("actions." + b.action + ".available")
			s.send(http.MethodGet, on(ticket, b.dialog+"-options"), nil, with("Min-Position", at.String())).offered(reasons[b.action] == "true")
		}
		return reasons
	}
	for _, off := range buttons {
		path := "/v1/teams/" + id("team").String() + "/services/" + off.service
		s.post(path+"/disable", m{})
		reasons := shown("ticket")
		for _, b := range buttons {
			if want := b != off; (reasons[b.action] == "true") != want {
				t.Errorf("without %s, %s is available: %s", off.service, b.action, reasons[b.action])
			}
		}
		s.send(http.MethodPost, on("ticket", off.command), m{}).refused(http.StatusConflict, "service_not_enabled")
		for action, available := range shown("of others") { // S-01
			if available != "true" {
				t.Errorf("%s of another team's ticket went with it", action)
			}
		}
		s.post(path+"/enable", m{"modules_confirmed": true})
	}
}

// offered checks that a dialog opens, or that its service is off.
func (a answer) offered(want bool) {
	a.t.Helper()
	if want && a.status != http.StatusOK {
		a.t.Errorf("%s: %d %s", a.what, a.status, a.body)
	}
	if !want {
		a.refused(http.StatusConflict, "service_not_enabled")
	}
}

// Domain.md 0.3 and 3: a dialog is for those who may give its command, and
// reads only.
func TestADialogIsForThoseWhoMayGiveItsCommand(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("other team"), "name": "Others"})
	s.ticket("nobody's", m{})
	own := s.token("agent", []string{"agent"}, m{"teams": []any{id("team")}})
	foreign := s.token("agent-2", []string{"agent"}, m{"teams": []any{id("other team")}})
	warehouse := s.token("packer", []string{"warehouse"}, nil)
	customer := s.portalOf("customer")
	unchanged := s.unchanged(t)
	for _, b := range buttons {
		path := on("ticket", b.dialog+"-options")
		read := s.get(path, as(own))
		if read.header.Get("Position") == "" {
			t.Errorf("%s tells no position", path)
		}
		s.send(http.MethodGet, path, nil, as(foreign)).refused(http.StatusNotFound, "ticket_not_found")
		s.send(http.MethodPost, on("ticket", b.command), m{}, as(foreign)).refused(http.StatusNotFound, "ticket_not_found")
		s.send(http.MethodGet, path, nil, as(warehouse)).refused(http.StatusForbidden, "forbidden")
		s.send(http.MethodGet, path, nil, as(customer)).refused(http.StatusNotFound, "not_found")
		s.send(http.MethodGet, path, nil, without("Authorization")).refused(http.StatusUnauthorized, "unauthenticated")
		s.send(http.MethodGet, on("nothing", b.dialog+"-options"), nil).refused(http.StatusNotFound, "ticket_not_found")
		s.send(http.MethodGet, on("nobody's", b.dialog+"-options"), nil).refused(http.StatusUnprocessableEntity, "customer_required")
		s.send(http.MethodGet, path, nil, with("Min-Position", "x")).refused(http.StatusBadRequest, "invalid_parameter")
	}
	unchanged()
}
