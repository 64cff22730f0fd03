package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// Api.md 1: what a request would be passed over in is refused: a misspelt dry run
// would be done, a misspelt filter would list everything, a misspelt as_of would
// tell the present. What openapi.yaml describes is known everywhere.
func TestUnknownParametersAreRefused(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine := s.post("/v1/access-tokens", m{"actor": "customer A", "roles": []string{"customer"}, "customer": id("customer")}).text("token")
	unchanged := s.unchanged(t)
	s.send(http.MethodPost, "/v1/tickets?dryrun=true", m{"title": "T", "team": id("team")}).refused(http.StatusBadRequest, "unknown_parameter")
	s.send(http.MethodGet, "/v1/deliveries?orders="+id("order").String(), nil).refused(http.StatusBadRequest, "unknown_parameter")
	s.send(http.MethodGet, "/v1/tickets/"+id("ticket").String()+"?as_off=2026-01-01T00:00:00Z", nil).refused(http.StatusBadRequest, "unknown_parameter")
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			has := func(name string) bool { return operation.Parameters.GetByInAndName("query", name) != nil }
			if strings.HasPrefix(path, "/portal/") || !has("dry_run") && !has("limit") && !has("as_of") {
				continue
			}
			caller := []option{}
			if strings.HasPrefix(path, "/v1/portal/") {
				caller = append(caller, as(mine))
			}
			ask := func(query string) answer {
				var body any
				if method == http.MethodPost {
					body = m{}
				}
				at := strings.NewReplacer("{service}", "repairs", "{stream}", "ticket-x", "{name}", "tickets", "{id}", id("ticket").String()).Replace(path)
				return s.send(method, at+"?"+query, body, caller...)
			}
			tried++
			ask("another=1").refused(http.StatusBadRequest, "unknown_parameter")
			for _, p := range operation.Parameters {
				if p.Value.In != "query" {
					continue
				}
				if a := ask(p.Value.Name + "=x"); a.text("code") == "unknown_parameter" {
					t.Errorf("%s %s is described with %s: %s", method, path, p.Value.Name, a.body)
				}
			}
		}
	}
	if tried < 150 {
		t.Errorf("only %d operations", tried)
	}
	unchanged()
}
