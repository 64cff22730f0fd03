package http_test

import (
	"net/http"
	"testing"
)

// What came of a command is told again to whoever may still see what it was
// about: not to one who has left the team since, as a repeat or by its key. Who
// stays in the team hears it also when the ticket was handed over.
func TestWhatCameOfACommandIsToldAgainInTheTeam(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	issued := s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"lead", "agent"}, "teams": []any{id("team")}})
	who, rights := as(issued.text("token")), "/v1/access-tokens/"+issued.text("id")+"/rights"
	teams := func(names ...string) {
		ids := []any{}
		for _, name := range names {
			ids = append(ids, id(name))
		}
		s.post(rights, m{"roles": []string{"lead", "agent"}, "teams": ids})
	}
	s.post("/v1/orders", m{
		"id": id("Q1"), "number": "Q1", "customer": id("customer"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
	ticket := "/v1/tickets/" + id("ticket of team").String()
	asked := []struct {
		key, path string
		body      m
		hidden    string // the refusal of who has left the team
	}{
		{"open", "/v1/tickets", m{"title": "Mine", "team": id("team")}, "ticket_not_found"},
		{"note", ticket + "/notes", m{"body": "secret"}, "ticket_not_found"},
		{"coupon", ticket + "/coupons", m{"program": id("program")}, "ticket_not_found"},
		{"revoke", "/v1/coupons/" + id("coupon of team").String() + "/revoke", m{"reason": "x"}, "coupon_not_found"},
		{"settings", "/v1/teams/" + id("team").String() + "/settings", m{"auto_close_days": 7}, "team_not_found"},
		{"link", "/v1/portal-links", m{"kind": "order", "document": id("Q1")}, ""},
		{"hand over", ticket + "/details", m{"team": id("other team")}, "ticket_not_found"},
	}
	first := map[string]answer{}
	keyOf := func(name string) string { return "key-of-" + name[:4] }
	for _, c := range asked {
		first[c.key] = s.post(c.path, c.body, key(keyOf(c.key)), who)
	}
	told := func() {
		t.Helper()
		for _, c := range asked {
			s.post(c.path, c.body, key(keyOf(c.key)), who).same(first[c.key])
			s.get("/v1/commands/"+keyOf(c.key), who).shows(map[string]string{"position": first[c.key].text("position")})
		}
	}
	unchanged := s.unchanged(t)
	told() // the ticket is another team's now
	unchanged()
	teams("plain team")
	unchanged = s.unchanged(t)
	for _, c := range asked {
		if c.hidden == "" {
			s.post(c.path, c.body, key(keyOf(c.key)), who).same(first[c.key])
			continue
		}
		s.send(http.MethodPost, c.path, c.body, key(keyOf(c.key)), who).refused(http.StatusNotFound, c.hidden)
		s.send(http.MethodGet, "/v1/commands/"+keyOf(c.key), nil, who).refused(http.StatusNotFound, "not_found")
	}
	unchanged()
	teams("team", "plain team")
	unchanged = s.unchanged(t)
	told()
	unchanged()
	// Whoever works where the ticket is now sees it, and with it what came of that.
	teams("other team")
	s.post(ticket+"/notes", m{"body": "secret"}, key(keyOf("note")), who).same(first["note"])
	s.send(http.MethodGet, "/v1/commands/"+keyOf("open"), nil, who).refused(http.StatusNotFound, "not_found")
}
