package http_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/team"
	"aftersales/commands"
	api "aftersales/http"
)

// companyRoles are those of the company's people and programs.
var companyRoles = strings.Fields("admin lead agent billing warehouse repair technician reviewer reporting integration")

// twoTeams furnishes and makes a second team, which has all services too, and a
// third without any. Each has a ticket of customer A; from those of the first
// two every kind of document is made, named after kind and team: "task of team".
// Others are made from no ticket: "credit_note of nobody".
func (s *service) twoTeams() {
	s.t.Helper()
	s.furnish()
	s.post("/v1/teams", m{"id": id("other team"), "name": "Others"})
	s.post("/v1/teams", m{"id": id("plain team"), "name": "Without services"})
	s.post("/v1/teams/"+id("other team").String()+"/field-service-project", m{"project": id("project")})
	for _, service := range services {
		s.post("/v1/teams/"+id("other team").String()+"/services/"+service+"/enable", m{"modules_confirmed": true})
	}
	creator := as(s.token("creator", []string{"agent"}, nil))
	for _, team := range []string{"team", "other team", "plain team"} {
		ticket := "ticket of " + team
		s.ticket(ticket, m{"team": id(team), "customer": id("customer"), "product": id("product"), "order": id("order")})
		if team == "plain team" {
			break
		}
		for command, body := range map[string]m{
			"refunds credit_note": refund("invoice", "reverse"), "coupons coupon": {"program": id("program")},
			"returns return": giveBack("delivery", "1"), "repairs repair": {"submit": "confirm_and_quote", "override": true}, "interventions task": {},
		} {
			command, kind, _ := strings.Cut(command, " ")
			body["id"] = id(kind + " of " + team)
			s.post(on(ticket, command), body, creator)
		}
		s.post("/v1/repairs/"+id("repair of "+team).String()+"/quote/send", m{})
		s.post(on(ticket, "messages"), m{"attachments": []m{{"id": id("attachment of " + team), "name": "lamp.png", "content": "bGFtcA=="}}})
		s.post("/v1/portal-links", m{"id": id("portal_link of " + team), "kind": "ticket", "document": id(ticket)})
	}
	s.post("/v1/invoices/"+id("invoice").String()+"/credit-notes", m{"id": id("credit_note of nobody"), "reversal_date": "2026-03-01"})
	s.post("/v1/invoices/"+id("invoice").String()+"/payments", m{"id": id("payment"), "amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"})
	s.post("/v1/webhooks", m{"id": id("webhook"), "url": "http://hooks.example/", "types": []string{"team-created"}})
	s.post("/v1/webhooks/"+id("webhook").String()+"/pause", nil)
	last := s.post("/v1/access-tokens", m{"id": id("access_token"), "actor": "erp", "roles": []string{"integration"}})
	for _, path := range []string{"/v1/teams", "/v1/tickets", "/v1/audit/events", on("ticket", "repair-options")} {
		s.get(path, since(last)) // the read models know all of it
	}
}

// documentsOf are the names of the documents that the {id} of a path can stand
// for, by whose they are: a team's, or nobody's.
func documentsOf(path string) map[string]string {
	if !strings.Contains(path, "{id}") {
		return map[string]string{"": ""}
	}
	segments := strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, "/v1/"), "portal/"), "/")
	kinds := map[string]string{"attachments": "attachment"}
	for kind, collection := range api.Collections {
		kinds[collection] = kind
	}
	switch kind := kinds[segments[0]]; kind {
	case "team":
		return map[string]string{"team": "team", "other team": "other team"}
	case "ticket", "coupon", "return", "repair", "task", "portal_link", "attachment":
		return map[string]string{"team": kind + " of team", "other team": kind + " of other team"}
	case "credit_note":
		return map[string]string{"team": kind + " of team", "other team": kind + " of other team", "": kind + " of nobody"}
	case "worksheet_template":
		return map[string]string{"": "worksheet"}
	case "coupon_program":
		return map[string]string{"": "program"}
	default:
		return map[string]string{"": kind}
	}
}

// routed are all operations of the router: method and path as in openapi.yaml.
func routed(t testing.TB) (all []string) {
	t.Helper()
	err := api.New(api.Config{}).Router().Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := route.GetMethods()
		all = append(all, methods[0]+" "+strings.ReplaceAll(path, ":.+}", "}"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// try asks for an operation as a dry run, of a document where it has an {id}.
func (s *service) try(operation string, document uuid.UUID, token string) answer {
	s.t.Helper()
	method, target, _ := strings.Cut(operation, " ")
	target = strings.NewReplacer("{id}", document.String(), "{service}", "repairs", "{name}", "nothing", "{key}", "nothing",
		"{code}", "nothing", "{secret}", "nothing", "{stream}", "ticket-"+document.String()).Replace(target)
	target = strings.Replace(target, "/v1/currencies/"+document.String(), "/v1/currencies/EUR", 1)
	path, query, _ := strings.Cut(target, "?")
	switch {
	case path == "/v1/events/stream":
		query = "from=never" // else it has no end
	case method == http.MethodPost:
		query = "dry_run=true"
	}
	r := httptest.NewRequestWithContext(s.t.Context(), method, path+"?"+query, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "a-try")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.direct(r)
}

// Every operation of the router has a row in the table of access, and every row
// is of an operation. Who may give a service's command may open its dialog.
func TestEveryOperationHasItsRowInTheTableOfAccess(t *testing.T) {
	rows, roles := map[string]commands.Access{}, map[team.Service][]accesstoken.Role{}
	for a := range commands.Operations() {
		rows[a.Operation] = a
		if of, known := roles[a.Service]; a.Service != "" && known && !slices.Equal(of, a.Roles) {
			t.Errorf("the dialog and the command of %s are for %v and %v", a.Service, of, a.Roles)
		}
		roles[a.Service] = a.Roles
	}
	for _, operation := range routed(t) {
		if _, ok := rows[operation]; !ok {
			t.Errorf("%s has no row", operation)
		}
		delete(rows, operation)
	}
	for operation := range rows {
		t.Errorf("%s is no operation", operation)
	}
}
