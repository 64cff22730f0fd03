package http

import (
	"regexp"
	"time"
)

// rfc3339 is what a moment is written like; time.Parse takes more.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// parseMoment reads RFC 3339 with offset, for years that have four digits in
// UTC too: nobody could read the others back.
func parseMoment(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	year := t.UTC().Year()
	return t, err == nil && rfc3339.MatchString(text) && year >= 0 && year <= 9999
}
