package http_test

import "testing"

// 2.11, C-22: a draft's terms may change and it gives out nothing; an active
// program needs a reward, and its terms stay.
func TestAProgramIsADraftUntilItIsActivated(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	terms := m{"name": "Spring", "type": "coupons", "rewards": []m{}, "usage_limit": 1}
	s.post("/v1/coupon-programs", but(but(terms, "id", id("spring")), "draft", true)).shows(map[string]string{"documents.0.state": "draft"})
	path, coupon := "/v1/coupon-programs/"+id("spring").String(), m{"program": id("spring")}
	s.dialog("ticket", "coupon", "").offers(t, "programs", "program")
	s.allRefused(t, []bad{
		{name: "a draft's coupon", path: on("ticket", "coupons"), body: coupon, status: conflict, code: "program_is_draft", field: "program"},
		{name: "nothing to give", path: path + "/activate", status: conflict, code: "program_without_reward"},
		{name: "an unknown one", path: "/v1/coupon-programs/" + id("nothing").String() + "/activate", status: missing, code: "coupon_program_not_found"},
		{name: "an unknown one's terms", path: "/v1/coupon-programs/" + id("nothing").String() + "/terms", body: terms, status: missing, code: "coupon_program_not_found"},
	})
	terms = but(terms, "rewards", []m{{"type": "discount", "discount": "10"}})
	s.post(path+"/terms", terms).shows(map[string]string{"documents.0.state": "draft"})
	s.post(path+"/activate", nil).shows(map[string]string{"documents.0.state": "active"})
	s.post(path+"/activate", nil).shows(map[string]string{"documents.0.state": "active"}) // is no fault
	s.send("POST", path+"/terms", terms).refused(conflict, "program_not_draft")
	s.dialog("ticket", "coupon", "").offers(t, "programs", "program", "spring")
	made := s.post(on("ticket", "coupons"), coupon)
	s.get(path, since(made)).shows(map[string]string{"state": "exhausted", "issued": "1", "rewards.0.discount": "10"})
	s.archive("coupon-programs", "spring")
	s.send("POST", path+"/activate", nil).refused(conflict, "program_archived")
	s.send("POST", path+"/terms", terms).refused(conflict, "program_archived")
}
