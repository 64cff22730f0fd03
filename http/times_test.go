package http_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// noTimes are texts that name no moment that every program can name: without an
// offset, beyond four digits of the year at home or in UTC, on no clock.
var noTimes = []string{
	"2026-03-02T09:00:00", "2026-03-02 09:00:00Z", "2026-03-02", "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00",
	"0000-01-01T00:00:00+01:00", "-001-01-01T00:00:00Z", "2026-12-31T23:59:60Z", "2026-02-29T00:00:00Z", "2026-03-02T24:00:00Z",
	"2026-03-02T09:00:00+24:00", "2026-03-02T09:00:00,5Z", "2026-03-02T9:00:00Z", "1767225600", "now", "",
}

// TestTime (D9): a moment has an offset and can be told in UTC; what is told is
// in UTC; as_of takes parts of a second.
func TestTime(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	visit, made := s.planned(m{})
	untouched := s.unchanged(t)
	for _, text := range noTimes {
		body := m{"planned_start": text, "planned_end": "2026-03-02T10:00:00Z"}
		if a := s.send(http.MethodPost, visit+"/schedule", body); a.status != http.StatusBadRequest || a.text("code") != "malformed" {
			t.Errorf("schedule %q: %d %s", text, a.status, a.body)
		}
		for _, query := range []string{visit + "?as_of=", "/v1/audit/events?from="} {
			s.send(http.MethodGet, query+url.QueryEscape(text), nil).refused(http.StatusBadRequest, "invalid_parameter")
		}
	}
	untouched()
	planned := s.post(visit+"/schedule", m{"planned_start": "2026-03-02T12:30:00.25+03:30", "planned_end": "2026-03-02T00:00:00-11:00"})
	shown := s.get(visit, since(planned))
	shown.shows(map[string]string{"planned_start": "2026-03-02T09:00:00.25Z", "planned_end": "2026-03-02T11:00:00Z"})
	for _, found := range regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`).FindAllString(string(shown.body), -1) {
		if !strings.HasSuffix(found, `Z"`) {
			t.Errorf("%s is not in UTC", found)
		}
	}

	at := func(then time.Time) answer {
		return s.get(visit + "?as_of=" + url.QueryEscape(then.Format(time.RFC3339Nano)))
	}
	changed := moment(t, shown.text("updated_at"))
	at(changed).shows(map[string]string{"planned_start": "2026-03-02T09:00:00.25Z", "historical": "true"})
	at(changed.Add(time.Microsecond)).shows(map[string]string{"planned_start": "2026-03-02T09:00:00.25Z"})
	at(changed.Add(-time.Microsecond)).shows(map[string]string{"planned_start": ""})
	before := s.get(visit+"?at_revision="+made.text("documents.0.revision"), since(planned)).text("updated_at")
	at(moment(t, before)).shows(map[string]string{"planned_start": ""})
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
