package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// C-05 to C-21: a coupon from the ticket, by link, used once by its customer.
func TestC20Coupon(t *testing.T) {
	t.Parallel()
	s := newService(t)
	page := s.page("ticket", s.furnish())
	page.shows(map[string]string{"actions.coupon.available": "true"})

	made := s.post(on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-03-20", "deliver": "share_link"})
	made.shows(map[string]string{"documents.0.kind": "coupon", "documents.0.state": "active", "documents.0.number": "CPN/00001"})
	path := "/v1/coupons/" + made.created()
	read := s.get(path, since(made))
	code := read.text("code")
	read.shows(map[string]string{
		"program": id("program").String(), "customer": id("customer").String(), "expires_on": "2026-03-20",
		"uses": "0", "state": "active",
	})
	s.open(read.linkToken()).leads("/shop", code)
	if len(strings.ReplaceAll(code, "-", "")) != 16 {
		t.Errorf("code %q", code)
	}
	s.page("ticket", made).shows(counts("0", "1", "0", "0", "0"))
	s.get(on("ticket", "documents?kind=coupon"), since(made)).shows(map[string]string{"items.0.code": code})
	follow(t, s.timeline("ticket", made), "coupon-allotted", "coupon-generated", "ticket-document-linked", "coupon-numbered", "coupon-link-shared")
	for _, secret := range []string{code, read.linkToken()} {
		if strings.Contains(string(s.get(on("ticket", "timeline"), since(made)).body), secret) {
			t.Error("the code or the link stands in the timeline")
		}
	}

	s.post("/v1/coupons/check", m{"code": strings.ToLower(code), "customer": id("customer")})
	s.send(http.MethodPost, "/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("other customer")}).
		refused(http.StatusConflict, "coupon_not_yours")
	s.post("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")})
	s.send(http.MethodPost, "/v1/coupons/reserve", m{"code": code, "order": "W2", "customer": id("customer")}).
		refused(http.StatusConflict, "coupon_reserved_elsewhere")
	s.post("/v1/coupons/release", m{"code": code, "order": "W1"})
	s.send(http.MethodPost, "/v1/coupons/redeem", m{"code": code, "order": "W2"}).refused(http.StatusConflict, "coupon_not_yours")
	used := s.post("/v1/coupons/redeem", m{"code": code, "order": "W2", "customer": id("customer"), "amount": m{"amount": "3.50", "currency": "EUR"}})
	s.send(http.MethodPost, "/v1/coupons/redeem", m{"code": code, "order": "W3"}).refused(http.StatusConflict, "coupon_already_used") // C-08
	s.get(path, since(used)).shows(map[string]string{"state": "redeemed", "uses": "1", "redemption.order": "W2", "redemption.amount.amount": "3.50"})
	s.page("ticket", used).shows(counts("0", "1", "0", "0", "0"))
	follow(t, s.timeline("ticket", used), "coupon-generated", "coupon-reserved", "coupon-released", "coupon-redeemed")
}

// C-12 to C-14: without a date it never expires; a mail goes to the customer.
func TestC13CouponByEmail(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post(on("ticket", "followers"), m{"email": "friend@example.com"})
	made := s.post(on("ticket", "coupons"), m{"program": id("program"), "deliver": "email", "recipients": []string{"boss@example.com"}, "message": "Sorry"})
	s.get("/v1/coupons/"+made.created(), since(made)).shows(map[string]string{"expires_on": "", "share_link": ""})
	mail := s.get("/v1/audit/events?type=coupon-email-requested", since(made))
	mail.shows(map[string]string{"items.0.ticket": id("ticket").String(), "items.1": ""})
	for _, address := range []string{"boss@example.com", "friend@example.com", "a@example.com"} {
		if !strings.Contains(string(mail.body), address) {
			t.Errorf("no mail to %s: %s", address, mail.body)
		}
	}
	revoked := s.post("/v1/coupons/"+made.created()+"/revoke", m{"reason": "Sent by mistake"})
	s.get("/v1/coupons/"+made.created(), since(revoked)).shows(map[string]string{"state": "revoked"})
}

// C-04: without a shop there is no link to share, and none is shown.
func TestC04NoShopNoShareLink(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.shopURL = "" })
	s.send(http.MethodPost, on("ticket", "coupons"), m{"program": id("program"), "deliver": "share_link"}).
		refused(http.StatusConflict, "ecommerce_required")
}

