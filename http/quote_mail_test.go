package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// P-14, section 5, SendRepairQuote: the customer gets the quotation in their
// language, as often as it is sent, with the lines as they were.
func TestP14TheQuotationIsMailed(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	s.post("/v1/customers", m{"id": id("persian"), "name": "Customer C", "email": "c@example.com", "language": "fa"})
	s.ticket("persian ticket", m{"customer": id("persian")})
	english, _ := s.repaired("ticket", m{"parts": []m{add("product", "2")}})
	persian, made := s.repaired("persian ticket", m{"product": id("product"), "parts": []m{add("product", "3")}})
	s.post(english+"/quote", nil)
	s.post(persian+"/quote", nil)
	s.post(english+"/quote/send?dry_run=true", nil)
	s.post(english+"/quote/send", nil)
	again := s.post(persian+"/quote/send", m{"valid_until": "2026-03-20"})
	s.mailed(2)
	s.post(persian+"/quote/send", m{"valid_until": "2026-03-20"}) // unchanged
	became := s.mailed(3)
	if len(became) != 3 {
		t.Errorf("became %v", became)
	}
	number := s.get(persian, since(made)).text("number")
	copies := 0
	for name, text := range s.files() {
		want := []string{"Hello,", "- Lamp: 2 unit × 10.00 = 20.00 EUR", "Total: 20.00 EUR"}
		if strings.HasSuffix(name, " c@example.com") {
			copies++
			want = []string{"سلام،", number, "- Lamp: \u20663 unit × 10.00 = 30.00 EUR", "۲۹ اسفند ۱۴۰۴"}
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q: %s", name, part, text)
			}
		}
		if strings.HasSuffix(name, " a@example.com") && strings.Contains(text, "valid until") {
			t.Errorf("%s has no last day: %s", name, text)
		}
	}
	if copies != 2 {
		t.Errorf("%d mails to the Persian customer, want 2", copies)
	}
	s.get("/v1/audit/events?type=repair-quote-email-sent", since(s.last())).shows(map[string]string{
		"items.0.data.recipient": "a@example.com", "items.2.data.recipient": "c@example.com", "items.3": "",
	})
	s.get("/v1/audit/events?type=repair-quote-sent", since(again)).shows(map[string]string{"items.1.data.total": "3000", "items.1.data.lines.0.total": "3000"})
}

// Section 5: who has no address gets no quotation, and one that was answered is
// not sent again.
func TestAQuotationNeedsSomebodyToAnswerIt(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("other ticket", m{"customer": id("other customer")})
	path, _ := s.repaired("other ticket", m{"product": id("product"), "parts": []m{add("product", "2")}})
	s.send(http.MethodPost, path+"/quote/send", nil).refused(missing, "quote_not_found")
	s.post(path+"/quote", nil)
	nobody := s.send(http.MethodPost, path+"/quote/send", nil)
	nobody.refused(unprocessable, "recipient_without_email")
	nobody.shows(map[string]string{"params.name": "Customer B", "errors.0.field": "customer"})
	s.get(path, since(s.last())).shows(map[string]string{"quote.state": "draft"})
	s.post(path+"/quote/accept", nil)
	s.send(http.MethodPost, path+"/quote/send", nil).refused(conflict, "quote_already_accepted")
}
