package http_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// catalogueOfMessages is messages.tsv: status, English and Persian text by code.
func catalogueOfMessages(t testing.TB) map[string][3]string {
	t.Helper()
	text, err := os.ReadFile("messages.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][3]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if _, twice := all[f[0]]; twice || len(f) != 4 {
			t.Fatalf("messages.tsv: %q", line)
		}
		all[f[0]] = [3]string(f[1:])
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// Both languages say the same, in letters of their own.
func TestMessagesAreWhole(t *testing.T) {
	for code, row := range catalogueOfMessages(t) {
		status, en, fa := row[0], row[1], row[2]
		if n, err := strconv.Atoi(status); err != nil || n < 200 || n > 599 {
			t.Errorf("%s: status %q", code, status)
		}
		if en == "" || fa == "" || strings.ContainsAny(fa, "يكة") || !strings.ContainsAny(fa, "اویه") {
			t.Errorf("%s: %q, %q", code, en, fa)
		}
		values := func(text string) []string { return slices.Sorted(slices.Values(placeholder.FindAllString(text, -1))) }
		if diff := cmp.Diff(values(en), values(fa)); diff != "" {
			t.Errorf("%s shows other values (-en +fa):\n%s", code, diff)
		}
	}
}

// codeAt is which argument of a call is the code of a refusal or warning; a
// suffix is added to those that name a kind of document.
var codeAt = map[string]struct {
	argument int
	suffix   string
}{
	"Refuse": {0, ""}, "warn": {0, ""}, "stage": {0, ""}, "mustBe": {1, ""}, "refused": {0, ""},
	"fact": {3, "_not_found"}, "named": {3, "_not_found"}, "change": {2, "_not_found"}, "home": {1, "_not_found"},
}

// codesIn are the codes that a file can refuse or warn with: what calls of
// codeAt name, what functions that answer codes return or collect, and the
// field unknown of a table.
func codesIn(file *ast.File) []string {
	var codes []string
	add := func(e ast.Expr, suffix string) {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil && regexp.MustCompile(`^[a-z_]+$`).MatchString(text) {
				codes = append(codes, text+suffix)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := calledName(n.Fun)
			at, ok := codeAt[name]
			if name == "Refuse" && len(n.Args) > 2 && !isText(n.Args[0]) {
				at.argument = 2 // of check.Fields: whether, field, code
			}
			if ok && at.argument < len(n.Args) {
				add(n.Args[at.argument], at.suffix)
			}
			if name == "append" && calledName(n.Args[0]) == "codes" {
				add(n.Args[1], "")
			}
		case *ast.FuncDecl:
			if n.Body != nil && strings.HasPrefix(strings.ToLower(n.Name.Name), "refused") {
				ast.Inspect(n.Body, func(n ast.Node) bool {
					if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
						add(r.Results[0], "")
					}
					return true
				})
			}
		case *ast.KeyValueExpr:
			if calledName(n.Key) == "unknown" {
				add(n.Value, "")
			}
		}
		return true
	})
	return codes
}

// calledName is the last part of a name, whatever it is of.
func calledName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func isText(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Kind == token.STRING
}

// internalCodes never leave: another code is answered in their place.
var internalCodes = []string{"coupon_code_not_found", "coupon_link_not_found"}

// Every code that the program can answer has a message.
func TestEveryCodeHasAMessage(t *testing.T) {
	found := map[string]string{}
	for _, dir := range []string{"aggregates", "commands", "projections", "http"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, code := range codesIn(file) {
				found[code] = path
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	known := catalogueOfMessages(t)
	for _, code := range slices.Sorted(maps.Keys(found)) {
		if _, ok := known[code]; !ok && !slices.Contains(internalCodes, code) {
			t.Errorf("messages.tsv has no %s, which %s answers", code, found[code])
		}
	}
	for _, code := range []string{"credit_exceeds_invoice", "line_not_in_return", "signature_not_png", "scheduled_in_past", "invoice_not_draft", "project_not_found"} {
		if found[code] == "" {
			t.Errorf("the search does not find %s any more", code)
		}
	}
}
