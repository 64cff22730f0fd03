package http_test

import "testing"

// 2.5 case 7, decision 1: credit notes stay within their invoice unless the
// company lets them go beyond; then the event and the document say how much.
func TestOverCreditIsASwitchOfTheCompany(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]bool{"by default": false, "switched on": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := furnished(t, func(s *service) { s.overCredit = allowed })
			whole := s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()
			s.post("/v1/credit-notes/"+s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()+"/post", nil)
			more := but(refund("invoice", "reverse"), "lines", []m{{"invoice_line": id("invoice line"), "quantity": "1"}})
			if !allowed {
				unchanged := s.unchanged(t)
				s.send("POST", "/v1/credit-notes/"+whole+"/post", nil).refused(conflict, "credit_exceeds_invoice")
				s.send("POST", on("ticket", "refunds"), more).refused(conflict, "invoice_fully_credited")
				unchanged()
				return
			}
			s.send("POST", on("ticket", "refunds"), refund("invoice", "reverse")).refused(conflict, "invoice_fully_credited")
			s.post("/v1/credit-notes/"+whole+"/post", nil)
			last := s.post("/v1/credit-notes/"+s.post(on("ticket", "refunds"), more).created()+"/post", nil)
			s.get("/v1/credit-notes/"+whole, since(last)).shows(map[string]string{"total": "36.00", "over_credit": "36.00", "residual": "36.00"})
			s.get("/v1/credit-notes/"+last.created(), since(last)).shows(map[string]string{"total": "12.00", "over_credit": "12.00"})
			s.get("/v1/invoices/"+id("invoice").String(), since(last)).shows(map[string]string{
				"credited": "84.00", "creditable": "0.00", "residual": "0.00", "lines.0.creditable_quantity": "0",
			})
			told := map[string]bool{}
			for _, e := range s.get("/v1/audit/events?type=credit-note-posted", since(last)).list("items") {
				told[answer{json: e}.text("data.over_credit")] = true
			}
			if len(told) != 3 || !told[""] || !told["3600"] || !told["1200"] {
				t.Errorf("the events say %v", told)
			}
		})
	}
}
