package http_test

import (
	"net/http"
	"testing"
)

// T-04, T-05, T-06, T-09: what the popup Reverse Transfer begins with, and that
// the command takes it.
func TestTheReturnDialogBeginsWithTheDelivery(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	d := s.dialog("ticket", "return", "")
	d.offers(t, "orders", "order")
	d.offers(t, "deliveries", "delivery")
	d.offers(t, "return_locations", "location")
	d.shows(map[string]string{
		"defaults.order": id("order").String(), "defaults.delivery": id("delivery").String(),
		"defaults.lines.0.delivery_line": id("delivery line").String(), "defaults.lines.0.quantity": "3",
		"defaults.return_location": id("location").String(), "fields.return_location.required": "true",
		"fields.lots.visible": "false", "empty_reason": "", "defaults.update_order_quantities": "true", "fields.update_order_quantities.visible": "true",
	})
	line := m{"delivery_line": d.at("defaults.lines.0.delivery_line"), "quantity": d.at("defaults.lines.0.quantity")}
	body := m{"delivery": d.at("defaults.delivery"), "order": d.at("defaults.order"), "return_location": d.at("defaults.return_location"), "lines": []m{line}}
	line["quantity"] = "2" // T-07
	s.post(on("ticket", "returns"), body)
	d = s.dialog("ticket", "return", "")
	d.shows(map[string]string{
		"defaults.lines.0.quantity": "1", "defaults.lines.0.delivered": "3", "defaults.lines.0.returned": "0", "defaults.lines.0.open": "2",
	})
	line["quantity"] = "0" // T-08
	s.send(http.MethodPost, on("ticket", "returns"), body).refused(http.StatusUnprocessableEntity, "return_empty")
	delete(body, "return_location")
	line["quantity"] = "1"
	s.send(http.MethodPost, on("ticket", "returns"), body).refused(http.StatusUnprocessableEntity, "return_location_required")
	body["return_location"] = id("shelf")
	s.send(http.MethodPost, on("ticket", "returns"), body).refused(http.StatusUnprocessableEntity, "return_location_invalid")
	neither := s.dialog("ticket", "return", "?order=&product=&delivery=")
	neither.shows(map[string]string{"defaults.delivery": "", "fields.delivery.required": "true", "fields.lines.visible": "false", "fields.update_order_quantities.visible": "false"})
	s.send(http.MethodPost, on("ticket", "returns"), m{"return_location": id("location")}).
		refused(http.StatusUnprocessableEntity, "order_or_delivery_required")
}

// T-05, T-14: planned deliveries and those without the product are not offered;
// the delivery's own source place takes returns and is proposed.
func TestTheReturnDialogIsNarrowedByProductAndOrder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.delivery("planned", "1", false)
	s.post("/v1/orders", m{
		"id": id("not delivered"), "number": "S3", "customer": id("customer"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
	all := s.dialog("ticket", "return", "?product=&order=")
	all.offers(t, "deliveries", "delivery", "drill delivery")
	all.offers(t, "orders", "drill order", "order")
	lamp := s.dialog("ticket", "return", "")
	lamp.offers(t, "deliveries", "delivery")
	lamp.offers(t, "orders", "order")
	drill := s.dialog("ticket", "return", "?product="+id("tracked").String())
	drill.offers(t, "deliveries", "drill delivery")
	drill.offers(t, "return_locations", "location", "shelf")
	drill.shows(map[string]string{
		"defaults.order": "", "defaults.return_location": id("shelf").String(), "fields.lots.visible": "true",
		"defaults.lines.0.quantity": "2", "defaults.lines.0.lots.0.lot": "",
	})
	s.send(http.MethodPost, on("ticket", "returns"), giveBack("drill delivery", "1")).
		refused(http.StatusUnprocessableEntity, "delivery_without_product")
	s.send(http.MethodPost, on("ticket", "returns"), giveBack("planned", "1")).refused(http.StatusConflict, "delivery_not_done")
}

// T-03, T-14: why there is no delivery to return.
func TestTheReturnDialogSaysWhyThereIsNoDelivery(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.ticket("of B", m{"customer": id("other customer")})
	empty := func(d answer, code string) {
		t.Helper()
		d.shows(map[string]string{"empty_reason": code, "defaults.delivery": ""})
		d.offers(t, "deliveries")
	}
	empty(s.dialog("of B", "return", ""), "no_delivery_for_customer")
	at, _ := s.head()
	s.get("/v1/tickets/"+id("of B").String(), with("Min-Position", at.String())).
		shows(map[string]string{"actions.return.available": "false", "actions.return.reason": "no_delivery_for_customer"})
	empty(s.dialog("ticket", "return", "?product="+id("labour").String()), "delivery_without_product")
	empty(s.dialog("ticket", "return", "?order="+id("drill order").String()), "delivery_other_order")
	s.post(on("ticket", "returns"), giveBack("delivery", "3"))
	empty(s.dialog("ticket", "return", ""), "all_returned")
}

// T-06, with the figures of example 9: 10 of 12 delivered; return 4, cancel it, return 10.
func TestTheReturnDialogFollowsTheRestOfEachDelivery(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/orders", m{
		"id": id("twelve"), "number": "S12", "customer": id("customer"), "currency": "EUR", "confirmed_at": "2026-02-02T10:00:00Z",
		"lines": []m{{"id": id("twelve line"), "product": id("product"), "quantity": "12", "unit_price": "10.00"}},
	})
	s.post("/v1/deliveries", m{
		"id": id("ten"), "customer": id("customer"), "order": id("twelve"),
		"lines": []m{{"id": id("ten line"), "product": id("product"), "quantity": "10"}}, "validate": true,
	})
	s.post("/v1/deliveries", m{
		"id": id("two"), "customer": id("customer"), "order": id("twelve"),
		"lines": []m{{"id": id("two line"), "product": id("product"), "quantity": "2"}},
	})
	rest := func(want string) {
		t.Helper()
		d := s.dialog("ticket", "return", "?order="+id("twelve").String())
		d.offers(t, "deliveries", "ten")
		d.shows(map[string]string{"defaults.lines.0.quantity": want})
	}
	rest("10")
	four := s.post(on("ticket", "returns"), giveBack("ten", "4"))
	rest("6")
	s.post("/v1/returns/"+four.created()+"/cancel", m{})
	rest("10")
	s.post(on("ticket", "returns"), giveBack("ten", "10"))
	gone := s.dialog("ticket", "return", "?order="+id("twelve").String())
	gone.offers(t, "deliveries")
	gone.shows(map[string]string{"empty_reason": "all_returned"})
	s.post("/v1/deliveries/"+id("two").String()+"/validate", m{})
	d := s.dialog("ticket", "return", "?order="+id("twelve").String())
	d.offers(t, "deliveries", "two")
	d.shows(map[string]string{"defaults.lines.0.quantity": "2"})
}
