package http_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// answered are the codes of all problems, field errors and warnings that the
// tests of this package were answered.
var answered sync.Map

// noteCodes remembers the codes of an answer, of a command or a problem.
func noteCodes(a answer) {
	for _, path := range []string{"code", "empty_reason", "params.reason"} {
		answered.Store(a.text(path), true)
	}
	for _, list := range []string{"errors", "warnings"} {
		for i := range a.list(list) {
			answered.Store(a.text(fmt.Sprintf("%s.%d.code", list, i)), true)
		}
	}
}

// elsewhere is the test outside of this package that provokes a code, and why no
// request can.
type elsewhere struct{ file, test, reason string }

// provokedElsewhere are codes that no request can provoke, for another rule is
// asked first.
var provokedElsewhere = map[string]elsewhere{
	"quote_customer_required": {
		"aggregates/repair/quote_test.go", "TestThereIsAtMostOneQuotation",
		"a ticket without a customer starts no repair (domain.md 3, check 0.7)",
	},
}

// everyCodeWasAnswered holds the codes that this run provoked against the whole
// catalogue of messages. A run of some of the tests proves nothing.
func everyCodeWasAnswered() error {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return nil
		}
	}
	if testing.Short() || flag.Lookup("test.fuzz").Value.String() != "" {
		return nil
	}
	file, err := os.Open("messages.tsv")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	var wrong []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		code, _, _ := strings.Cut(lines.Text(), "\t")
		_, here := answered.Load(code)
		if _, excepted := provokedElsewhere[code]; code != "code" && here == excepted {
			wrong = append(wrong, code)
		}
	}
	if err := lines.Err(); err != nil || len(wrong) == 0 {
		return err
	}
	slices.Sort(wrong)
	return fmt.Errorf("no test provoked, or provokedElsewhere has in vain: %s", strings.Join(wrong, ", "))
}

// An exception is of a code in the catalogue, and the named test speaks of it.
func TestExceptionsOfTheCodesAreProvokedElsewhere(t *testing.T) {
	known := catalogueOfMessages(t)
	for code, where := range provokedElsewhere {
		text, err := os.ReadFile(filepath.Join("..", where.file))
		_, body, found := strings.Cut(string(text), "func "+where.test+"(")
		body, _, _ = strings.Cut(body, "\n}\n")
		if err != nil || !found || !strings.Contains(body, `"`+code+`"`) {
			t.Errorf("%s: %s of %s does not provoke it: %v", code, where.test, where.file, err)
		}
		if _, ok := known[code]; !ok || where.reason == "" {
			t.Errorf("%s is not in messages.tsv, or has no reason", code)
		}
	}
}
