package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The same request as each role (domain.md 0.3 and 3): who may, who is told
// that they may not, and to whom it does not exist. Commands are tried, so that
// nothing changes from one role to the next.
func TestEachRoleMayDoItsWorkAndNoOther(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	roles := []string{"lead", "agent", "billing", "warehouse", "repair", "technician", "reviewer", "reporting", "integration"}
	tokens := map[string]string{"admin": adminToken, "customer": s.portalOf("customer")}
	for _, role := range roles {
		tokens[role] = s.token(role+"-1", []string{role}, nil)
	}
	nowhere := id("nowhere").String()
	commands := map[string]string{
		"/v1/teams":                               "lead",
		"/v1/access-tokens":                       "",
		"/v1/coupon-programs":                     "lead integration",
		"/v1/orders":                              "integration",
		"/v1/journals":                            "billing integration",
		"/v1/invoices":                            "billing integration",
		"/v1/invoices/" + nowhere + "/payments":   "billing integration",
		"/v1/credit-notes/" + nowhere + "/post":   "billing integration",
		"/v1/credit-notes/" + nowhere + "/payout": "billing integration",
		// whoever drafts may edit and discard the draft.
		"/v1/credit-notes/" + nowhere + "/lines":   "agent lead billing integration",
		"/v1/credit-notes/" + nowhere + "/discard": "agent lead billing integration",
		"/v1/deliveries":                      "warehouse integration",
		"/v1/returns/" + nowhere + "/receive": "warehouse integration",
		"/v1/repairs/" + nowhere + "/start":   "repair lead",
		"/v1/tasks/" + nowhere + "/start":     "technician lead",
		"/v1/coupons/" + nowhere + "/revoke":  "agent lead",
		on("ticket", "notes"):                 "agent lead",
		on("ticket", "refunds"):               "agent lead integration",
		on("ticket", "coupons"):               "agent lead integration",
		on("ticket", "returns"):               "agent lead integration",
		on("ticket", "repairs"):               "agent lead integration",
		on("ticket", "interventions"):         "agent lead integration",
		"/v1/customers/" + id("customer").String() + "/portal-access/revoke": "lead integration",
	}
	for path, may := range commands {
		for role, token := range tokens {
			a := s.send(http.MethodPost, path+"?dry_run=true", m{}, as(token))
			switch {
			case role == "customer":
				if a.status != http.StatusNotFound {
					t.Errorf("a customer: %s: %d %s", a.what, a.status, a.body)
				}
			case role != "admin" && !slices.Contains(strings.Fields(may), role):
				if a.status != http.StatusForbidden {
					t.Errorf("%s may: %s: %d %s", role, a.what, a.status, a.body)
				}
			case a.text("code") == "forbidden" || a.text("code") == "unauthenticated":
				t.Errorf("%s may not: %s: %s", role, a.what, a.body)
			}
		}
	}
	// P-16: a repair is opened by those with the right on repairs and by the agent
	// who created it, and by no other.
	tokens["creator"] = s.token("agent-2", []string{"agent"}, nil)
	repair := s.post(on("ticket", "repairs"), nil, as(tokens["creator"]))
	opens := map[string]int{"admin": 200, "lead": 200, "repair": 200, "creator": 200, "agent": 403, "billing": 403, "technician": 403, "customer": 404}
	for role, want := range opens {
		if a := s.send(http.MethodGet, "/v1/repairs/"+repair.created(), nil, as(tokens[role]), since(repair)); a.status != want {
			t.Errorf("%s opens the repair: %d, want %d", role, a.status, want)
		}
	}
	for role, token := range tokens {
		status := map[string]int{"/v1/tickets": 200, "/v1/invoices": 200, "/v1/audit/events": 403, "/v1/portal/tickets": 403}
		switch role {
		case "customer":
			status = map[string]int{"/v1/tickets": 404, "/v1/invoices": 404, "/v1/audit/events": 404, "/v1/portal/tickets": 200}
		case "admin", "reviewer", "lead":
			// Neither domain.md nor api.md says who reads the audit log. A lead
			// answers for what the team did, and sees the events of it alone.
			status["/v1/audit/events"] = 200
		}
		for path, want := range status {
			if a := s.send(http.MethodGet, path, nil, as(token)); a.status != want {
				t.Errorf("%s: %s: %d, want %d: %s", role, a.what, a.status, want, a.body)
			}
		}
	}
}
