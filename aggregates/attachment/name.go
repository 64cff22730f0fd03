package attachment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the greatest length of a file's name, in bytes, as most file systems
// have it.
const maxName = 255

// Name is a file's name that can be offered to save it under: without folders,
// control characters and those that reverse the order of letters, which hide what
// a file is ("exe.gpj"). It is "" when nothing is left.
func Name(given string) string {
	if i := strings.LastIndexAny(given, `/\`); i >= 0 {
		given = given[i+1:]
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == utf8.RuneError {
			return -1
		}
		return r
	}, given)
	for len(name) > maxName {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return strings.Trim(name, " .")
}

// known are the media types that are told as they were given. Anything else may
// do something in the hands of a browser.
var known = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv"}

// MediaType is the type that a file is stored and sent with: the given one if it
// is known to do no harm, else that of any bytes.
func MediaType(given string) string {
	kind, _, _ := strings.Cut(given, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !slices.Contains(known, kind) {
		return "application/octet-stream"
	}
	return kind
}
