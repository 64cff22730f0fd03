package http_test

import "testing"

// Domain.md 2.5, R-16: the journal of a refund is by default the first active
// one among the invoices', in the popup as in the command.
func TestTheJournalOfARefundIsTheFirstActiveOne(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/journals", m{"id": id("old"), "code": "OLD", "name": "Old sales", "type": "sale"})
	for _, name := range []string{"first", "second"} {
		s.post("/v1/invoices", m{
			"id": id(name), "customer": id("customer"), "journal": id("old"), "currency": "EUR", "order": id("order"), "invoice_date": "2026-02-01",
			"post": true, "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
		})
	}
	s.archive("journals", "old")
	both := "?invoice=" + id("first").String() + "&invoice=" + id("invoice").String()
	d := s.dialog("ticket", "refund", both)
	d.offers(t, "journals", "journal")
	d.shows(map[string]string{"defaults.journal": id("journal").String()})
	s.dialog("ticket", "refund", "?invoice="+id("first").String()).shows(map[string]string{"defaults.journal": ""})

	s.send("POST", on("ticket", "refunds"), refundAll("reverse", "first", "second")).refused(conflict, "journal_archived")
	made := s.post(on("ticket", "refunds"), refundAll("reverse", "first", "invoice"))
	for _, place := range []string{"documents.0.id", "documents.1.id"} {
		s.get("/v1/credit-notes/"+made.text(place), since(made)).shows(map[string]string{"journal": id("journal").String()})
	}
	chosen := but(refundAll("reverse", "second"), "journal", id("journal"))
	s.post(on("ticket", "refunds"), chosen)
}
