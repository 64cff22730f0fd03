package http_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// All that does not fit in a body is told at once, each with its path and what
// belongs there, in the caller's language (api.md 1, errors).
func TestAllThatIsMalformedIsToldAtOnce(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	pay, tickets, values := "/v1/invoices/"+id("invoice").String()+"/payments", "/v1/tickets", "/v1/tasks/"+id("nowhere").String()+"/worksheet"
	nested := strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)
	provoked := map[string]bool{"incomplete": true} // whoever sends half a body hears no answer
	for _, c := range []struct{ path, body, want string }{
		{tickets, "{\"title\":\"\xff\"}", " not_utf8"},
		{tickets, `{`, " not_json"},
		{tickets, `[]`, " not_object"},
		{tickets, `{} {}`, " trailing_data"},
		{tickets, nested, " too_deep"},
		{tickets, `{"title":"a","title":"b"}`, "title duplicate_field"},
		{tickets, `{"title":"a","Team":"b"}`, "Team letter_case"},
		{values, `{"values":{"Work":"a\u0000b"}}`, "values.Work nul_character"},
		{tickets, `{"title":"a","tags":[null]}`, "tags[0] null_element"},
		{tickets, `{"zzz":5,"title":5,"team":"support","customer":"x","yyy":1}`, "customer want_id, team want_id, title want_text, yyy unknown_field, zzz unknown_field"},
		{"/v1/teams", `{"name":[],"auto_close_days":"1"}`, "auto_close_days want_number, name want_text"},
		{
			"/v1/invoices", `{"post":"yes","lines":[{"quantity":1,"unit_price":"x"},{"taxes":{}},5],"invoice_date":"2026-02-30"}`,
			"invoice_date want_date, lines[0].quantity want_decimal, lines[0].unit_price want_decimal, lines[1].taxes want_array, lines[2] want_object, post want_boolean",
		},
		{on("ticket", "repairs"), `{"scheduled_at":"2026-03-02","tags":"a"}`, "scheduled_at want_time, tags want_array"},
		{on("ticket", "messages"), `{"body":"a","attachments":[{"name":"a","content":"?"}]}`, "attachments[0].content want_base64"},
		{pay, `{"amount":"36.00","paid_on":"soon"}`, "amount want_money, paid_on want_date"},
		{pay, `{"amount":{"amount":"36.001","currency":"EUR"}}`, "amount currency_digits"},
		{pay, `{"amount":{"amount":"36.00","currency":"ZZZ"}}`, "amount currency_unknown"},
		{"/v1/orders", `{"currency":"EUR:2"}`, "currency currency_code"},
	} {
		a := s.send(http.MethodPost, c.path, c.body)
		a.refused(http.StatusBadRequest, "malformed")
		told := []string{" " + a.text("params.reason")} // of the whole
		for i := range a.list("errors") {
			told = append(told[:i], a.text(fmt.Sprintf("errors.%d.field", i))+" "+a.text(fmt.Sprintf("errors.%d.params.reason", i)))
		}
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.body, got, c.want)
		}
		for _, line := range told {
			provoked[line[strings.LastIndex(line, " ")+1:]] = true
		}
		persian := s.send(http.MethodPost, c.path, c.body, with("Accept-Language", "fa")).text("detail")
		if foreign := regexp.MustCompile(`[a-z]{3,}`).FindString(persian); foreign != "" && !strings.Contains(c.body, foreign) && foreign != "null" && foreign != "base" {
			t.Errorf("%s: %q is not Persian", c.body, persian)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(must(os.ReadFile("reasons.tsv"))(t))), "\n")[1:] {
		if reason, _, _ := strings.Cut(line, "\t"); !provoked[reason] {
			t.Errorf("no body is refused for %s", reason)
		}
	}
}

// An id is written in one way (api.md): not in braces, as a URN or without hyphens.
func TestAnIDIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	plain := id("customer").String()
	s.post(on("ticket", "followers/remove"), m{"contact": strings.ToUpper(plain)})
	s.get("/v1/credit-notes?customer="+strings.ToUpper(plain), since(s.last()))
	for _, other := range []string{"{" + plain + "}", "urn:uuid:" + plain, strings.ReplaceAll(plain, "-", "")} {
		s.send(http.MethodPost, on("ticket", "followers/remove"), m{"contact": other}).refused(http.StatusBadRequest, "malformed")
		s.send(http.MethodPost, "/v1/tasks/"+id("nowhere").String()+"/details", m{"customer": other}).refused(http.StatusBadRequest, "malformed")
		query := url.Values{"customer": {other}}
		s.send(http.MethodGet, "/v1/credit-notes?"+query.Encode(), nil).refused(http.StatusBadRequest, "invalid_parameter")
		s.send(http.MethodGet, on("ticket", "refund-options")+"?"+url.Values{"invoice": {other}}.Encode(), nil).refused(http.StatusBadRequest, "invalid_parameter")
		s.send(http.MethodGet, "/v1/customers/"+url.PathEscape(other), nil).refused(http.StatusNotFound, "not_found")
	}
}
