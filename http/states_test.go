package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// statesOf are the values that the schema, or a part of it, allows for a state.
func statesOf(s *openapi3.SchemaRef) (states []string) {
	if s == nil {
		return nil
	}
	if state := s.Value.Properties["state"]; state != nil {
		for _, v := range state.Value.Enum {
			states = append(states, v.(string))
		}
	}
	for _, part := range s.Value.AllOf {
		states = append(states, statesOf(part)...)
	}
	return states
}

// listedBy are the states that a list's answer allows for the documents in it.
func listedBy(op *openapi3.Operation) (states []string) {
	for _, part := range op.Responses.Status(http.StatusOK).Value.Content.Get("application/json").Schema.Value.AllOf {
		if items := part.Value.Properties["items"]; items != nil {
			states = append(states, statesOf(items.Value.Items)...)
		}
	}
	return states
}

// Api.md 1: a list is filtered by the states that openapi.yaml gives the documents
// in it. Any other, such as that of another kind, is a mistake and no empty page.
func TestListsKnowTheStatesOfTheirDocuments(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	lists, all := map[string][]string{}, []string{"foo", "Open", " "}
	for path, item := range must(spec())(t).Paths.Map() {
		if item.Get == nil || item.Get.Parameters.GetByInAndName("query", "state") == nil || strings.Contains(path, "{id}") {
			continue
		}
		lists[path] = listedBy(item.Get)
		all = append(all, lists[path]...)
	}
	slices.Sort(all)
	mine := as(s.portalOf("customer"))
	try := func(path string, known []string, caller ...option) {
		s.get(path+"?state=", caller...)
		if len(known) == 0 {
			t.Errorf("%s: openapi.yaml tells no states", path)
		}
		for _, state := range slices.Compact(slices.Clone(all)) {
			a := s.send(http.MethodGet, path+"?state="+strings.ReplaceAll(state, " ", "%20"), nil, caller...)
			if slices.Contains(known, state) {
				if a.status != http.StatusOK {
					t.Errorf("%s: %d %s", a.what, a.status, a.body)
				}
				continue
			}
			a.refused(http.StatusBadRequest, "invalid_parameter")
			if a.text("errors.0.field") != "state" {
				t.Errorf("%s: %s", a.what, a.body)
			}
		}
	}
	for path, known := range lists {
		if kind, portal := strings.CutPrefix(path, "/v1/portal/"); portal {
			try(path, lists["/v1/"+kind], mine)
		} else {
			try(path, known)
		}
	}
	if len(lists) < 30 {
		t.Errorf("only %d lists", len(lists))
	}
	made := on("ticket", "documents")
	s.get(made + "?state=redeemed")
	s.get(made + "?kind=repair&state=under_repair")
	s.send(http.MethodGet, made+"?kind=repair&state=redeemed", nil).refused(http.StatusBadRequest, "invalid_parameter")
	s.send(http.MethodGet, made+"?state=foo", nil).refused(http.StatusBadRequest, "invalid_parameter")
}
