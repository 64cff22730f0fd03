package http

import (
	"encoding/json"
	"reflect"
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

// moments refuses a body whose fields of times are not written so.
func moments(body []byte, of reflect.Type) error {
	var texts map[string]json.RawMessage
	if err := json.Unmarshal(body, &texts); err != nil {
		return malformed("", err.Error())
	}
	for _, field := range reflect.VisibleFields(of) {
		name := field.Tag.Get("json")
		raw, stated := texts[name]
		var text *string
		if !stated || field.Type != reflect.TypeFor[time.Time]() && field.Type != reflect.TypeFor[*time.Time]() {
			continue
		}
		if err := json.Unmarshal(raw, &text); err != nil {
			return malformed(name, err.Error())
		}
		if text == nil { // null
			continue
		}
		if _, ok := parseMoment(*text); !ok {
			return malformed(name, "not a time in RFC 3339 with offset and a year of four digits in UTC")
		}
	}
	return nil
}
