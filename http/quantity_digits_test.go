package http_test

import "testing"

// Domain.md 2.4: a quantity that the product's digits cannot express is refused
// on invoices and credit notes as on orders and deliveries.
func TestQuantitiesOfInvoicesAndCreditNotesFitTheProduct(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("cable"), "name": "Cable", "unit": "m", "digits": 3})
	line := func(product, quantity string) []m {
		return []m{{"product": id(product), "quantity": quantity, "unit_price": "1.00"}}
	}
	invoice := m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": line("product", "0.123456")}
	s.invoice("draft", "1", false)
	note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()
	credit := []m{{"invoice_line": id("invoice line"), "quantity": "0.123456"}}
	edit := s.seen(note, s.last())
	s.allRefused(t, []bad{
		{name: "an invoice", path: "/v1/invoices", body: invoice, status: unprocessable, code: "quantity_precision", field: "lines[0].quantity"},
		{name: "a refund", path: on("ticket", "refunds"), body: but(refund("invoice", "reverse"), "lines", credit), status: unprocessable, code: "quantity_precision", field: "lines[0].quantity"},
		{name: "accounting", path: "/v1/invoices/" + id("invoice").String() + "/credit-notes", body: m{"reversal_date": "2026-03-01", "lines": credit}, status: unprocessable, code: "quantity_precision", field: "lines[0].quantity"},
	})
	s.send("POST", note+"/lines", m{"lines": credit}, edit).refused(unprocessable, "quantity_precision")
	own := s.get(note).text("lines.0.id")
	s.send("POST", note+"/lines", m{"lines": []m{{"id": own, "quantity": "0.001"}}}, edit).refused(unprocessable, "quantity_precision")
	draft := "/v1/invoices/" + id("draft").String()
	s.send("POST", draft+"/lines", m{"lines": line("product", "0.001")}, s.seen(draft, s.last())).refused(unprocessable, "quantity_precision")
	s.post("/v1/invoices", but(invoice, "lines", line("cable", "0.125")))
	s.post("/v1/invoices", but(invoice, "lines", []m{{"description": "Journey", "quantity": "0.123456", "unit_price": "1.00"}}))
	s.post(note+"/lines", m{"lines": []m{{"id": own, "quantity": "0.25"}}}, edit)
}
