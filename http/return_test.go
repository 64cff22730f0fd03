package http_test

import (
	"net/http"
	"testing"
)

// T-03 to T-13 and example 9: a return is counted at its confirmation, and
// gives back what it does not use.
func TestT13Return(t *testing.T) {
	t.Parallel()
	s := newService(t)
	page := s.page("ticket", s.furnish())
	page.shows(map[string]string{"actions.return.available": "true"})

	made := s.post(on("ticket", "returns"), m{"delivery": id("delivery"), "return_location": id("location"), "reason": "Broken"})
	made.shows(map[string]string{"documents.0.kind": "return", "documents.0.state": "ready", "documents.0.number": "WH/IN/00001"})
	path := "/v1/returns/" + made.created()
	s.get(path, since(made)).shows(map[string]string{
		"delivery": id("delivery").String(), "lines.0.quantity": "3", "lines.0.received_quantity": "0",
		"return_location": id("location").String(), "ticket": id("ticket").String(), "state": "ready",
	}) // T-06
	s.page("ticket", made).shows(counts("0", "0", "1", "0", "0"))
	s.send(http.MethodPost, on("ticket", "returns"), giveBack("delivery", "1")).refused(http.StatusConflict, "return_exceeds_delivered")

	s.post(path+"/cancel", nil)
	made = s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	path = "/v1/returns/" + made.created()
	part := s.post(path+"/receive", m{"lines": []m{{"id": s.get(path, since(made)).text("lines.0.id"), "quantity": "1"}}})
	part.shows(map[string]string{"documents.0.state": "partially_received"})
	closed := s.post(path+"/close-short", nil)
	s.get(path, since(closed)).shows(map[string]string{"state": "received", "closed_short": "true", "lines.0.received_quantity": "1"})
	s.get("/v1/deliveries/"+id("delivery").String(), since(closed)).shows(map[string]string{
		"lines.0.returned_quantity": "1", "lines.0.returnable_quantity": "2", "returns.1": made.created(),
	})
	s.page("ticket", closed).shows(counts("0", "0", "2", "0", "0"))
	follow(t, s.timeline("ticket", closed), "return-created", "ticket-document-linked", "return-numbered", "return-cancelled",
		"return-created", "return-received", "return-closed-short")

	// By its order (T-04), all that is left, received at once.
	last := s.post(on("ticket", "returns"), m{"order": id("order"), "return_location": id("location")})
	all := s.post("/v1/returns/"+last.created()+"/receive", nil)
	all.shows(map[string]string{"documents.0.state": "received"})
	s.get("/v1/deliveries/"+id("delivery").String(), since(all)).shows(map[string]string{"lines.0.returnable_quantity": "0"})
}

// T-03: without a delivery that is done there is nothing to return.
func TestT03NoDelivery(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	opened := s.ticket("other ticket", m{"customer": id("other customer")})
	s.page("other ticket", opened).shows(map[string]string{
		"actions.return.available": "false", "actions.return.reason": "no_delivery_for_customer", "actions.refund.available": "true",
	})
	bare := s.ticket("bare ticket", nil)
	s.page("bare ticket", bare).shows(map[string]string{"actions.coupon.available": "false", "actions.coupon.reason": "customer_required"})
}

// 3.3: by its order the delivery that is meant is the one that something can still
// be returned of; the dialog proposes the same.
func TestT04WhatWasReturnedIsNotMeantByItsOrder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	byOrder := m{"order": id("order"), "return_location": id("location")}
	s.post(on("ticket", "returns"), byOrder)
	s.send("POST", on("ticket", "returns"), byOrder).refused(http.StatusConflict, "return_exceeds_delivered") // the only one, as before
	second := s.delivery("second", "1", true)
	s.dialog("ticket", "return", "?order="+id("order").String(), since(second)).shows(map[string]string{"defaults.delivery": id("second").String()})
	made := s.post(on("ticket", "returns"), byOrder)
	s.get("/v1/returns/"+made.created(), since(made)).shows(map[string]string{"delivery": id("second").String(), "lines.0.quantity": "1"})
}
