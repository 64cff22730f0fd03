package http_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/commands"
)

// Roles, teams and customer in a provider's token give exactly what they give
// in one of ours: every operation of the table of access, on every document,
// answers both alike (C1, C4).
func TestTokensOfAnOpenIDProviderGiveTheRightsOfOurs(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := newService(t, i.trusted)
	s.twoTeams()
	ours, theirs, nobodys := []any{id("team")}, []any{id("other team")}, []any(nil)
	cells, outcomes := 0, map[string]int{}
	for name, of := range map[string]struct {
		role     string
		teams    []any
		customer any
	}{
		"agent of the team":         {"agent", ours, nil},
		"agent of another":          {"agent", theirs, nil},
		"billing of the team":       {"billing", ours, nil},
		"technician of all":         {"technician", nobodys, nil},
		"reviewer of the team":      {"reviewer", ours, nil},
		"customer with documents":   {"customer", nil, id("customer")},
		"customer without anything": {"customer", nil, id("other customer")},
	} {
		rights := m{"customer": of.customer}
		if of.teams != nil {
			rights["teams"] = of.teams
		}
		own := s.token("own-"+of.role, []string{of.role}, rights)
		provided := i.sign(i.header(nil), i.claims(m{
			"sub": of.role, "aftersales_roles": []string{of.role}, "aftersales_teams": rights["teams"], "aftersales_customer": of.customer,
		}))
		for _, operation := range routed(t) {
			if row, _ := commands.AccessTo(operation); row.Scope == commands.Open {
				continue // nobody looks at who asks
			}
			method, path, _ := strings.Cut(operation, " ")
			for _, document := range documentsOf(path) {
				want, got := s.try(operation, id(document), own), s.try(operation, id(document), provided)
				if diff := cmp.Diff(want.grants(method, path), got.grants(method, path)); diff != "" {
					t.Errorf("%s of %q by a %s (-own token +provider's):\n%s", operation, document, name, diff)
				}
				cells++
				outcomes[became(operation, got)]++
			}
		}
	}
	t.Logf("%d cells: %v", cells, outcomes)
}

// grants is what an answer lets its caller do and see. What a command would
// make has ids that derive from who asks, and a dialog proposes who and when.
func (a answer) grants(method, path string) m {
	if method == http.MethodPost || path == "/v1/projections" { // which tells how long ago it was
		return m{"status": a.status, "code": a.text("code"), "errors": a.list("errors")}
	}
	told := a.told()
	if body, ok := told["body"].(m); ok {
		if defaults, ok := body["defaults"].(m); ok {
			delete(defaults, "responsible")
			delete(defaults, "scheduled_at")
		}
	}
	return told
}

// Rights of a provider's tokens end with them, and change with the next one; a
// customer who is shut out of the portal is, whoever vouches for them.
func TestRightsOfAnOpenIDProvidersTokensChange(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := furnished(t, i.trusted)
	token := func(change m) option { return as(i.sign(i.header(nil), i.claims(change))) }
	s.post(on("ticket", "notes"), m{"body": "Seen."}, token(m{"aftersales_teams": []uuid.UUID{id("team")}}))
	moved := token(m{"aftersales_teams": []uuid.UUID{id("elsewhere")}})
	s.send(http.MethodPost, on("ticket", "notes"), m{"body": "Seen."}, moved).refused(http.StatusNotFound, "ticket_not_found")
	s.send(http.MethodPost, on("ticket", "notes"), m{"body": "Seen."}, token(m{"aftersales_roles": []string{"technician"}})).refused(http.StatusForbidden, "forbidden")

	own := m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("customer")}
	before := token(own)
	s.get("/v1/portal/tickets/"+id("ticket").String(), before)
	foreign := token(m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("other customer")})
	s.send(http.MethodGet, "/v1/portal/tickets/"+id("ticket").String(), nil, foreign).refused(http.StatusNotFound, "not_found")
	unknown := token(m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("nobody")})
	s.send(http.MethodGet, "/v1/portal/tickets", nil, unknown).refused(http.StatusNotFound, "not_found")
	undated := token(m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("customer"), "iat": nil})
	s.send(http.MethodGet, "/v1/portal/tickets", nil, undated).refused(http.StatusUnauthorized, "unauthenticated")
	old := token(m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("customer"), "iat": s.now().Unix()})
	s.get("/v1/portal/tickets", old)

	access := "/v1/customers/" + id("customer").String() + "/portal-access/"
	s.post(access+"revoke", nil)
	s.send(http.MethodGet, "/v1/portal/tickets", nil, before).refused(http.StatusUnauthorized, "unauthenticated")
	s.post(access+"grant", nil)
	s.send(http.MethodGet, "/v1/portal/tickets", nil, old).refused(http.StatusUnauthorized, "unauthenticated")
	s.get("/v1/portal/tickets", before) // issued later, by the clock of this test
}
