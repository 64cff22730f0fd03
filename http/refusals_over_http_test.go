package http_test

import "testing"

// What can be asked for is refused over HTTP with the code that its aggregate
// gives it: deliveries and returns that have ended, lines of elsewhere, programs
// out of date, orders that do not fit, names that are taken.
func TestRefusalsOfEachAggregateReachTheCaller(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.delivery("planned", "3", false)
	s.delivery("called off", "3", false)
	s.post("/v1/deliveries/"+id("called off").String()+"/cancel", nil)
	made := func(quantity string) string {
		return s.post(on("ticket", "returns"), giveBack("delivery", quantity)).created()
	}
	arrived, gone, open := made("1"), made("1"), made("1")
	s.post("/v1/returns/"+arrived+"/receive", nil)
	s.post("/v1/returns/"+gone+"/cancel", nil)
	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	note := "/v1/credit-notes/" + draft.created()
	seen := func() option { return with("If-Match", s.get(note, since(s.last())).header.Get("ETag")) }
	s.post("/v1/coupon-programs", m{"id": id("next year"), "name": "Later", "type": "coupons", "starts_on": "2027-01-01", "rewards": []m{{"type": "discount", "discount": "10"}}})
	s.post("/v1/coupon-programs", m{"id": id("for drills"), "name": "Drills", "type": "coupons", "rules": []m{{"products": []any{id("tracked")}}}, "rewards": []m{{"type": "discount", "discount": "10"}}})
	coupon := s.post(on("ticket", "coupons"), m{"program": id("for drills")})
	code := s.get("/v1/coupons/"+coupon.created(), since(coupon)).text("code")
	s.ticket("of B", m{"customer": id("other customer")})
	s.ticket("closed", m{"customer": id("customer")})
	s.post(on("closed", "close"), nil)
	s.ticket("bare drill", m{"customer": id("customer")})
	for name, buyer := range map[string]string{"bare order": "customer", "order of B": "other customer"} {
		s.post("/v1/orders", m{
			"id": id(name), "number": name, "customer": id(buyer), "currency": "EUR",
			"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
		})
	}

	lines := func(line m) m { return m{"lines": []m{line}} }
	drills := but(giveBack("drill delivery", "2"), "lines", []m{{"delivery_line": id("drill delivery line"), "quantity": "2", "lots": []m{{"lot": id("lot"), "quantity": "1"}}}})
	price := m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "-1.00"}}}
	delivery := func(name string) string { return "/v1/deliveries/" + id(name).String() }
	s.allRefused(t, []bad{
		{name: "cancelling what left", path: delivery("delivery") + "/cancel", status: conflict, code: "delivery_already_done"},
		{name: "validating what was called off", path: delivery("called off") + "/validate", status: conflict, code: "delivery_cancelled"},
		{name: "more than planned", path: delivery("planned") + "/validate", body: lines(m{"id": id("planned line"), "done_quantity": "4"}), status: conflict, code: "done_exceeds_planned"},
		{name: "a line that the delivery lacks", path: on("ticket", "returns"), body: but(giveBack("delivery", "1"), "lines", []m{{"delivery_line": id("nowhere"), "quantity": "1"}}), status: unprocessable, code: "line_not_in_delivery"},
		{name: "a line that the return lacks", path: "/v1/returns/" + open + "/receive", body: lines(m{"id": id("nowhere"), "quantity": "1"}), status: unprocessable, code: "line_not_in_return"},
		{name: "lots that do not add up", path: on("bare drill", "returns"), body: drills, status: unprocessable, code: "lot_quantity_mismatch"},
		{name: "cancelling what arrived", path: "/v1/returns/" + arrived + "/cancel", status: conflict, code: "return_already_received"},
		{name: "receiving what was cancelled", path: "/v1/returns/" + gone + "/receive", status: conflict, code: "return_cancelled"},
		{name: "an order without a delivery", path: on("ticket", "returns"), body: m{"order": id("bare order"), "return_location": id("location")}, status: conflict, code: "delivery_not_done", field: "order"},
		{name: "a line that the draft lacks", path: note + "/lines", body: lines(m{"id": id("nowhere"), "quantity": "1"}), status: unprocessable, code: "line_not_in_credit_note", options: []option{seen()}},
		{name: "a price below nothing", path: "/v1/invoices", body: price, status: unprocessable, code: "negative_price"},
		{name: "an order number that is taken", path: "/v1/orders", body: m{"number": "S1", "customer": id("customer"), "currency": "EUR", "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1.00"}}}, status: conflict, code: "number_taken"},
		{name: "another customer's order", path: on("ticket", "refunds"), body: but(refund("invoice", "reverse"), "order", id("order of B")), status: unprocessable, code: "order_other_customer"},
		{name: "an order without the product", path: on("ticket", "refunds"), body: but(but(refund("invoice", "reverse"), "product", id("product")), "order", id("drill order")), status: unprocessable, code: "order_without_product"},
		{name: "a program of next year", path: on("ticket", "coupons"), body: m{"program": id("next year")}, status: conflict, code: "program_not_started"},
		{name: "a program that gives nothing", path: "/v1/coupon-programs", body: m{"name": "Nothing", "type": "coupons", "rewards": []m{}}, status: conflict, code: "program_without_reward"},
		{name: "C-02 an order without the program's products", path: "/v1/coupons/reserve", body: m{"code": code, "order": id("order"), "customer": id("customer")}, status: conflict, code: "coupon_products_missing"},
		{name: "P-08 an emptied date", path: on("ticket", "repairs"), body: m{"scheduled_at": "0001-01-01T00:00:00Z"}, status: unprocessable, code: "scheduled_date_required"},
		{name: "assigning a ticket to a blank", path: on("ticket", "assign"), body: m{"assignee": " "}, status: unprocessable, code: "required", field: "assignee"},
		{name: "assigning a closed ticket", path: on("closed", "assign"), body: m{"assignee": "agent-1"}, status: conflict, code: "ticket_closed"},
	})
	s.post("/v1/coupons/reserve", m{"code": code, "order": id("drill order"), "customer": id("customer")})

	// A draft whose lines come to nothing can be kept, but not posted.
	s.post(note+"/lines", lines(m{"invoice_line": id("invoice line"), "quantity": "1", "unit_price": "0"}), seen())
	s.send("POST", note+"/post", nil).refused(conflict, "credit_note_empty")

	s.archive("projects", "project") // F-06: the only one for visits, and the team's
	s.dialog("ticket", "intervention", "").shows(map[string]string{"empty_reason": "project_required", "defaults.project": ""})
}
