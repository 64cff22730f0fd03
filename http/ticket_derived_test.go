package http_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTicketDerivedRepair (C5, P-16): whoever sends a product of a ticket to
// repair may open that repair without the right on repairs, and nothing more,
// while the ticket is with the team.
func TestTicketDerivedRepair(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	ours := m{"teams": []any{id("team")}}
	creator, colleague := as(s.token("agent-1", []string{"agent"}, ours)), as(s.token("agent-2", []string{"agent"}, ours))
	anywhere := as(s.token("agent-1", []string{"agent"}, nil)) // the same user, limited to no team
	theirs := as(s.token("mechanic-1", []string{"repair"}, m{"teams": []any{id("other team")}}))
	s.post("/v1/tickets", m{"id": id("own"), "title": "Broken", "team": id("team"), "customer": id("customer"), "product": id("product")}, creator)
	s.post(on("own", "assign"), m{"assignee": "agent-1"}, creator)
	s.post(on("own", "stage"), m{"stage": "waiting"}, creator)
	path, made := s.repaired("own", m{"notes": "Smells burnt"}, creator)
	listed := func(who option, path string) (ids []string) {
		t.Helper()
		for _, item := range s.get(path, who, since(made)).list("items") {
			ids = append(ids, item.(m)["id"].(string))
		}
		return ids
	}
	opens := func(who option) {
		t.Helper()
		s.get(path, who, since(made)).shows(map[string]string{"notes": "Smells burnt"})
		for _, list := range []string{"/v1/repairs", on("own", "documents?kind=repair"), "/v1/repairs?ticket=" + id("own").String()} {
			if diff := cmp.Diff([]string{made.created()}, listed(who, list)); diff != "" {
				t.Errorf("%s lists (-want +got):\n%s", list, diff)
			}
		}
	}
	opens(creator)
	opens(anywhere)

	granted := s.get("/v1/audit/events?type=repair-access-granted&ticket="+id("own").String(), since(made))
	want := []any{m{"user": "agent-1", "rule": "ticket-derived", "team": id("team").String()}}
	if diff := cmp.Diff(want, []any{granted.at("items.0.data")}); diff != "" || len(granted.list("items")) != 1 {
		t.Errorf("granted (-want +got):\n%s in %s", diff, granted.body)
	}

	// Not others, not to colleagues, and not to work on it.
	others := "/v1/repairs/" + id("repair of team").String()
	s.send(http.MethodGet, others, nil, creator).refused(forbidden, "forbidden")
	s.send(http.MethodGet, "/v1/repairs/"+id("repair of other team").String(), nil, creator).refused(missing, "repair_not_found")
	s.send(http.MethodGet, path, nil, colleague, since(made)).refused(forbidden, "forbidden")
	if ids := listed(colleague, "/v1/repairs"); len(ids) != 0 {
		t.Errorf("a colleague is listed %q", ids)
	}
	for _, command := range []string{"parts", "warranty", "confirm", "start", "end", "cancel", "draft", "quote", "quote/send", "quote/accept", "quote/decline"} {
		s.send(http.MethodPost, path+"/"+command, m{}, creator).refused(forbidden, "forbidden")
	}

	// The grant ends with the team's work on the ticket and comes back with it.
	made = s.post(on("own", "details"), m{"team": id("other team")}, creator)
	s.send(http.MethodGet, path, nil, creator, since(made)).refused(missing, "repair_not_found")
	s.send(http.MethodGet, path+"?at_revision=0", nil, creator).refused(missing, "repair_not_found")
	s.send(http.MethodGet, on("own", "documents"), nil, creator).refused(missing, "ticket_not_found")
	s.send(http.MethodGet, path, nil, anywhere, since(made)).refused(forbidden, "forbidden")
	for _, who := range []option{creator, anywhere} {
		if ids := listed(who, "/v1/repairs"); len(ids) != 0 {
			t.Errorf("after the ticket left, %q are listed", ids)
		}
	}
	repairID := path[len("/v1/repairs/"):]
	s.get(path, theirs, since(made)).shows(map[string]string{"id": repairID})
	s.page("own", made).shows(map[string]string{"team": id("other team").String(), "stage": "new", "assignee": ""})
	s.send(http.MethodPost, on("own", "details"), m{"team": id("team")}, creator).refused(missing, "ticket_not_found")
	made = s.post(on("own", "details"), m{"team": id("team")})
	s.get(path, creator, since(made)).shows(map[string]string{"id": repairID})
}
