package http_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	api "aftersales/http"
)

// linters are others' judges of OpenAPI documents, whose warnings count as
// errors; npm/spectral.yaml and npm/redocly.yaml say which rules are switched
// off, and why.
var linters = map[string][]string{
	"spectral": {
		"node_modules/@stoplight/spectral-cli/dist/index.js", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "warn", "--quiet",
	},
	"redocly": {"node_modules/@redocly/cli/bin/cli.js", "lint", "--config", "redocly.yaml", "--format", "stylish"},
}

// lint lets a linter judge a document and answers what it finds.
func lint(t *testing.T, linter string, document []byte) (found string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatal(err)
	}
	program := linters[linter]
	out, err := node(t, nil, program[0], append(program[1:len(program):len(program)], file)...)
	if err != nil {
		return out
	}
	return ""
}

// TestOpenAPIPassesTheLinters (D15): neither finds anything, also not in the
// examples.
func TestOpenAPIPassesTheLinters(t *testing.T) {
	t.Parallel()
	for linter := range linters {
		if found := lint(t, linter, api.OpenAPI); found != "" {
			t.Errorf("%s:\n%s", linter, found)
		}
	}
}

// Both linters find an operation id that comes twice and an example that does not
// fit its schema.
func TestTheLintersFindFaults(t *testing.T) {
	t.Parallel()
	planted := string(api.OpenAPI)
	for old, fault := range map[string]string{
		"operationId: createTeam\n":         "operationId: listTeams\n",
		"mode: reverse_and_create_invoice,": "mode: 7,",
	} {
		if strings.Count(planted, old) != 1 {
			t.Fatalf("%q cannot be planted", fault)
		}
		planted = strings.Replace(planted, old, fault, 1)
	}
	for linter, rules := range map[string][]string{
		"spectral": {"operation-operationId-unique", "oas3-valid-media-example"},
		"redocly":  {"operation-operationId-unique", "no-invalid-media-type-examples"},
	} {
		found := lint(t, linter, []byte(planted))
		for _, rule := range rules {
			if !strings.Contains(found, rule) {
				t.Errorf("%s misses %s: %s", linter, rule, found)
			}
		}
	}
}
