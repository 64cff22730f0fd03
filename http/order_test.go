package http_test

import (
	"strings"
	"testing"
)

// quotation makes an order in draft of 2 lamps and an hour of labour.
func (s *service) quotation(name, customer string) string {
	s.t.Helper()
	s.post("/v1/orders", m{
		"id": id(name), "number": name, "customer": id(customer), "currency": "EUR", "lines": []m{
			{"product": id("product"), "quantity": "2", "unit_price": "10.00"},
			{"product": id("labour"), "quantity": "1", "unit_price": "30.00", "discount": "50"},
		},
	})
	return "/v1/orders/" + id(name).String()
}

// Domain.md 2.6: a quotation is sent, signed by the customer and delivered; a
// sale can be locked, cancelled with what has not left, and quoted again.
func TestTheLifeOfAQuotation(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	path := s.quotation("Q1", "customer")
	portal := strings.Replace(path, "/v1/", "/v1/portal/", 1)
	signature := m{"name": "Customer A", "signature": png}
	s.send("POST", portal+"/accept", signature, mine).refused(missing, "order_not_found") // a draft
	s.get(path, since(s.last())).shows(map[string]string{"state": "draft", "untaxed": "35.00", "valid_until": ""})
	s.send("POST", path+"/send", m{"valid_until": "2026-02-28"}).refused(unprocessable, "expiration_in_past")
	sent := s.post(path+"/send", m{"valid_until": "2026-03-20"})
	sent.shows(map[string]string{"documents.0.state": "sent"})
	s.mailed(1)
	for _, text := range s.files() {
		for _, part := range []string{"- Lamp: 2 unit × 10.00 = 20.00 EUR", "- Labour: 1 unit × 30.00 = 15.00 EUR", "Total without taxes: 35.00 EUR", "valid until 2026-03-20"} {
			if !strings.Contains(text, part) {
				t.Errorf("the mail lacks %q: %s", part, text)
			}
		}
	}
	s.get("/v1/portal/orders", mine, since(sent)).shows(map[string]string{"items.0.number": "S1", "items.1.number": "Q1", "items.1.state": "sent", "items.2": ""})
	s.allRefused(t, []bad{
		{name: "another customer", path: portal + "/accept", body: signature, status: missing, code: "order_not_found", options: []option{theirs}},
		{name: "the company's people", path: portal + "/accept", body: signature, status: forbidden, code: "forbidden"},
		{name: "no signature", path: portal + "/accept", body: m{"name": "Customer A", "signature": ""}, status: unprocessable, code: "signature_missing", field: "signature", options: []option{mine}},
		{name: "no reason", path: portal + "/decline", body: m{"reason": " "}, status: unprocessable, code: "required", field: "reason", options: []option{mine}},
		{name: "not confirmed", path: path + "/lock", status: conflict, code: "order_not_confirmed"},
		{name: "not cancelled", path: path + "/draft", status: conflict, code: "order_not_cancelled"},
		{name: "of no order", path: "/v1/orders/" + id("nowhere").String() + "/confirm", status: missing, code: "order_not_found"},
	})
	accepted := s.post(portal+"/accept", signature, mine)
	s.post(portal+"/accept", signature, mine)
	s.send("POST", portal+"/accept", m{"name": "Somebody else", "signature": "no image"}, mine).refused(conflict, "order_already_signed")
	sale := s.get(path, since(accepted))
	sale.shows(map[string]string{"state": "sale", "accepted_by": "Customer A", "deliveries.1": ""})
	if day, _, _ := strings.Cut(sale.text("confirmed_at"), "T"); day != "2026-03-01" {
		t.Errorf("confirmed on %q", day)
	}
	delivery := "/v1/deliveries/" + sale.text("deliveries.0")
	s.get(delivery).shows(map[string]string{"state": "ready", "lines.0.product": id("product").String(), "lines.0.quantity": "2", "lines.1": "", "order": id("Q1").String()})
	s.send("POST", portal+"/decline", m{"reason": "Too late"}, mine).refused(conflict, "order_not_quotation")

	s.post(path+"/lock", nil)
	s.send("POST", path+"/cancel", nil).refused(conflict, "order_locked")
	s.get(path, since(s.last())).shows(map[string]string{"state": "sale", "locked": "true"})
	s.post(path+"/unlock", nil)
	s.post(path+"/cancel", nil).shows(map[string]string{"documents.0.state": "cancelled"})
	s.get(delivery, since(s.last())).shows(map[string]string{"state": "cancelled"})
	s.send("POST", path+"/confirm", nil).refused(conflict, "order_not_quotation")
	s.post(path+"/draft", nil).shows(map[string]string{"documents.0.state": "draft"})
	s.get(path, since(s.last())).shows(map[string]string{"confirmed_at": "", "accepted_by": "", "valid_until": ""})
	s.post(path+"/confirm", nil)
	s.get(path, since(s.last())).shows(map[string]string{"state": "sale", "deliveries.2": ""})
}

