package http_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// option changes a request before it is sent.
type option func(*http.Request)

func with(header, value string) option {
	return func(r *http.Request) { r.Header.Set(header, value) }
}
func as(token string) option       { return with("Authorization", "Bearer "+token) }
func key(k string) option          { return with("Idempotency-Key", k) }
func without(header string) option { return func(r *http.Request) { r.Header.Del(header) } }

// since makes a read wait until it shows what the answer's command did.
func since(a answer) option { return with("Min-Position", a.header.Get("Position")) }

// answer is what the API answered.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
	json   any
}

// at is the value at a path of the answer, such as "documents.0.id"; nil when
// there is none.
func (a answer) at(path string) any {
	v := a.json
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case m:
			v = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// text is at as a text; a number is written as JSON does.
func (a answer) text(path string) string {
	if v := a.at(path); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// created is the id of the first document that a command answered.
func (a answer) created() string { return a.text("documents.0.id") }

// list is the array at the path.
func (a answer) list(path string) []any {
	l, _ := a.at(path).([]any)
	return l
}

// shows compares the values at paths of the answer, as text.
func (a answer) shows(want map[string]string) {
	a.t.Helper()
	for path, w := range want {
		if got := a.text(path); got != w {
			a.t.Errorf("%s: %s is %q, want %q, in %s", a.what, path, got, w, a.body)
		}
	}
}

// refused checks the status and code of a problem.
func (a answer) refused(status int, code string) {
	a.t.Helper()
	if a.status != status || a.text("code") != code {
		a.t.Errorf("%s: %d %s, want %d %s", a.what, a.status, a.body, status, code)
	}
}
