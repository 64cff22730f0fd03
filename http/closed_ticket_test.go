package http_test

import "testing"

// 2.1: a closed ticket takes after-sales commands, stays closed, and has an activity
// for what was made from it until it is open again.
func TestWorkOnAClosedTicketIsAnActivity(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	page := "/v1/tickets/" + id("ticket").String()
	before := s.post(on("ticket", "interventions"), m{"title": "Visit"})
	s.get(page, since(before)).shows(map[string]string{"activities.0": "", "after_closing.0": ""})
	s.post(on("ticket", "close"), nil)
	coupon := s.post(on("ticket", "coupons"), m{"program": id("program")})
	drafted := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	s.get(page, since(s.last())).shows(map[string]string{
		"state": "closed", "after_closing.0.id": coupon.created(), "after_closing.2": "", "activities.3": "",
		"activities.0.type": "review_and_post", "activities.0.id": drafted.created(),
		"activities.1.type": "follow_up", "activities.1.kind": "coupon", "activities.1.id": coupon.created(),
		"activities.2.type": "follow_up", "activities.2.kind": "credit_note", "activities.2.id": drafted.created(),
	})
	s.get("/v1/tickets?state=closed", since(s.last())).shows(map[string]string{"items.0.activities.1.kind": "coupon"})
	s.get(page, since(s.post(on("ticket", "reopen"), nil))).shows(map[string]string{
		"state": "open", "activities.0.type": "review_and_post", "activities.1": "", "after_closing.0": "",
	})
}
