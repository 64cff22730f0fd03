package http_test

import (
	"net/http"
	"testing"
)

func inEuros(amount string) m { return m{"amount": amount, "currency": "EUR"} }

// 2.5 cases 5 and 6: open credit goes to another invoice of the customer and back.
// An invoice that only credit notes settled is reversed, of whichever invoice they
// are.
func TestOpenCreditIsAllocatedToAnotherInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	sold := s.sell1410("sold")
	s.pays(sold, "500.00")
	note := s.reverse("sold", "1000")
	target, small := s.sell("target", "per_line", [4]string{"200", "1.00", "0", ""}), s.sell("small", "per_line", [4]string{"40", "1.00", "0", ""})
	to := func(name string) m { return m{"invoice": id(name)} }
	refused := func(path string, body any, status int, code string) {
		t.Helper()
		s.send(http.MethodPost, path, body).refused(status, code)
	}
	refused(note+"/allocate", to("target"), conflict, "credit_note_not_posted")
	s.post(note+"/post", nil) // case 5: 90.00 are open

	s.post("/v1/invoices", m{
		"id": id("draft"), "customer": id("customer"), "journal": id("journal"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1.00"}},
	})
	s.post("/v1/invoices", m{
		"id": id("stranger's"), "customer": id("other customer"), "journal": id("journal"), "currency": "EUR", "post": true,
		"invoice_date": "2026-02-01", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1.00"}},
	})
	refused(note+"/allocate", to("draft"), conflict, "invoice_not_posted")
	refused(note+"/allocate", to("stranger's"), http.StatusUnprocessableEntity, "invoice_other_customer")
	refused(note+"/allocate", to("nothing"), http.StatusUnprocessableEntity, "invoice_not_found")
	refused(note+"/allocate", to("sold"), conflict, "invoice_settled")
	refused(note+"/allocate", m{}, http.StatusUnprocessableEntity, "required")
	refused(note+"/allocate", but(to("target"), "amount", inEuros("90.01")), conflict, "amount_exceeds_open")
	refused(note+"/release", m{"allocation": id("nothing")}, http.StatusUnprocessableEntity, "allocation_not_found")
	s.send(http.MethodPost, note+"/allocate", to("target"), as(s.token("agent", []string{"agent"}, nil))).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodPost, note+"/allocate", to("target"), with("If-Match", `"0"`)).refused(http.StatusPreconditionFailed, "stale_version")

	first := s.post(note+"/allocate", but(to("small"), "id", id("first")))
	first.shows(map[string]string{"documents.0.kind": "credit_note", "documents.1.kind": "invoice", "documents.1.id": id("small").String(), "documents.2": ""})
	s.asTheLog(small, first).shows(map[string]string{
		"payment_state": "reversed", "residual": "0.00", "credited": "0.00", "creditable": "40.00",
		"credits.0.id": id("first").String(), "credits.0.amount": "40.00", "credits.1": "",
	})
	s.asTheLog(note, first).shows(map[string]string{
		"payment_state": "partial", "residual": "50.00", "allocations.0.invoice": id("small").String(), "allocations.0.amount": "40.00",
	})
	if s.post(note+"/allocate?dry_run=true", to("target")).text("documents.1.state") != "posted" {
		t.Error("a dry run does not show the invoice")
	}
	body := but(to("target"), "id", id("second"))
	second := s.post(note+"/allocate", body, key("second"))
	s.post(note+"/allocate", body, key("second"))
	s.asTheLog(target, second).shows(map[string]string{"payment_state": "partial", "residual": "150.00"})
	s.asTheLog(note, second).shows(map[string]string{"payment_state": "paid", "residual": "0.00", "allocations.1.amount": "50.00"})
	refused(note+"/allocate", to("target"), conflict, "credit_not_open")

	back := s.post(note+"/release", m{"allocation": id("second")})
	s.post(note+"/release", m{"allocation": id("second")})
	s.asTheLog(target, back).shows(map[string]string{"payment_state": "not_paid", "residual": "200.00", "credits.0": ""})
	s.asTheLog(note, back).shows(map[string]string{"payment_state": "partial", "residual": "50.00", "allocations.1": ""})

	// Reverse and Create undoes what settled the invoice, another's credit too.
	reversed := s.post(on("ticket", "refunds"), refund("small", "reverse_and_create_invoice"))
	s.asTheLog(small, reversed).shows(map[string]string{"payment_state": "reversed", "credits.0": ""})
	s.asTheLog(note, reversed).shows(map[string]string{"residual": "90.00", "allocations.0": ""})
}

