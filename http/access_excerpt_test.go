package http_test

import (
	"testing"
)

// An excerpt of who may do what, written by hand from domain.md 0.3, 3.x, 4 and
// P-16, so that a table that is wrong does not prove itself right. An asker is
// a role and whom it works for.
func TestTheTableOfAccessSaysWhatDomainSays(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	tokens := map[string]string{}
	for _, a := range s.askers() {
		tokens[a.name] = a.token
	}
	for _, c := range []struct{ asker, operation, document, want string }{
		// Teams (S-01, S-03): leads set their own up, agents none.
		{"lead of the team", "POST /v1/teams/{id}/services/{service}/disable", "team", served},
		{"lead of the team", "POST /v1/teams/{id}/services/{service}/disable", "other team", hidden},
		{"agent of the team", "POST /v1/teams/{id}/services/{service}/disable", "team", prohibited},
		{"agent of the team", "GET /v1/teams/{id}", "team", served},
		{"agent of the team", "GET /v1/teams/{id}", "other team", hidden},
		// The five services are for the agents and leads of the ticket's team (3, 0.3, 0.4, 0.6).
		{"agent of all teams", "POST /v1/tickets/{id}/refunds", "ticket of team", served},
		{"agent of the team", "POST /v1/tickets/{id}/refunds", "ticket of team", served},
		{"agent of another team", "POST /v1/tickets/{id}/refunds", "ticket of team", hidden},
		{"agent of the team", "POST /v1/tickets/{id}/refunds", "ticket of plain team", off},
		{"lead of the team", "POST /v1/tickets/{id}/interventions", "ticket of team", served},
		{"warehouse of the team", "POST /v1/tickets/{id}/returns", "ticket of team", prohibited},
		{"warehouse of another team", "POST /v1/tickets/{id}/returns", "ticket of team", hidden},
		{"technician of the team", "GET /v1/tickets/{id}/repair-options", "ticket of team", prohibited},
		{"customer A", "POST /v1/tickets/{id}/coupons", "ticket of team", hidden},
		{"nobody", "POST /v1/tickets/{id}/coupons", "ticket of team", unauthenticated},
		{"agent of another team", "GET /v1/tickets/{id}", "ticket of team", hidden},
		{"lead of another team", "GET /v1/tickets/{id}/timeline", "ticket of team", hidden},
		// Posting and paying out need the right to invoice (3.1 rule 14).
		{"billing of the team", "POST /v1/credit-notes/{id}/post", "credit_note of team", served},
		{"billing of another team", "POST /v1/credit-notes/{id}/post", "credit_note of team", hidden},
		{"agent of the team", "POST /v1/credit-notes/{id}/post", "credit_note of team", prohibited},
		{"agent of the team", "POST /v1/credit-notes/{id}/lines", "credit_note of team", served},
		{"billing of the team", "GET /v1/credit-notes/{id}", "credit_note of nobody", served},
		{"agent of the team", "GET /v1/credit-notes/{id}", "credit_note of nobody", hidden},
		{"agent of all teams", "GET /v1/credit-notes/{id}", "credit_note of nobody", served},
		{"billing of the team", "GET /v1/invoices/{id}", "invoice", served},
		{"technician of the team", "GET /v1/invoices/{id}", "invoice", hidden},
		{"agent of the team", "POST /v1/invoices/{id}/payments", "invoice", prohibited},
		// The warehouse receives what comes back.
		{"warehouse of the team", "POST /v1/returns/{id}/receive", "return of team", served},
		{"warehouse of another team", "POST /v1/returns/{id}/receive", "return of team", hidden},
		{"agent of the team", "POST /v1/returns/{id}/receive", "return of team", prohibited},
		{"warehouse of the team", "GET /v1/deliveries/{id}", "delivery", served},
		// Repairs: the right on them, or a grant to look (P-16).
		{"repair of the team", "POST /v1/repairs/{id}/start", "repair of team", served},
		{"creator of the team", "POST /v1/repairs/{id}/start", "repair of team", prohibited},
		{"creator of the team", "GET /v1/repairs/{id}", "repair of team", served},
		{"creator of the team", "GET /v1/repairs/{id}", "repair of other team", hidden},
		{"agent of the team", "GET /v1/repairs/{id}", "repair of team", prohibited},
		{"billing of all teams", "GET /v1/repairs/{id}", "repair of team", prohibited},
		// Technicians work on tasks, customers sign their own (2.10, 4).
		{"technician of the team", "POST /v1/tasks/{id}/start", "task of team", served},
		{"repair of the team", "POST /v1/tasks/{id}/start", "task of team", prohibited},
		{"customer A", "POST /v1/portal/tasks/{id}/sign", "task of team", served},
		{"customer B", "POST /v1/portal/tasks/{id}/sign", "task of team", hidden},
		{"customer B", "GET /v1/portal/tickets/{id}", "ticket of team", hidden},
		{"admin of all teams", "GET /v1/portal/tickets/{id}", "ticket of team", prohibited},
		// The log is for reviewers, the tokens for admins.
		{"reviewer of the team", "GET /v1/audit/streams/{stream}", "ticket of team", served},
		{"reviewer of another team", "GET /v1/audit/streams/{stream}", "ticket of team", hidden},
		{"agent of all teams", "GET /v1/audit/events", "", prohibited},
		{"lead of all teams", "POST /v1/access-tokens", "", prohibited},
		{"integration of all teams", "POST /v1/orders", "", served},
		{"reporting of all teams", "POST /v1/tickets", "", prohibited},
	} {
		token, known := tokens[c.asker]
		if !known {
			t.Fatalf("there is no %s", c.asker)
		}
		if a := s.try(c.operation, id(c.document), token); became(c.operation, a) != c.want {
			t.Errorf("%s of %s by %s: want %s: %d %s", c.operation, c.document, c.asker, c.want, a.status, a.body)
		}
	}
}
