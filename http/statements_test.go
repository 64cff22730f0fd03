package http_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tests that docs/statements.md and docs/security.md name exist, and those
// that the Makefile chooses by the beginnings of their names.
func TestTheTestsOfTheStatementsExist(t *testing.T) {
	written, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range declared.FindAllSubmatch(text, -1) {
			written[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../docs/statements.md", "../docs/security.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(text, -1)
		for _, name := range named {
			if !written[string(name[1])] {
				t.Errorf("%s names %s, which is no test", file, name[1])
			}
		}
		if len(named) < 10 {
			t.Errorf("%s names %d tests", file, len(named))
		}
	}
	text, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(maps.Keys(written))
	for _, begins := range regexp.MustCompile(`Test\w+`).FindAllString(string(text), -1) {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, begins) }) {
			t.Errorf("the Makefile chooses %s, which is no test", begins)
		}
	}
}
