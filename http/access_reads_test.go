package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"aftersales/aggregates/accesstoken"
)

// listed are the ids of a list's documents.
func (s *service) listed(path string, options ...option) (ids []string) {
	s.t.Helper()
	for _, item := range s.get(path, options...).list("items") {
		ids = append(ids, item.(m)["id"].(string))
	}
	return ids
}

// An access token is read where its 201 says, for what it gives and whether it
// still does: by admins, and without its secret or the hash of it.
func TestAccessTokensAreRead(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	expires := s.now().Add(time.Hour).UTC().Truncate(time.Second)
	issued := s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}, "teams": []any{id("team")}, "expires_at": expires.Format(time.RFC3339)})
	path := issued.header.Get("Location")
	read := s.get(path, since(issued))
	read.shows(map[string]string{
		"id": issued.text("id"), "kind": "access_token", "state": "active", "actor": "agent-1", "roles.0": "agent", "teams.0": id("team").String(),
		"customer": "", "expires_at": expires.Format(time.RFC3339), "issued_by": "admin", "revision": "0",
	})
	hash := accesstoken.Hash(issued.text("token"))
	for _, secret := range []string{issued.text("token"), hash} {
		if strings.Contains(string(read.body), secret) {
			t.Errorf("%s shows %s", path, secret)
		}
		for _, table := range []string{"document", "aggregate"} {
			var rows int
			err := s.projections.Pool().QueryRow(t.Context(), `SELECT count(*) FROM documents.`+table+` d WHERE d::text LIKE '%' || $1 || '%'`, secret).Scan(&rows)
			if err != nil || rows > 0 {
				t.Errorf("the table %s has %s in %d rows: %v", table, secret, rows, err)
			}
		}
	}
	s.send(http.MethodGet, path, nil, as(issued.text("token"))).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodGet, "/v1/access-tokens/"+id("nowhere").String(), nil).refused(http.StatusNotFound, "access_token_not_found")

	changed := s.post(path+"/rights", m{"roles": []string{"lead", "billing"}, "teams": []any{}}, with("If-Match", read.header.Get("ETag")))
	s.get(path, since(changed)).shows(map[string]string{"roles.1": "billing", "teams.0": "", "revision": "1"})
	s.get(path + "?at_revision=0").shows(map[string]string{"roles.0": "agent", "historical": "true"})
	revoked := s.post("/v1/access-tokens", m{"actor": "agent-2", "roles": []string{"agent"}})
	last := s.post("/v1/access-tokens/"+revoked.text("id")+"/revoke", nil)
	s.clock.Add(time.Hour.Milliseconds())
	s.get(path, since(last)).shows(map[string]string{"state": "expired"})
	for state, want := range map[string]string{"expired": issued.text("id"), "revoked": revoked.text("id")} {
		if got := s.listed("/v1/access-tokens?state=" + state); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v", state, got)
		}
	}
	first := s.get("/v1/access-tokens?limit=1")
	if rest := s.listed("/v1/access-tokens?limit=1&cursor=" + first.text("next_cursor")); !slices.Equal(rest, []string{revoked.text("id")}) {
		t.Errorf("the second page: %v", rest)
	}
}

// A portal link is read by whoever could have made it, without its secret: of
// another team's ticket and to a repair that one may not open (P-16) there is
// none; orders, and links to them, are of no team.
func TestPortalLinksAreRead(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	s.post("/v1/orders", m{
		"id": id("Q1"), "number": "Q1", "customer": id("customer"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
	agent := as(s.token("agent-1", []string{"agent"}, m{"teams": []any{id("team")}}))
	creator := as(s.token("creator", []string{"agent"}, m{"teams": []any{id("team")}}))
	toOrder := s.post("/v1/portal-links", m{"kind": "order", "document": id("Q1")}, agent)
	toRepair := s.post("/v1/portal-links", m{"kind": "repair", "document": id("repair of team")}, creator)
	ours, theirs := id("portal_link of team").String(), id("portal_link of other team").String()

	read := s.get(toRepair.header.Get("Location"), since(toRepair), creator)
	read.shows(map[string]string{
		"kind": "portal_link", "document_kind": "repair", "document": id("repair of team").String(), "customer": id("customer").String(),
		"ticket": id("ticket of team").String(), "state": "active", "issued_by": "creator",
	})
	secret := toRepair.text("link")[strings.LastIndex(toRepair.text("link"), "/")+1:]
	if strings.Contains(string(read.body), secret) {
		t.Errorf("%s shows the secret", read.what)
	}
	s.get(toOrder.header.Get("Location"), agent)
	for _, hidden := range []string{theirs, toRepair.created()} {
		s.send(http.MethodGet, "/v1/portal-links/"+hidden, nil, agent).refused(http.StatusNotFound, "portal_link_not_found")
	}
	for name, c := range map[string]struct {
		who  option
		want []string
	}{
		"agent": {agent, []string{ours, toOrder.created()}}, "creator": {creator, []string{ours, toOrder.created(), toRepair.created()}},
	} {
		if got := s.listed("/v1/portal-links", c.who); !slices.Equal(got, c.want) {
			t.Errorf("%s is listed %v, want %v", name, got, c.want)
		}
	}
	if got := s.listed("/v1/portal-links?ticket="+id("ticket of other team").String(), agent); len(got) > 0 {
		t.Errorf("another team's: %v", got)
	}
	if got := s.listed("/v1/tickets/" + id("ticket of team").String() + "/documents?limit=200"); slices.Contains(got, ours) {
		t.Error("a link is a document of the ticket")
	}
	revoked := s.post(toOrder.header.Get("Location")+"/revoke", nil, agent)
	s.get(toOrder.header.Get("Location"), since(revoked), agent).shows(map[string]string{"state": "revoked"})
	s.clock.Add((31 * 24 * time.Hour).Milliseconds())
	s.get("/v1/portal-links/" + ours).shows(map[string]string{"state": "expired"})
}
