package http_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
)

// What breaks a rule is refused with the code of that rule.
func TestBrokenRulesWriteNothing(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("draft invoice", "1", false)
	s.invoice("credited invoice", "1", true)
	s.post(on("ticket", "refunds"), refund("credited invoice", "reverse_and_create_invoice"))
	s.invoice("touched invoice", "2", true)
	part := refund("touched invoice", "reverse")
	part["lines"] = []m{{"invoice_line": id("touched invoice line"), "quantity": "1"}}
	s.post("/v1/credit-notes/"+s.post(on("ticket", "refunds"), part).created()+"/post", nil)
	// A draft that was fine when it was made and is too much now.
	full := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	late := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	s.post("/v1/credit-notes/"+full.created()+"/post", nil)
	s.invoice("whole invoice", "3", true)
	draft := s.post(on("ticket", "refunds"), refund("whole invoice", "reverse"))
	note := "/v1/credit-notes/" + draft.created()
	s.delivery("planned delivery", "3", false)
	s.ticket("bare ticket", nil)
	s.ticket("other ticket", m{"customer": id("other customer")})
	s.post("/v1/deliveries", m{"customer": id("other customer"), "validate": true, "lines": []m{{"product": id("product"), "quantity": "1"}}})
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("other lot"), "name": "SN2"})
	s.post("/v1/deliveries", m{"id": id("tracked delivery"), "customer": id("customer"), "validate": true, "lines": []m{{
		"id": id("tracked line"), "product": id("tracked"), "quantity": "1", "lots": []m{{"lot": id("lot"), "quantity": "1"}},
	}}})
	s.ticket("drill", m{"customer": id("customer")})
	s.post("/v1/coupon-programs", m{"id": id("ended"), "name": "Old", "type": "coupons", "ends_on": "2026-02-01", "rewards": []m{{"type": "discount", "discount": "10"}}})
	s.post("/v1/coupon-programs", m{"id": id("promotion"), "name": "Promo", "type": "promotions", "rewards": []m{{"type": "discount", "discount": "10"}}})

	refunds, coupons, returns, repairs, visits := on("ticket", "refunds"), on("ticket", "coupons"), on("ticket", "returns"), on("ticket", "repairs"), on("ticket", "interventions")
	of := func(name, path string, body any, status int, code, field string, o ...option) bad {
		return bad{name: name, path: path, body: body, status: status, code: code, field: field, options: o}
	}
	const conflict, unprocessable = http.StatusConflict, http.StatusUnprocessableEntity
	whole := refund("whole invoice", "reverse")
	line := func(quantity string) []m {
		return []m{{"invoice_line": id("whole invoice line"), "quantity": quantity}}
	}
	seen := with("If-Match", s.get(note, since(draft)).header.Get("ETag"))
	back := giveBack("delivery", "1")
	coupon := m{"program": id("program")}
	s.allRefused(t, []bad{
		of("R-10 no invoice", refunds, m{"reversal_date": "2026-03-01", "mode": "reverse"}, unprocessable, "invoice_required", "invoices"),
		of("R-17 no date", refunds, m{"invoices": []any{id("whole invoice")}, "mode": "reverse"}, unprocessable, "reversal_date_required", "reversal_date"),
		of("no mode", refunds, but(whole, "mode", ""), unprocessable, "invalid_value", "mode"),
		of("an unknown invoice in the body", refunds, refund("nowhere", "reverse"), unprocessable, "invoice_not_found", "invoices[0]"),
		of("R-04 a draft invoice", refunds, refund("draft invoice", "reverse"), conflict, "invoice_not_posted", "invoices[0]"),
		of("another customer's invoice", on("other ticket", "refunds"), whole, unprocessable, "invoice_other_customer", "invoices[0]"),
		of("R-08 an invoice without the product", refunds, but(whole, "product", id("tracked")), unprocessable, "invoice_without_product", "invoices[0]"),
		of("R-09 a lot of an untracked product", refunds, but(but(whole, "product", id("product")), "lot", id("lot")), unprocessable, "lot_not_applicable", "lot"),
		of("an unknown journal", refunds, but(whole, "journal", id("nowhere")), unprocessable, "journal_not_found", "journal"),
		of("R-20 more than the invoice in lines", refunds, but(whole, "lines", line("4")), conflict, "credit_exceeds_invoice", ""),
		of("a line of another invoice", refunds, but(whole, "lines", []m{{"invoice_line": id("invoice line"), "quantity": "1"}}), unprocessable, "line_not_in_invoice", "lines[0].invoice_line"),
		of("nothing of a line", refunds, but(whole, "lines", line("0")), unprocessable, "quantity_not_positive", "lines[0].quantity"),
		of("an invoice that is fully credited", refunds, refund("credited invoice", "reverse"), conflict, "invoice_fully_credited", "invoices[0]"),
		of("example 8: reverse and create after a credit", refunds, refund("touched invoice", "reverse_and_create_invoice"), conflict, "invoice_already_credited", "invoices[0]"),
		of("a future date for what is posted now", refunds, but(refund("whole invoice", "reverse_and_create_invoice"), "reversal_date", "2026-03-02"), unprocessable, "future_date_not_allowed", "reversal_date"),
		of("example 7: the later of two full drafts", "/v1/credit-notes/"+late.created()+"/post", nil, conflict, "credit_exceeds_invoice", ""),
		of("over-refund in the draft's lines", note+"/lines", m{"lines": line("4")}, conflict, "credit_exceeds_invoice", "", seen),
		of("lines without If-Match", note+"/lines", m{"lines": line("1")}, http.StatusPreconditionRequired, "precondition_required", ""),
		of("lines with a stale If-Match", note+"/lines", m{"lines": line("1")}, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"1"`)),
		of("a stale If-Match on the ticket", refunds, whole, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
		of("a payment over the rest", "/v1/invoices/"+id("whole invoice").String()+"/payments", m{"amount": m{"amount": "36.01", "currency": "EUR"}, "paid_on": "2026-03-01"}, conflict, "payment_exceeds_residual", ""),
		of("a payment in another currency", "/v1/invoices/"+id("whole invoice").String()+"/payments", m{"amount": m{"amount": "36.00", "currency": "USD"}, "paid_on": "2026-03-01"}, unprocessable, "currency_mismatch", "amount"),
		of("a payment of nothing told", "/v1/invoices/"+id("whole invoice").String()+"/payments", m{"paid_on": "2026-03-01"}, unprocessable, "required", "amount"),
		of("an invoice in another currency than its order", "/v1/invoices", m{
			"customer": id("customer"), "journal": id("journal"), "order": id("order"), "currency": "USD",
			"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}},
		}, unprocessable, "currency_mismatch", "currency"),

		of("C-06 no program", coupons, m{}, unprocessable, "coupon_program_required", "program"),
		of("an unknown program", coupons, m{"program": id("nowhere")}, unprocessable, "coupon_program_not_found", "program"),
		of("C-07 another type", coupons, m{"program": id("promotion")}, unprocessable, "program_type_not_coupons", ""),
		of("an ended program", coupons, m{"program": id("ended")}, conflict, "program_ended", ""),
		of("C-11 a date in the past", coupons, but(coupon, "valid_until", "2026-02-28"), unprocessable, "expiration_in_past", "valid_until"),
		of("C-15 a bad address", coupons, but(but(coupon, "deliver", "email"), "recipients", []string{"nobody"}), unprocessable, "invalid_email", ""),
		of("C-13 nobody to mail to", on("other ticket", "coupons"), but(coupon, "deliver", "email"), unprocessable, "recipient_without_email", ""),
		of("another way to deliver", coupons, but(coupon, "deliver", "pigeon"), unprocessable, "invalid_value", "deliver"),

		of("T-04 neither order nor delivery", returns, m{"return_location": id("location")}, unprocessable, "order_or_delivery_required", "delivery"),
		of("an unknown delivery", returns, giveBack("nowhere", "1"), unprocessable, "delivery_not_found", "delivery"),
		of("T-05 a delivery that is not done", returns, giveBack("planned delivery", "1"), conflict, "delivery_not_done", ""),
		of("another customer's delivery", on("other ticket", "returns"), back, unprocessable, "delivery_other_customer", "delivery"),
		of("T-14 a delivery without the product", returns, m{"delivery": id("tracked delivery"), "return_location": id("location")}, unprocessable, "delivery_without_product", ""),
		of("T-07 more than delivered", returns, giveBack("delivery", "4"), conflict, "return_exceeds_delivered", ""),
		of("T-08 nothing", returns, giveBack("delivery", "0"), unprocessable, "return_empty", ""),
		of("example 12: nothing after rounding", returns, giveBack("delivery", "0.004"), unprocessable, "return_empty", ""),
		of("T-09 no location", returns, m{"delivery": id("delivery")}, unprocessable, "return_location_required", "return_location"),
		of("a location that takes no returns", returns, but(back, "return_location", id("shelf")), unprocessable, "return_location_invalid", "return_location"),
		of("a negative quantity", returns, giveBack("delivery", "-1"), unprocessable, "negative_quantity", ""),
		of("a serial that there is not", on("drill", "returns"), m{"delivery": id("tracked delivery"), "return_location": id("location"), "lines": []m{
			{"delivery_line": id("tracked line"), "quantity": "1", "lots": []m{{"lot": id("nowhere"), "quantity": "1"}}},
		}}, unprocessable, "lot_not_found", "lines[0].lots"),
		of("example 11: a serial that was not delivered", on("drill", "returns"), m{"delivery": id("tracked delivery"), "return_location": id("location"), "lines": []m{
			{"delivery_line": id("tracked line"), "quantity": "1", "lots": []m{{"lot": id("other lot"), "quantity": "1"}}},
		}}, unprocessable, "lot_not_delivered", ""),

		of("P-04 no product", on("other ticket", "repairs"), m{}, unprocessable, "product_required", "product"),
		of("P-04 a service", repairs, m{"product": id("labour")}, unprocessable, "product_not_repairable", "product"),
		of("P-05 a lot of an untracked product", repairs, m{"lot": id("lot")}, unprocessable, "lot_not_applicable", "lot"),
		of("an unknown return", repairs, m{"return": id("nowhere")}, unprocessable, "return_not_found", "return"),
		of("P-11 a negative part", repairs, m{"parts": []m{{"kind": "add", "product": id("product"), "quantity": "-1"}}}, unprocessable, "negative_quantity", ""),

		of("F-05 no title", visits, m{"title": ""}, unprocessable, "title_required", "title"),
		of("an unknown project", visits, m{"project": id("nowhere")}, unprocessable, "project_not_found", "project"),
		of("an unknown template", visits, m{"worksheet_template": id("nowhere")}, unprocessable, "template_not_found", "worksheet_template"),

		of("0.7 a refund without a customer", on("bare ticket", "refunds"), whole, unprocessable, "customer_required", ""),
		of("0.7 a visit without a customer", on("bare ticket", "interventions"), m{}, unprocessable, "customer_required", ""),
		of("a ticket of an unknown team", "/v1/tickets", m{"title": "a", "team": id("nowhere")}, unprocessable, "team_not_found", "team"),
		of("a ticket of no team", "/v1/tickets", m{"title": "a"}, unprocessable, "required", "team"),
		of("an unknown follower", on("ticket", "followers"), m{"contact": id("nowhere")}, unprocessable, "customer_not_found", "contact"),
		of("2.1 another customer after documents", on("ticket", "details"), m{"customer": id("other customer"), "order": uuid.Nil}, conflict, "customer_locked", "customer"),
		of("an id that is taken", "/v1/teams", m{"id": id("team"), "name": "Again"}, conflict, "already_exists", ""),
		of("a lot that is known", "/v1/products/"+id("tracked").String()+"/lots", m{"name": "SN1"}, conflict, "lot_already_exists", "name"),
		of("all errors of a stage at once", "/v1/orders", m{}, unprocessable, "required", ""),
	})
}
