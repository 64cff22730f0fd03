package http_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is what an answer tells, besides which request it is.
func (a answer) told() m {
	if body, ok := a.json.(m); ok {
		delete(body, "request_id")
	}
	return m{"status": a.status, "body": a.json, "ETag": a.header.Get("ETag")}
}

// TestIDSwap (C6): on every route with an {id}, the id of what belongs to
// another team or customer is answered as one that nothing has.
func TestIDSwap(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	askers := slices.DeleteFunc(s.askers(), func(a asker) bool {
		return a.role == "" || a.customer == "customer" || a.customer == "" && !slices.Contains(a.teams, "other team")
	})
	pairs := 0
	for _, operation := range routed(t) {
		if !strings.Contains(operation, "{id}") && !strings.Contains(operation, "{stream}") {
			continue
		}
		foreign, ofTeam := documentsOf(strings.ReplaceAll(operation[strings.Index(operation, "/"):], "/v1/audit/streams/{stream}", "/v1/tickets/{id}"))["team"]
		for _, a := range askers {
			if !ofTeam || a.role == "customer" != strings.Contains(operation, "/portal/") {
				continue
			}
			for _, query := range []string{"", "?at_revision=0", "?as_of=2026-03-01T13:00:00Z"} {
				if query != "" && !strings.HasPrefix(operation, http.MethodGet) {
					continue
				}
				theirs, none := s.try(operation+query, id(foreign), a.token), s.try(operation+query, id("nowhere"), a.token)
				if diff := cmp.Diff(none.told(), theirs.told()); diff != "" {
					t.Errorf("%s for %s (-of nothing +of another's):\n%s", operation+query, a.name, diff)
				}
				pairs++
			}
		}
	}
	t.Logf("%d pairs", pairs)
}

// Lists show a team what is theirs, whatever is asked for; so does the audit.
func TestListsAreOfTheTeamsOfWhoAsks(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	theirs := map[string]bool{id("other team").String(): true, id("credit_note of nobody").String(): true}
	for _, kind := range []string{"ticket", "credit_note", "coupon", "return", "repair", "task", "portal_link"} {
		theirs[id(kind+" of other team").String()] = true
	}
	lead := as(s.token("a-lead", []string{"agent", "repair", "reviewer"}, m{"teams": []any{id("team")}}))
	shown := map[string]int{}
	for _, operation := range routed(t) {
		path := strings.TrimPrefix(operation, http.MethodGet+" ")
		if path == operation || !strings.HasPrefix(path, "/v1/") || strings.ContainsAny(path, "{") || strings.Contains(path, "/portal/") ||
			path == "/v1/events/stream" || path == "/v1/webhooks" || path == "/v1/access-tokens" || path == "/v1/projections" {
			continue
		}
		for _, query := range []string{"", "&ticket=" + id("ticket of other team").String(), "&team=" + id("other team").String()} {
			list := s.send(http.MethodGet, path+"?limit=200"+query, nil, lead)
			if query != "" && list.text("code") == "unknown_parameter" {
				continue
			}
			if list.status != http.StatusOK {
				t.Errorf("%s: %d %s", path+query, list.status, list.body)
			}
			for _, item := range list.list("items") {
				item := item.(m)
				for _, field := range []string{"id", "ticket", "team"} {
					if value := fmt.Sprint(item[field]); theirs[value] && !(path == "/v1/credit-notes" && item["ticket"] == nil) {
						t.Errorf("%s shows %v", path+query, item)
					}
				}
				if path == "/v1/audit/events" && item["ticket"] == nil {
					t.Errorf("the audit shows %v", item)
				}
				shown[path]++
			}
		}
	}
	for path := range strings.FieldsSeq("teams tickets credit-notes coupons returns repairs tasks invoices orders deliveries portal-links audit/events") {
		if shown["/v1/"+path] == 0 {
			t.Errorf("/v1/%s shows nothing", path)
		}
	}
	for _, empty := range []string{"invoices", "payments", "orders", "deliveries"} {
		reader := as(s.token("technician-of-"+empty, []string{"technician"}, m{"teams": []any{id("team")}}))
		if n := len(s.get("/v1/"+empty, reader).list("items")); (n == 0) != (empty != "orders") {
			t.Errorf("a technician of a team is listed %d %s", n, empty)
		}
	}
}
