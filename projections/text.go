package projections

import (
	"bytes"
	"strings"
)

// Postgres can hold every text but those with the character U+0000, which a
// client may well send. Read models show U+FFFD instead: one odd letter must
// not stop them.
const replacement = "\uFFFD"

// Text is a text that Postgres can hold.
func Text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, replacement), "\x00", replacement)
}

// JSON is a valid JSON text that Postgres can hold.
func JSON(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u0000`)) {
		return data
	}
	clean := make([]byte, 0, len(data))
	for len(data) > 0 {
		switch {
		case bytes.HasPrefix(data, []byte(`\u0000`)):
			clean, data = append(clean, `\ufffd`...), data[len(`\u0000`):]
		case data[0] == '\\' && len(data) > 1: // so that \\u0000 stays what it is
			clean, data = append(clean, data[:2]...), data[2:]
		default:
			clean, data = append(clean, data[0]), data[1:]
		}
	}
	return clean
}
