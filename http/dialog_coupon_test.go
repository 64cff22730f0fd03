package http_test

import (
	"net/http"
	"testing"
)

// C-06, C-07, C-11, C-12, S-06: only existing programs that give out coupons
// are offered; the single one is chosen, without a date.
func TestTheCouponDialogOffersUsablePrograms(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post(on("ticket", "followers"), m{"email": "follower@example.com"})
	ten := []m{{"type": "discount", "discount": "10", "applies_to": "order"}}
	for _, p := range []m{
		{"id": id("loyalty"), "name": "Loyalty", "type": "loyalty_cards", "rewards": ten},
		{"id": id("over"), "name": "Over", "type": "coupons", "rewards": ten, "ends_on": "2026-02-28"},
		{"id": id("later"), "name": "Later", "type": "coupons", "rewards": ten, "starts_on": "2026-03-02"},
		{"id": id("once"), "name": "Once", "type": "coupons", "rewards": ten, "usage_limit": 1},
	} {
		s.post("/v1/coupon-programs", p)
	}
	d := s.dialog("ticket", "coupon", "")
	d.offers(t, "programs", "once", "program")
	d.shows(map[string]string{
		"defaults.program": "", "defaults.valid_until": "", "defaults.deliver": "none", "fields.program.required": "true",
		"fields.valid_until.visible": "true", "fields.valid_until.required": "false", "fields.share_link.visible": "true", "empty_reason": "",
	})
	if n := len(d.list("defaults.recipients")); n != 2 {
		t.Errorf("recipients %v, want the customer and the follower", d.at("defaults.recipients"))
	}
	s.post(on("ticket", "coupons"), m{"program": id("once")})
	d = s.dialog("ticket", "coupon", "")
	d.offers(t, "programs", "program")
	d.shows(map[string]string{"defaults.program": id("program").String()})
	made := s.post(on("ticket", "coupons"), m{"program": d.at("defaults.program"), "deliver": d.at("defaults.deliver")})
	s.get("/v1/coupons/"+made.created(), since(made)).shows(map[string]string{"expires_on": "", "program": id("program").String()})
	s.send(http.MethodPost, on("ticket", "coupons"), m{}).refused(http.StatusUnprocessableEntity, "coupon_program_required")
	s.send(http.MethodPost, on("ticket", "coupons"), m{"program": id("loyalty")}).refused(http.StatusUnprocessableEntity, "program_type_not_coupons")
	s.send(http.MethodPost, on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-02-28"}).
		refused(http.StatusUnprocessableEntity, "expiration_in_past")
}

// C-22, S-06, C-04: without a program the list is empty and says so; the share
// link is offered only where there is a shop.
func TestTheCouponDialogSaysThatThereIsNoProgram(t *testing.T) {
	t.Parallel()
	s := newService(t, func(s *service) { s.shopURL = "" })
	s.post("/v1/customers", m{"id": id("customer"), "name": "Customer A"})
	s.post("/v1/teams", m{"id": id("team"), "name": "Support"})
	s.post("/v1/teams/"+id("team").String()+"/services/coupons/enable", m{"modules_confirmed": true})
	s.ticket("ticket", m{"customer": id("customer")})
	d := s.dialog("ticket", "coupon", "")
	d.offers(t, "programs")
	d.shows(map[string]string{
		"empty_reason": "no_coupon_program", "empty_text": "There is no usable coupon program.", "fields.share_link.visible": "false",
		"candidates.deliver.0.id": "none", "candidates.deliver.1.id": "email", "candidates.deliver.2.id": "",
	})
}
