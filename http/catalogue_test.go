package http_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/codes.md anew")

// TestTheCatalogueOfProblems (D1): docs/codes.md lists the codes of messages.tsv,
// which TestEveryCodeHasAMessage and TestOpenAPIHasEveryCode hold against the
// code and openapi.yaml; everyCodeWasAnswered sees each provoked.
func TestTheCatalogueOfProblems(t *testing.T) {
	var want strings.Builder
	want.WriteString(`# Codes

Every answer that is no success is a problem (RFC 9457) whose type is ` + "`urn:aftersales:problem:<code>`" + `. Codes never
change; texts may, and come in English and Persian (` + "`http/messages.tsv`" + `). A 404 about a document that the body names is
answered with 422. Codes with status 200 are warnings. ` + "`go test ./http -run TestTheCatalogueOfProblems -update`" + ` writes this file.

| code | status | meaning |
| --- | --- | --- |
`)
	all := catalogueOfMessages(t)
	codes := slices.Sorted(maps.Keys(all))
	slices.SortStableFunc(codes, func(a, b string) int { return strings.Compare(all[a][0], all[b][0]) })
	for _, code := range codes {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", code, all[code][0], all[code][1])
	}
	const file = "../docs/codes.md"
	if *update {
		if err := os.WriteFile(file, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("docs/codes.md (-messages.tsv +file), -update writes it:\n%s", diff)
	}
}
