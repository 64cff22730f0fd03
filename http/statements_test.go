package http_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The tests that docs/statements.md and docs/security.md name exist.
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
}
