package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An operation without a row in the table of roles could be given by nobody or,
// worse, by a wildcard added in haste: every command has exactly one row.
func TestEveryCommandHasItsRowInTheTableOfRoles(t *testing.T) {
	var names []string
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			f, ok := n.(*ast.FuncDecl)
			if !ok || f.Name.Name != "commandName" || f.Recv == nil {
				return true
			}
			name, err := strconv.Unquote(f.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
			return false
		})
	}
	slices.Sort(names)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(byCommand)), names); diff != "" {
		t.Errorf("rows of the table (-) and commands (+):\n%s", diff)
	}
}

// Who sees what was made from no ticket is one of those who have the command at
// all: else the cell says nothing.
func TestWhoSeesTheUnticketedHasTheCommand(t *testing.T) {
	for operation, a := range operations {
		for _, role := range a.Unticketed {
			if !a.Everybody && !slices.Contains(a.Roles, role) {
				t.Errorf("%s: %s", operation, role)
			}
		}
	}
}
