package http_test

import "testing"

// Domain.md 2.9, C-03, C-10: a coupon is used where its program is available, in
// a shop that says where it sells. A share link leads to the website alone.
func TestACouponIsForTheChannelsOfItsProgram(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	program := func(name string, channels ...string) {
		s.post("/v1/coupon-programs", m{
			"id": id(name), "name": name, "type": "coupons", "available_on": channels, "rewards": []m{{"type": "discount", "discount": "10"}},
		})
	}
	program("tills", "pos")
	program("everywhere")
	program("web", "website", "sales")
	link := m{"program": id("tills"), "deliver": "share_link"}
	s.send("POST", on("ticket", "coupons"), link).refused(conflict, "coupon_not_here")
	made := s.post(on("ticket", "coupons"), m{"program": id("tills")})
	path := "/v1/coupons/" + made.created()
	s.send("POST", path+"/share-link", m{}).refused(conflict, "coupon_not_here")
	code := s.get(path, since(made)).text("code")
	use := func(channel any) m {
		return m{"code": code, "order": "W1", "customer": id("customer"), "channel": channel}
	}
	redeem := func(channel any) m { return m{"code": code, "order": "W1", "channel": channel} }
	for _, command := range []string{"check", "reserve"} {
		s.send("POST", "/v1/coupons/"+command, use("website")).refused(conflict, "coupon_not_here")
		s.send("POST", "/v1/coupons/"+command, use("fax")).refused(unprocessable, "invalid_value")
	}
	s.post("/v1/coupons/check", m{"code": code, "customer": id("customer")}) // a shop that does not say
	s.post("/v1/coupons/reserve", use("pos"))
	s.send("POST", "/v1/coupons/redeem", redeem("sales")).refused(conflict, "coupon_not_here")
	s.post("/v1/coupons/redeem", redeem("pos"))
	s.send("POST", "/v1/coupons/redeem", redeem("fax")).refused(unprocessable, "invalid_value") // when it says so again, too
	s.post("/v1/coupons/redeem", redeem("pos"))

	for _, name := range []string{"everywhere", "web"} {
		s.post(on("ticket", "coupons"), m{"program": id(name), "deliver": "share_link"})
	}
}

// The popup says of each program whether a link to it can be shared.
func TestTheCouponDialogSaysWhichProgramsHaveALink(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.archive("coupon-programs", "program")
	s.post("/v1/coupon-programs", m{
		"id": id("tills"), "name": "Tills", "type": "coupons", "available_on": []string{"pos"}, "rewards": []m{{"type": "discount", "discount": "10"}},
	})
	s.dialog("ticket", "coupon", "").shows(map[string]string{"candidates.programs.0.available_on.0": "pos", "candidates.programs.0.available_on.1": ""})
}