// 2.11: a payment that is released is open, then partly allocated, then refunded;
// what it paid is due again, less what was credited.
func TestAPaymentIsReleasedAllocatedElsewhereAndRefunded(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	sold := s.sell1410("sold")
	s.sell("small", "per_line", [4]string{"200", "1.00", "0", ""})
	payment := "/v1/payments/" + s.pays(sold, "1410.00").created()
	note := s.reverse("sold", "200")
	s.post(note+"/post", nil) // case 6
	s.send(http.MethodPost, payment+"/refund", m{"amount": inEuros("1.00")}).refused(conflict, "payment_not_open")
	s.send(http.MethodPost, "/v1/payments/"+id("nothing").String()+"/release", nil).refused(http.StatusNotFound, "payment_not_found")

	released := s.post(payment+"/release", nil)
	released.shows(map[string]string{"documents.0.kind": "payment", "documents.0.state": "open", "documents.1.kind": "invoice"})
	s.asTheLog(sold, released).shows(map[string]string{"payment_state": "partial", "residual": "1210.00", "credited": "200.00"})
	s.asTheLog(note, released).shows(map[string]string{"payment_state": "paid", "residual": "0.00"})
	s.asTheLog(payment, released).shows(map[string]string{"state": "open", "open": "1410.00"})
	s.post(payment+"/release", nil)

	part := s.post("/v1/invoices/"+id("small").String()+"/payments", m{"payment": payment[len("/v1/payments/"):]})
	s.asTheLog(payment, part).shows(map[string]string{"state": "partly_allocated", "open": "1210.00", "allocations.0.amount": "200.00"})
	s.send(http.MethodPost, payment+"/refund", m{"amount": inEuros("1210.01")}).refused(conflict, "amount_exceeds_open")
	body := m{"amount": inEuros("1210.00"), "paid_on": "2026-03-02", "reference": "back"}
	back := s.post(payment+"/refund", body, key("back"))
	s.post(payment+"/refund", body, key("back"))
	outbound := "/v1/payments/" + back.created()
	s.asTheLog(payment, back).shows(map[string]string{"state": "refunded", "open": "0.00", "refunds.0": back.created(), "refunds.1": ""})
	s.asTheLog(outbound, back).shows(map[string]string{
		"direction": "out", "amount": "1210.00", "paid_on": "2026-03-02", "reference": "back", "refund_of": payment[len("/v1/payments/"):],
		"invoice": id("sold").String(), "credit_note": "", "origin": "", "state": "allocated",
	})
	s.send(http.MethodPost, outbound+"/release", nil).refused(conflict, "payment_outbound")
	agent := as(s.token("agent", []string{"agent"}, nil))
	s.send(http.MethodPost, payment+"/refund", body, agent).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodPost, payment+"/release", nil, agent).refused(http.StatusForbidden, "forbidden")
}

