package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"aftersales/aggregates/accesstoken"
	"aftersales/commands"
)

// asker is somebody who asks, as the expectations see them.
type asker struct {
	name, token string
	role        string   // "" for nobody, "customer" for one
	teams       []string // whose tickets they are limited to; none for all
	customer    string
	creator     bool // of the repairs
}

// askers are everybody who can be: each role without teams, limited to the
// first and limited to the second team, the creator of the repairs, a customer
// with tickets and one without, and nobody.
func (s *service) askers() []asker {
	s.t.Helper()
	all := []asker{
		{name: "nobody"},
		{name: "customer A", role: "customer", customer: "customer", token: s.portalOf("customer")},
		{name: "customer B", role: "customer", customer: "other customer", token: s.portalOf("other customer")},
	}
	limits := map[string][]string{"all teams": nil, "the team": {"team", "plain team"}, "another team": {"other team", "plain team"}}
	for _, role := range append(companyRoles, "creator") {
		for limit, teams := range limits {
			a := asker{name: role + " of " + limit, role: role, teams: teams, creator: role == "creator"}
			if a.creator {
				a.role = "agent"
			}
			besides := m{}
			for _, team := range teams {
				ids, _ := besides["teams"].([]any)
				besides["teams"] = append(ids, id(team))
			}
			actor := strings.ReplaceAll(a.name, " ", "-")
			if a.creator {
				actor = "creator"
			}
			a.token = s.token(actor, []string{a.role}, besides)
			all = append(all, a)
		}
	}
	return all
}

// What can become of a try, as far as access goes.
const (
	served          = "served" // or refused for another reason than access
	unauthenticated = "unauthenticated"
	prohibited      = "forbidden"
	hidden          = "hidden" // answered as if there were nothing
	off             = "service_not_enabled"
)

// became is what became of a try.
func became(operation string, a answer) string {
	code := a.text("code")
	switch {
	case a.status == http.StatusUnauthorized:
		return unauthenticated
	case code == "forbidden":
		return prohibited
	case code == off:
		return off
	case code == "projection_not_found" || strings.Contains(operation, "{key}"): // what is tried does not exist
		return served
	case a.status == http.StatusNotFound:
		return hidden
	}
	return served
}

// expected is what a row of the table promises an asker about a document of a
// team, "" for a document of no team. The order is that of domain.md 3: what is
// hidden comes before what is forbidden for commands on a ticket (0.3, 0.4).
func expected(row commands.Access, a asker, owner string) string {
	has := func(roles []accesstoken.Role) bool {
		return a.role == "admin" || slices.Contains(roles, accesstoken.Role(a.role))
	}
	onDocument := strings.Contains(row.Operation, "{id}") || strings.Contains(row.Operation, "{stream}")
	ticketCommand := strings.HasPrefix(row.Operation, "POST /v1/tickets/{id}/")
	switch {
	case row.Scope == commands.Open:
		return served
	case a.role == "":
		return unauthenticated
	case row.Scope == commands.Self:
		return served
	case row.Scope == commands.Customer && a.role != "customer":
		return prohibited
	case row.Scope == commands.Customer:
		if onDocument && a.customer != "customer" {
			return hidden
		}
		return served
	case a.role == "customer":
		return hidden
	}
	may := row.Everybody || has(row.Roles)
	sees := row.Scope != commands.OfTeam || !onDocument || len(a.teams) == 0 || slices.Contains(a.teams, owner) || owner == "" && has(row.Unticketed)
	switch {
	case ticketCommand && !sees:
		return hidden
	case !may && !row.Granted:
		return prohibited
	case !sees:
		return hidden
	case !may && onDocument && !a.creator:
		return prohibited
	case row.Service != "" && owner == "plain team":
		return off
	}
	return served
}

// TestMatrix (C4): every operation × role × team × service × relation is what
// the table of access says.
func TestMatrix(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	askers := s.askers()
	cells, outcomes := 0, map[string]int{}
	for _, operation := range routed(t) {
		row, _ := commands.AccessTo(operation)
		documents := documentsOf(strings.SplitN(operation, " ", 2)[1])
		if row.Service != "" {
			documents["plain team"] = "ticket of plain team"
		}
		if strings.Contains(operation, "{stream}") {
			documents = documentsOf("/v1/tickets/{id}")
		}
		for owner, document := range documents {
			for _, a := range askers {
				if row.Scope == commands.Open && a.role != "" {
					continue // nobody looks at who asks
				}
				got, want := s.try(operation, id(document), a.token), expected(row, a, owner)
				outcome := became(operation, got)
				if row.Scope == commands.Open && outcome == hidden { // a link that is none
					outcome = served
				}
				if outcome != want {
					t.Errorf("%s of %q by %s: %s, want %s: %d %s", operation, document, a.name, outcome, want, got.status, got.body)
				}
				cells++
				outcomes[outcome]++
			}
		}
	}
	t.Logf("%d cells: %v", cells, outcomes)
}