// Pain 27, 2.11: a coupon expires, its reservation lapses and a program ends by date,
// wherever they are shown and listed, before a timer has looked.
func TestACouponIsShownAsTheDateHasIt(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/coupon-programs", m{
		"id": id("short"), "name": "Short", "type": "coupons", "rewards": []m{{"type": "discount", "discount": "10"}}, "ends_on": "2026-03-02",
	})
	late := s.post(on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-03-02"}).created()
	held := s.post(on("ticket", "coupons"), m{"program": id("program")}).created()
	code := s.get("/v1/coupons/"+held, since(s.last())).text("code")
	made := s.post("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")})
	portal := as(s.portalOf("customer"))
	shown := func(lateIs, heldIs, programIs string) {
		t.Helper()
		for path, state := range map[string]string{"/v1/coupons/" + late: lateIs, "/v1/coupons/" + held: heldIs, "/v1/coupon-programs/" + id("short").String(): programIs} {
			s.get(path, since(made)).shows(map[string]string{"state": state})
			s.get(path[:strings.LastIndex(path, "/")]+"?state="+state, since(made)).shows(map[string]string{"items.0.state": state})
		}
		for state, of := range map[string]string{lateIs: late, heldIs: held} {
			s.get("/v1/coupons?state="+state, since(made)).shows(map[string]string{"items.0.id": of, "items.1": ""})
			s.get(on("ticket", "documents?state="+state), since(made)).shows(map[string]string{"items.0.id": of, "items.1": ""})
			s.get("/v1/portal/coupons?state="+state, since(made), portal).shows(map[string]string{"items.0.id": of, "items.0.state": state, "items.1": ""})
		}
	}
	shown("active", "reserved", "active")
	tag := s.get("/v1/coupons/"+late, since(made)).header.Get("ETag")
	s.clock.Add((5 * oneDay).Milliseconds())
	shown("expired", "active", "ended")
	if again := s.send(http.MethodGet, "/v1/coupons/"+late, nil, with("If-None-Match", tag)); again.status != http.StatusOK {
		t.Errorf("not modified: %d", again.status)
	}
}

// C-02, domain.md 2.9: the rules decide when a cart takes the coupon. A shop that
// tells with the redemption what the coupon gave is not told that the cart is too small.
func TestC02WhatACouponGaveIsNotWhatTheCartIsWorth(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	euro := func(amount string) m { return m{"amount": amount, "currency": "EUR"} }
	s.post("/v1/coupon-programs", m{
		"id": id("dear"), "name": "From 30", "type": "coupons", "rules": []m{{"minimum_amount": euro("30.00")}},
		"rewards": []m{{"type": "discount", "discount": "10", "applies_to": "order"}},
	})
	for _, order := range []string{"W1", id("order").String()} { // the order known here is 30.00
		c := s.shared(m{"program": id("dear")})
		cart := m{"code": c.code, "order": order, "customer": id("customer"), "amount": euro("29.99")}
		s.send("POST", "/v1/coupons/check", cart).refused(conflict, "coupon_minimum_not_reached")
		s.post("/v1/coupons/reserve", m{"code": c.code, "order": order, "customer": id("customer")})
		used := s.post("/v1/coupons/redeem", m{"code": c.code, "order": order, "amount": euro("3.00")})
		s.get(c.path, since(used)).shows(map[string]string{"state": "redeemed", "redemption.amount.amount": "3.00"})
	}
	known := s.shared(m{"program": id("dear")})
	s.post("/v1/coupons/redeem", m{"code": known.code, "order": id("order"), "amount": euro("3.00")})
	told := s.shared(m{"program": id("dear")})
	s.send("POST", "/v1/coupons/redeem", m{"code": told.code, "order": "W2", "customer": id("customer"), "amount": euro("29.99")}).
		refused(conflict, "coupon_minimum_not_reached")
}

// Of an order that is known here an amount is told in its currency, at the check,
// with the redemption and later.
func TestWhatACouponGaveIsInTheCurrencyOfItsOrder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	foreign, own := m{"amount": "3.00", "currency": "USD"}, m{"amount": "3.00", "currency": "EUR"}
	c := s.shared(m{})
	use := func(order any, amount m) m { return m{"code": c.code, "order": order, "amount": amount} }
	s.send("POST", "/v1/coupons/check", use(id("order"), foreign)).refused(http.StatusUnprocessableEntity, "currency_mismatch")
	s.send("POST", "/v1/coupons/redeem", use(id("order"), foreign)).refused(http.StatusUnprocessableEntity, "currency_mismatch")
	s.post("/v1/coupons/redeem", m{"code": c.code, "order": id("order")})
	s.send("POST", "/v1/coupons/redeem", use(id("order"), foreign)).refused(http.StatusUnprocessableEntity, "currency_mismatch")
	told := s.post("/v1/coupons/redeem", use(id("order"), own))
	s.get(c.path, since(told)).shows(map[string]string{"redemption.amount.amount": "3.00", "redemption.amount.currency": "EUR"})
}
