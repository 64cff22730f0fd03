package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// 3.1: the timeline says which invoice a credit note is of, in the reader's
// language.
func TestTheTimelineIsToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "refunds"), m{"invoices": []any{id("invoice")}, "mode": "reverse", "reversal_date": "2026-03-01"})
	number := s.get("/v1/invoices/"+id("invoice").String(), since(made)).text("number")
	for language, want := range map[string]string{
		"en": "Credit note draft created for " + number,
		"fa": "پیش‌نویس اعلامیهٔ بستانکاری برای " + number + " ایجاد شد",
	} {
		got := s.send(http.MethodGet, on("ticket", "timeline"), nil, since(made), with("Accept-Language", language))
		if !strings.Contains(string(got.body), `"summary":"`+want+`"`) {
			t.Errorf("%s: nothing reads %q in %s", language, want, got.body)
		}
	}
}
