package http_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/eventstore/eventstoretest"
)

// notReadModels are the reads that no read model answers, and why.
var notReadModels = map[string]string{
	"GET /v1/events/stream":             "has the cursor from",
	"GET /v1/audit/streams/{stream}":    "reads the log",
	"GET /v1/commands/{key}":            "reads the log",
	"GET /v1/accounting/lock-date":      "reads the log",
	"GET /v1/attachments/{id}":          "reads the log",
	"GET /v1/portal/attachments/{id}":   "reads the log",
	"GET /v1/projections":               "is about the read models",
	"GET /v1/projections/{name}/parked": "is about the read models",
}

// Every read from a read model waits for Min-Position, in the past too where it
// needs the read model to find the document, and tells the position it shows.
func TestEveryReadFromAReadModelHonoursMinPosition(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	customer := s.portalOf("customer")
	head := must(s.env.Store.Head(eventstoretest.Context(t)))(t)
	reads := 0
	for _, operation := range routed(t) {
		path, isRead := strings.CutPrefix(operation, "GET ")
		if _, exempt := notReadModels[operation]; !isRead || exempt || !strings.HasPrefix(path, "/v1/") {
			continue
		}
		reads++
		options := []option{}
		if strings.HasPrefix(path, "/v1/portal/") {
			options = append(options, as(customer))
		}
		known := s.known(path, options)
		for _, document := range []string{cmp.Or(known, uuid.New().String()), uuid.New().String()} {
			place := strings.Replace(path, "{id}", document, 1)
			s.send(http.MethodGet, place, nil, append(options, with("Min-Position", "soon"))...).refused(http.StatusBadRequest, "invalid_parameter")
		}
		if strings.Contains(path, "{id}") && known == "" {
			continue // the set-up has none of this kind
		}
		a := s.send(http.MethodGet, strings.Replace(path, "{id}", known, 1), nil, append(options, with("Min-Position", head.String()))...)
		if a.status != http.StatusOK || a.header.Get("Position") < head.String() {
			t.Errorf("%s: %d at %q, want at least %s", a.what, a.status, a.header.Get("Position"), head)
		}
	}
	if reads < 40 {
		t.Errorf("only %d reads from read models", reads)
	}
	for _, collection := range []string{"credit-notes", "returns", "payments", "lots"} { // found by what the read model knows
		s.send(http.MethodGet, "/v1/"+collection+"/"+uuid.New().String()+"?at_revision=0", nil, with("Min-Position", "soon")).
			refused(http.StatusBadRequest, "invalid_parameter")
	}
}

// known is the id of a document that a path can name, "" when there is none.
func (s *service) known(path string, options []option) string {
	s.t.Helper()
	before, _, named := strings.Cut(path, "/{id}")
	if !named || !slices.Contains(routed(s.t), "GET "+before) {
		return ""
	}
	if items := s.get(before, options...).list("items"); len(items) > 0 {
		return items[0].(m)["id"].(string)
	}
	return ""
}
