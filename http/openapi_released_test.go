package http_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"

	api "aftersales/http"
)

// releasedSpec is openapi.yaml as the last release has it, with that release's
// version; "make spec-release" writes it, once for a release.
const releasedSpec = "testdata/openapi-released.yaml"

// breaking is what oasdiff finds in the revision that clients of the base do not
// expect, a line each. That answers get further values of an enumeration, such as
// codes, is expected: openapi.yaml says so.
func breaking(t *testing.T, base, revision []byte) (found []string) {
	t.Helper()
	read := func(name string, text []byte) *load.SpecInfo {
		return must(load.NewSpecInfoFromData(openapi3.NewLoader(), text, name, load.WithFlattenAllOf()))(t)
	}
	difference, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), read("base.yaml", base), read("revision.yaml", revision))
	if err != nil {
		t.Fatal(err)
	}
	rules := checker.NewConfig(checker.GetAllChecks(), checker.WithSeverityLevels(map[string]checker.Level{
		checker.ResponsePropertyEnumValueAddedId: checker.INFO,
	}))
	for _, c := range checker.CheckBackwardCompatibility(rules, difference, sources) {
		found = append(found, c.GetOperation()+" "+c.GetPath()+": "+c.GetUncolorizedText(checker.NewDefaultLocalizer())+" ["+c.GetId()+"]")
	}
	return found
}

// TestOpenAPIKeepsWhatWasReleased (D15): no client of the last release is broken.
func TestOpenAPIKeepsWhatWasReleased(t *testing.T) {
	t.Parallel()
	if found := breaking(t, must(os.ReadFile(releasedSpec))(t), api.OpenAPI); len(found) > 0 {
		t.Errorf("clients of the last release do not expect that\n%s", strings.Join(found, "\n"))
	}
}

// What is held as released is of the newest version that CHANGELOG.md has; while
// it has none nothing was released, and the description says that it is not.
func TestTheReleasedDescriptionIsThatOfTheNewestRelease(t *testing.T) {
	t.Parallel()
	want := "Unreleased"
	if found := regexp.MustCompile(`(?m)^## \[(\d[^\]]*)\]`).FindSubmatch(must(os.ReadFile("../CHANGELOG.md"))(t)); found != nil {
		want = string(found[1])
	}
	spec := must(openapi3.NewLoader().LoadFromFile(releasedSpec))(t)
	if spec.Info.Version != want {
		t.Errorf("%s is of version %s, the newest release is %s", releasedSpec, spec.Info.Version, want)
	}
}

// The check finds what breaks clients, and takes what is added.
func TestWhatBreaksClientsIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, changed, found string }{
		"a path that is gone":       {"  /v1/tickets/{id}/refunds:\n", "  /v1/tickets/{id}/reimbursements:\n", "api-path-removed-without-deprecation"},
		"a field that is required":  {"    EmailCoupon:\n", "    EmailCoupon:\n      required: [message]\n", "request-property-became-required"},
		"a field of another type":   {"        position: {$ref: '#/components/schemas/Position'}\n        documents:\n", "        position: {type: integer}\n        documents:\n", "response-property-type-changed"},
		"an answer without a field": {"      required: [type, title, status, detail, code, request_id]\n", "      required: [type, title, status, detail, request_id]\n", "response-property-became-optional"},
		"a wish not taken any more": {"deliver: {enum: [none, email, share_link]}", "deliver: {enum: [none, email]}", "request-property-enum-value-removed"},
		"another operation":         {"paths:\n", "paths:\n  /v1/more:\n    get: {operationId: getMore, responses: {default: {$ref: '#/components/responses/Problem'}}}\n", ""},
		"another code":              {"    Code:\n      type: string\n      enum: [", "    Code:\n      type: string\n      enum: [another_code, ", ""},
		"another field to send":     {"deliver: {enum: [none, email, share_link]}", "deliver: {enum: [none, email, share_link]}\n        colour: {type: string}", ""},
	} {
		text := string(api.OpenAPI)
		if strings.Count(text, c.old) == 0 {
			t.Errorf("%s: openapi.yaml has no %q", name, c.old)
			continue
		}
		found := strings.Join(breaking(t, api.OpenAPI, []byte(strings.Replace(text, c.old, c.changed, 1))), "\n")
		if c.found == "" && found != "" || !strings.Contains(found, c.found) {
			t.Errorf("%s: found %q, want %q", name, found, c.found)
		}
	}
}
