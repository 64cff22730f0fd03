// Package check gathers the field errors of one stage of checks, so that a
// caller hears all of them at once.
package check

import (
	"net/mail"
	"strings"

	"aftersales/aggregates"
)

// Fields are the checks of one stage; the zero value is ready.
type Fields struct{ bad aggregates.Refusals }

// Refuse notes that the field breaks the rule of this code, when it is broken.
// Field is the path in the request's body, such as "lines[2].quantity".
func (f *Fields) Refuse(broken bool, field, code string, params ...string) {
	if broken {
		f.bad = append(f.bad, aggregates.Refuse(code, params...).On(field))
	}
}

// Required refuses a text without a visible character: code "required".
func (f *Fields) Required(field, text string) {
	f.Refuse(strings.TrimSpace(text) == "", field, "required")
}

// Named refuses the name of a user without a visible character: code "required".
// That "" names nobody, where a command takes that, is left alone.
func (f *Fields) Named(field, user string) {
	if user != "" {
		f.Required(field, user)
	}
}

// Err is aggregates.Refusals with everything noted, nil when there is nothing.
func (f *Fields) Err() error { return f.bad.OrNil() }

// Email says whether s is one plain address, without a name or line break
// that could smuggle another header into a mail.
func Email(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}