// Domain.md 2.6: the customer says no with a message, or too late.
func TestAQuotationIsDeclinedOrExpires(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine := as(s.portalOf("customer"))
	late, no := s.quotation("Q1", "customer"), s.quotation("Q2", "customer")
	s.post(late+"/send", m{"valid_until": "2026-03-01"})
	s.post(no+"/send", nil)
	s.post(strings.Replace(no, "/v1/", "/v1/portal/", 1)+"/decline", m{"reason": "Too dear"}, mine).
		shows(map[string]string{"documents.0.state": "cancelled"})
	s.pass(oneDay)
	s.send("POST", strings.Replace(late, "/v1/", "/v1/portal/", 1)+"/accept", m{"name": "Customer A", "signature": png}, mine).
		refused(conflict, "quote_expired")
	nobody := s.quotation("Q3", "other customer")
	s.send("POST", nobody+"/send", nil).refused(unprocessable, "recipient_without_email")
}

// R-06, T-04: dialogs offer sales, neither quotations nor cancelled orders.
func TestDialogsOfferSalesOnly(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	sale, cancelled := s.quotation("Q1", "customer"), s.quotation("Q2", "customer")
	s.quotation("Q3", "customer")
	s.post(sale+"/confirm", nil)
	s.post(cancelled+"/confirm", nil)
	s.post(cancelled+"/cancel", nil)
	s.get(on("ticket", "refund-options"), since(s.last())).offers(t, "orders", "Q1", "order")
}

// C-02: an order that is named tells its own amount and products, in whatever
// way the coupon is used.
func TestC02TheOrderTellsWhatTheCouponIsUsedFor(t *testing.T) {
	t.Parallel()
	s := furnished(t) // the order is 3 lamps, 30.00
	s.quotation("Q1", "customer")
	program := func(name string, rule m) string {
		s.t.Helper()
		s.post("/v1/coupon-programs", m{
			"id": id(name), "name": name, "type": "coupons", "rules": []m{rule},
			"rewards": []m{{"type": "discount", "discount": "10", "applies_to": "order"}},
		})
		return s.shared(m{"program": id(name)}).code
	}
	dear := program("dear", m{"minimum_amount": m{"amount": "30.01", "currency": "EUR"}})
	labour := program("labour", m{"products": []any{id("labour")}})
	for _, command := range []string{"check", "reserve", "redeem"} {
		path := "/v1/coupons/" + command
		s.allRefused(t, []bad{
			{name: command + " for a cheap order", path: path, body: m{"code": dear, "order": id("order")}, status: conflict, code: "coupon_minimum_not_reached"},
			{name: command + " without labour", path: path, body: m{"code": labour, "order": id("order")}, status: conflict, code: "coupon_products_missing"},
		})
	}
	s.post("/v1/coupons/check", m{"code": dear, "order": id("order"), "amount": m{"amount": "30.01", "currency": "EUR"}}) // with what the shop adds
	for _, code := range []string{dear, labour} {                                                                         // 35.00 with labour
		for _, command := range []string{"check", "reserve", "redeem"} {
			s.post("/v1/coupons/"+command, m{"code": code, "order": id("Q1")})
		}
	}
}

// Domain.md 2.6: an order that is confirmed once more is not delivered twice: what
// is planned is what was not delivered, or came back; and a cancelled one delivers nothing.
func TestAnOrderConfirmedAgainIsNotDeliveredTwice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := s.quotation("Q1", "customer")
	again := func() answer {
		t.Helper()
		s.post(path+"/cancel", nil)
		s.post(path+"/draft", nil)
		return s.get(path, since(s.post(path+"/confirm", nil)))
	}
	first := s.get(path, since(s.post(path+"/confirm", nil))).text("deliveries.0")
	line := s.get("/v1/deliveries/" + first).text("lines.0.id")
	s.post("/v1/deliveries/"+first+"/validate", nil)
	again().shows(map[string]string{"state": "sale", "deliveries.0": first, "deliveries.1": ""})

	made := s.post(on("ticket", "returns"), m{"delivery": first, "return_location": id("location"), "lines": []m{{"delivery_line": line, "quantity": "1"}}})
	s.post("/v1/returns/"+made.created()+"/receive", nil)
	second := again().text("deliveries.1")
	s.get("/v1/deliveries/" + second).shows(map[string]string{"state": "ready", "lines.0.quantity": "1", "lines.1": ""})

	s.post(path+"/cancel", nil)
	s.allRefused(t, []bad{{
		name: "a delivery for a cancelled order", path: "/v1/deliveries", status: conflict, code: "order_cancelled", field: "order",
		body: m{"customer": id("customer"), "order": id("Q1"), "lines": []m{{"product": id("product"), "quantity": "1"}}},
	}})
}
