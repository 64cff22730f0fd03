package http_test

import (
	"maps"
	"strings"
	"testing"
)

// asking is the path of a quotation of 2 lamps for customer A, sent, with what it
// asks besides, and the path of it in the portal.
func (s *service) asking(name string, besides m) (path, portal string) {
	s.t.Helper()
	body := m{
		"id": id(name), "number": name, "customer": id("customer"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "2", "unit_price": "10.00"}},
	}
	maps.Copy(body, besides)
	s.post("/v1/orders", body)
	path = "/v1/orders/" + id(name).String()
	s.post(path+"/send", nil)
	return path, strings.Replace(path, "/v1/", "/v1/portal/", 1)
}

// Domain.md 2.6: a quotation may ask for a signature, a payment, or both; sent
// again it is mailed again.
func TestAQuotationAsksForSignatureAndPayment(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	mine := as(s.portalOf("customer"))
	shop, billing := as(s.token("shop", []string{"integration"}, nil)), as(s.token("billing-1", []string{"billing"}, nil))
	agent := as(s.token("agent-1", []string{"agent"}, nil))
	signature := m{"name": "Customer A", "signature": png}
	path, portal := s.asking("Q1", m{"require_payment": true, "valid_until": "2026-03-20"})
	s.get(path, since(s.last())).shows(map[string]string{
		"state": "sent", "require_signature": "true", "require_payment": "true", "paid": "false", "valid_until": "2026-03-20", "undelivered": "",
	})
	s.send("POST", path+"/payment", m{"amount": m{"amount": "1.00", "currency": "USD"}}, shop).refused(unprocessable, "invalid_value")
	s.send("POST", path+"/payment", m{}, agent).refused(forbidden, "forbidden")
	s.post(portal+"/accept", signature, mine).shows(map[string]string{"documents.0.state": "sent"})
	s.get("/v1/portal/orders", mine, since(s.last())).shows(map[string]string{"items.1.accepted_by": "Customer A", "items.1.paid": "false", "items.1.state": "sent"})
	s.post(path+"/payment", m{"amount": m{"amount": "20.00", "currency": "EUR"}, "reference": "psp-1"}, shop).shows(map[string]string{"documents.0.state": "sale"})
	s.get(path, since(s.last())).shows(map[string]string{"state": "sale", "accepted_by": "Customer A", "paid": "true", "deliveries.1": ""})
	s.post(path+"/payment", nil, shop) // told twice

	free, of := s.asking("Q2", m{"require_signature": false, "require_payment": true})
	s.send("POST", of+"/accept", signature, mine).refused(conflict, "signature_not_expected")
	s.send("POST", of+"/decline", m{"reason": "Too dear"}, mine).refused(conflict, "signature_not_expected")
	s.post(free+"/payment", nil, billing).shows(map[string]string{"documents.0.state": "sale"})

	usual, own := s.asking("Q3", nil)
	s.send("POST", usual+"/payment", nil, shop).refused(conflict, "payment_not_expected")
	s.post(usual+"/send", m{"valid_until": "2026-03-25"}).shows(map[string]string{"documents.0.state": "sent"})
	s.mailed(4)
	s.get(usual, since(s.last())).shows(map[string]string{"valid_until": "2026-03-25"})
	s.post(own+"/accept", signature, mine).shows(map[string]string{"documents.0.state": "sale"})
	s.send("POST", usual+"/send", nil).refused(conflict, "order_not_quotation")
}

// Domain.md 2.4 and 2.7: what no delivery could be planned with is refused when
// the order is taken, on its line.
func TestAnOrderThatCannotBeDeliveredIsRefused(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("screw"), "name": "Screw", "unit": "unit"})
	body := func(product, quantity string) m {
		return m{"number": "S2", "customer": id("customer"), "currency": "EUR", "lines": []m{
			{"product": id("product"), "quantity": "1", "unit_price": "1"}, {"product": id(product), "quantity": quantity, "unit_price": "1"},
		}}
	}
	s.allRefused(t, []bad{
		{name: "half a serial number", path: "/v1/orders", body: body("tracked", "1.5"), status: unprocessable, code: "serial_quantity", field: "lines[1].quantity"},
		{name: "finer than the unit", path: "/v1/orders", body: body("screw", "1.0005"), status: unprocessable, code: "quantity_precision", field: "lines[1].quantity"},
		{name: "as good as nothing", path: "/v1/orders", body: body("screw", "0.0004"), status: unprocessable, code: "quantity_not_positive", field: "lines[1].quantity"},
	})
	s.post("/v1/orders", but(body("labour", "1.0005"), "id", id("hour"))) // nobody delivers it
	sale := "/v1/orders/" + id("hour").String()
	s.post(sale+"/confirm", nil)
	s.get(sale, since(s.last())).shows(map[string]string{"state": "sale", "undelivered": "", "deliveries.1": ""})
}

// Domain.md 2.9: a cancelled order lets its coupon go; one that it used up is
// restored where the company says so.
func TestACancelledOrderLetsItsCouponGo(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.restoreCoupons = true })
	gift := s.shared(nil)
	state := func(want map[string]string) { s.t.Helper(); s.get(gift.path, since(s.last())).shows(want) }
	use := func(command, order string) {
		s.t.Helper()
		s.post("/v1/coupons/"+command, m{"code": gift.code, "order": strings.ToUpper(id(order).String())})
	}
	declined, portal := s.asking("Q1", nil)
	use("reserve", "Q1")
	s.get(declined, since(s.last())).shows(map[string]string{"coupons.1": ""})
	state(map[string]string{"state": "reserved"})
	s.post(portal+"/decline", m{"reason": "Too dear"}, as(s.portalOf("customer")))
	state(map[string]string{"state": "active", "reservation": ""})
	cancelled, _ := s.asking("Q2", nil)
	s.post(cancelled+"/confirm", nil)
	use("reserve", "Q2")
	state(map[string]string{"state": "redeemed", "uses": "1"})
	use("redeem", "Q2") // the shop says so too
	s.post(cancelled+"/lock", nil)
	s.send("POST", cancelled+"/cancel", nil).refused(conflict, "order_locked")
	s.post(cancelled+"/unlock", nil)
	s.post(cancelled+"/cancel", nil)
	state(map[string]string{"state": "active", "uses": "0", "redemption": ""})
	s.send("POST", "/v1/coupons/redeem", m{"code": gift.code, "order": id("Q1")}).refused(conflict, "order_cancelled")
	state(map[string]string{"state": "active"})
	follow(t, s.timeline("ticket", s.last()), "coupon-reserved", "coupon-released", "coupon-reserved", "coupon-redeemed", "coupon-restored")
}