// 2.5: an amount without a quantity, capped by what is creditable of its taxes,
// with which later credits reckon.
func TestGoodwillIsAnAmountOfTheInvoicesTaxes(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell("sold", "per_document", [4]string{"10", "10.00", "0", "9"}, [4]string{"1", "50.00", "0", "9"}, [4]string{"2", "20.00", "0", ""})
	vat := []m{{"name": "VAT", "rate": "9", "included": false}}
	wish := func(lines ...m) m { return but(refund("sold", "reverse"), "lines", lines) }
	ask := func(status int, code string, lines ...m) {
		t.Helper()
		s.send(http.MethodPost, on("ticket", "refunds"), wish(lines...)).refused(status, code)
	}
	ask(http.StatusUnprocessableEntity, "required", m{"amount": "1.00"})
	ask(http.StatusUnprocessableEntity, "tax_not_in_invoice", m{"amount": "1.00", "taxes": []m{{"name": "VAT", "rate": "10", "included": false}}})
	ask(http.StatusUnprocessableEntity, "invalid_value", m{"amount": "1.001", "taxes": vat})
	ask(http.StatusUnprocessableEntity, "invalid_value", m{"amount": "1.00", "taxes": vat, "invoice_line": id("sold0"), "quantity": "1"})
	ask(http.StatusUnprocessableEntity, "invalid_value", m{"amount": "1.00", "taxes": vat, "quantity": "0"})
	ask(conflict, "credit_exceeds_invoice", m{"amount": "163.51", "taxes": vat})
	several := but(wish(m{"amount": "1.00", "taxes": vat}), "invoices", []any{id("sold"), id("invoice")})
	s.send(http.MethodPost, on("ticket", "refunds"), several).refused(http.StatusUnprocessableEntity, "required")
	elsewhere := but(several, "lines", []m{{"amount": "1.00", "taxes": vat, "invoice": id("nothing")}})
	s.send(http.MethodPost, on("ticket", "refunds"), elsewhere).refused(http.StatusUnprocessableEntity, "invoice_not_found")

	drafted := s.post(on("ticket", "refunds"), wish(m{"amount": "32.70", "taxes": vat, "description": "For the delay"}))
	note := "/v1/credit-notes/" + drafted.created()
	draft := s.asTheLog(note, drafted)
	draft.shows(map[string]string{
		"total": "32.70", "untaxed": "30.00", "tax": "2.70", "goodwill.0.total": "32.70", "goodwill.0.description": "For the delay",
		"goodwill.0.taxes.0.rate": "9", "goodwill.1": "", "lines.0": "",
	})
	page := "/v1/tickets/" + id("ticket").String()
	s.get(page, since(drafted)).shows(map[string]string{"activities.0.type": "review_and_post", "activities.0.id": drafted.created(), "activities.1": ""})
	edit := m{"lines": []m{{"id": draft.text("goodwill.0.id"), "amount": "65.40"}, {"amount": "10.00", "taxes": []m{}}}}
	s.post(note+"/lines", edit, with("If-Match", draft.header.Get("ETag")))
	posted := s.post(note+"/post", nil)
	s.asTheLog(note, posted).shows(map[string]string{"total": "75.40", "tax": "5.40", "goodwill.1.description": "Refund", "payment_state": "paid"})
	s.asTheLog(invoice, posted).shows(map[string]string{
		"residual": "128.10", "credited": "75.40", "creditable": "128.10", "payment_state": "partial",
		"lines.0.credited_quantity": "0", "lines.0.creditable": "65.40", "lines.1.creditable": "32.70", "lines.2.creditable": "30.00",
	})
	s.get(page, since(posted)).shows(map[string]string{"activities.0": ""}) // nothing is left to review
	ask(conflict, "credit_exceeds_invoice", m{"invoice_line": id("sold0"), "quantity": "9"})
	rest := s.reverse("sold", "")
	last := s.post(rest+"/post", nil)
	s.asTheLog(rest, last).shows(map[string]string{"total": "128.10"})
	s.asTheLog(invoice, last).shows(map[string]string{"residual": "0.00", "creditable": "0.00", "payment_state": "reversed"})

	// Accounting may do the same without a ticket.
	other := s.sell("plain", "per_line", [4]string{"3", "5.00", "0", ""})
	own := s.post(other+"/credit-notes", m{"reversal_date": "2026-03-01", "lines": []m{{"amount": "4.00"}}})
	s.get("/v1/credit-notes/"+own.created(), since(own)).shows(map[string]string{"total": "4.00", "state": "draft"})
}
