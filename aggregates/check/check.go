// Package check gathers the field errors of one stage of checks, so that a
// caller hears all of them at once.
package check

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"

	"aftersales/aggregates"
)

// The greatest lengths in characters: of names, numbers and words that are told
// in lists, of a reason, reference or address, which is a line or two, and of notes,
// descriptions and messages.
const (
	MaxName   = 200
	MaxReason = 500
	MaxText   = 20_000
	// MaxUser is that of a user's name, which is a part of a stream's name: those
	// have at most 1,024 bytes.
	MaxUser = 250
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

// Within refuses a text of more than most characters: code "too_long".
func (f *Fields) Within(most int, field, text string) {
	f.Refuse(utf8.RuneCountInString(text) > most, field, "too_long", "max", strconv.Itoa(most))
}

// Name refuses a name without a visible character, code "required", and one of more
// than MaxName.
func (f *Fields) Name(field, name string) {
	f.Required(field, name)
	f.Within(MaxName, field, name)
}

// Named refuses the name of a user without a visible character: code "required",
// and one of more than MaxUser. That "" names nobody, where a command takes that, is
// left alone.
func (f *Fields) Named(field, user string) {
	if user != "" {
		f.Required(field, user)
	}
	f.Within(MaxUser, field, user)
}

// Err is aggregates.Refusals with everything noted, nil when there is nothing.
func (f *Fields) Err() error { return f.bad.OrNil() }

// maxEmail is the most characters of an address that mail servers take (RFC 5321,
// 4.5.3.1.3: a path of 256 with its angle brackets).
const maxEmail = 254

// Email says whether s is one plain address, without a name or line break
// that could smuggle another header into a mail.
func Email(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxEmail
}
