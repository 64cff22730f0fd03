package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// jumpTo sets the clock to a time not before 2026-03-01.
func (s *service) jumpTo(rfc3339 string) {
	s.t.Helper()
	to := must(time.Parse(time.RFC3339, rfc3339))(s.t)
	s.clock.Store(to.Sub(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)).Milliseconds() - 1)
}

// gift is a coupon that the ticket's customer was given a link for: the path of
// the document, the code, and the token of the link.
type gift struct{ path, code, token string }

// shared gives the ticket's customer a coupon with a link.
func (s *service) shared(besides m) gift {
	s.t.Helper()
	body := m{"program": id("program"), "deliver": "share_link"}
	maps.Copy(body, besides)
	made := s.post(on("ticket", "coupons"), body)
	path := "/v1/coupons/" + made.created()
	read := s.get(path, since(made))
	return gift{path, read.text("code"), read.linkToken()}
}

// linkToken is the token of the share link that a coupon's document shows.
func (a answer) linkToken() string {
	a.t.Helper()
	token, found := strings.CutPrefix(a.text("share_link"), "https://help.example/coupon/")
	if !found {
		a.t.Fatalf("%s: the link is %q", a.what, a.text("share_link"))
	}
	return token
}

// open opens a share link as a visitor does: no access token, no redirect
// followed.
func (s *service) open(token string) answer {
	s.t.Helper()
	return s.send(http.MethodGet, "/coupon/"+token, nil, without("Authorization"))
}

// leads checks that an answer leads to the shop with the code.
func (a answer) leads(page, code string) {
	a.t.Helper()
	to := must(url.Parse(a.header.Get("Location")))(a.t)
	if a.status != http.StatusSeeOther || to.Host != "shop.example" || to.Path != page || to.Query().Get("coupon") != code {
		a.t.Errorf("%s: %d to %q, want %s with the code", a.what, a.status, to, page)
	}
}

// mailed waits until as many mails were sent or failed, and answers what became
// of each, by recipient: the Message-ID, or the cause.
func (s *service) mailed(n int) map[string]string {
	s.t.Helper()
	became := map[string]string{}
	done := errors.New("all were seen")
	err := s.env.Store.Follow(eventstoretest.Context(s.t), 0, 100, func(_ context.Context, slice eventstore.Slice) error {
		for _, r := range slice.Events {
			var e struct {
				Recipients []string `json:"recipients"`
				Recipient  string   `json:"recipient"`
				MessageID  string   `json:"message_id"`
				Cause      string   `json:"cause"`
			}
			switch r.Type {
			case "coupon-email-sent", "coupon-email-failed", "worksheet-report-sent", "worksheet-report-failed", "repair-quote-email-sent", "repair-quote-email-failed",
				"order-quotation-email-sent", "order-quotation-email-failed":
				if err := json.Unmarshal(r.Data, &e); err != nil {
					return err
				}
				for _, to := range append(e.Recipients, e.Recipient) {
					if to != "" {
						became[to+" "+strconv.Itoa(len(became)+1)] = e.MessageID + e.Cause
					}
				}
			}
		}
		if len(became) >= n {
			return done
		}
		return nil
	})
	if !errors.Is(err, done) {
		s.t.Fatalf("%d mails, want %d: %v", len(became), n, err)
	}
	return became
}

// Example 13: the last valid day ends by the company's clock, not by UTC.
func TestExample13_CouponExpiry(t *testing.T) {
	t.Parallel()
	tehran := must(time.LoadLocation("Asia/Tehran"))(t)
	s := furnished(t, func(s *service) { s.zone = tehran })
	c := s.shared(m{"valid_until": "2026-03-20"})
	check := m{"code": c.code, "customer": id("customer")}
	s.jumpTo("2026-03-20T20:29:59Z") // 23:59:59 in Tehran
	s.post("/v1/coupons/check", check)
	s.open(c.token).leads("/shop", c.code)
	s.jumpTo("2026-03-20T20:30:00Z")
	expired := s.send(http.MethodPost, "/v1/coupons/check", check)
	expired.refused(http.StatusConflict, "coupon_expired")
	expired.shows(map[string]string{"params.date": "2026-03-20"})
	s.send(http.MethodPost, "/v1/coupons/redeem", m{"code": c.code, "order": "W1"}).refused(http.StatusConflict, "coupon_expired")
	s.open(c.token).refused(http.StatusNotFound, "coupon_invalid")
}

// Example 14: one code in two carts; the first, abandoned, lets it go after
// four days, and the history keeps all of it.
func TestExample14_CouponRace(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	c := s.shared(nil)
	cart := func(order string) m { return m{"code": c.code, "order": order, "customer": id("customer")} }
	s.jumpTo("2026-03-02T09:00:00Z")
	s.post("/v1/coupons/reserve", cart("W1"))
	s.send(http.MethodPost, "/v1/coupons/reserve", cart("W2")).refused(http.StatusConflict, "coupon_reserved_elsewhere")
	s.jumpTo("2026-03-06T08:59:59Z")
	s.send(http.MethodPost, "/v1/coupons/reserve", cart("W2")).refused(http.StatusConflict, "coupon_reserved_elsewhere")
	s.jumpTo("2026-03-06T09:00:01Z")
	again := s.post("/v1/coupons/reserve", cart("W2"))
	s.get(c.path, since(again)).shows(map[string]string{"state": "reserved", "reservation.order": "W2"})
	var history []string
	for _, kind := range s.timeline("ticket", again) {
		switch kind {
		case "coupon-generated", "coupon-reserved", "coupon-released", "coupon-redeemed", "coupon-expired":
			history = append(history, kind)
		}
	}
	if diff := cmp.Diff([]string{"coupon-generated", "coupon-reserved", "coupon-released", "coupon-reserved"}, history); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// Example 15 as far as this side goes, C-19: the link leads to the shop with the
// code; a cart that is not enough leaves it pending, a fuller one may use it.
func TestExample15_ShareLinkAndEmptyCart(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/coupon-programs", m{
		"id": id("ten"), "name": "Ten percent", "type": "coupons", "rewards": []m{{"type": "discount", "discount": "10", "applies_to": "order"}},
		"rules": []m{{"minimum_amount": m{"amount": "0.01", "currency": "EUR"}}}, "currency": "EUR",
	})
	c := s.shared(m{"program": id("ten")})
	s.open(c.token).leads("/shop", c.code)
	cart := func(amount string) m {
		return m{"code": c.code, "customer": id("customer"), "amount": m{"amount": amount, "currency": "EUR"}}
	}
	s.send(http.MethodPost, "/v1/coupons/check", cart("0.00")).refused(http.StatusConflict, "coupon_minimum_not_reached")
	s.post("/v1/coupons/check", cart("10.00"))
	s.send(http.MethodPost, "/v1/coupons/check", cart("0.00")).refused(http.StatusConflict, "coupon_minimum_not_reached")
	s.get(c.path).shows(map[string]string{"state": "active", "uses": "0"})
	s.get("/v1/coupon-programs/" + id("ten").String()).shows(map[string]string{"rewards.0.discount": "10"})
	s.open(c.token).leads("/shop", c.code)
}

// Example 16: whoever has the link gets to the shop, but a bound coupon is only
// for its customer; somebody not known yet may keep it until they log in.
func TestExample16_BoundCoupon(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	c := s.shared(nil)
	s.open(c.token).leads("/shop", c.code)
	s.post("/v1/coupons/check", m{"code": c.code})
	s.send(http.MethodPost, "/v1/coupons/check", m{"code": c.code, "customer": id("other customer")}).refused(http.StatusConflict, "coupon_not_yours")
	s.send(http.MethodPost, "/v1/coupons/reserve", m{"code": c.code, "order": "W1", "customer": id("other customer")}).
		refused(http.StatusConflict, "coupon_not_yours")
	s.get(c.path).shows(map[string]string{"state": "active"})
	s.post("/v1/coupons/reserve", m{"code": c.code, "order": "W1", "customer": id("customer")})
}

// linkTokens has 26 letters of 5 bits: more than 128.
var linkTokens = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)

// C-17, C-18: a link for the customer is made later too; the document shows it
// as text to copy, the same one each time, and that text leads to the page that
// the agent chose last. Neither the code nor the coupon's id opens it.
func TestC18TheShareLinkIsThereToCopy(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	path := "/v1/coupons/" + made.created()
	read := s.get(path, since(made))
	read.shows(map[string]string{"share_link": ""})
	s.send(http.MethodPost, path+"/share-link", m{"redirect": "//elsewhere.example"}).refused(http.StatusUnprocessableEntity, "invalid_value")
	first := s.get(path, since(s.post(path+"/share-link", nil))).linkToken()
	s.open(first).leads("/shop", read.text("code"))
	token := s.get(path, since(s.post(path+"/share-link", m{"redirect": "/shop/lamps?sort=price"}))).linkToken()
	if token != first || !linkTokens.MatchString(token) {
		t.Errorf("the link is %q, was %q", token, first)
	}
	for _, other := range []string{read.text("code"), made.created(), token[:len(token)-1], token + "0", strings.ToLower(token)} {
		s.open(other).refused(http.StatusNotFound, "coupon_invalid")
	}
	opened := s.open(token)
	opened.leads("/shop/lamps", read.text("code"))
	if to := opened.header.Get("Location"); !strings.Contains(to, "sort=price") || opened.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("leads to %s, headers %v", to, opened.header)
	}
	s.send(http.MethodPost, "/v1/coupons/"+id("nothing").String()+"/share-link", nil).refused(http.StatusNotFound, "coupon_not_found")
	s.send(http.MethodPost, path+"/share-link", nil, as(s.token("biller", []string{"billing"}, nil))).refused(http.StatusForbidden, "forbidden")
}

// C-20: the smart button appears with the first coupon and counts every one.
func TestTheCouponsButtonAppearsWithTheFirstCoupon(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.page("ticket", s.furnish()).shows(counts("0", "0", "0", "0", "0"))
	for n := range 2 {
		made := s.post(on("ticket", "coupons"), m{"program": id("program")})
		s.page("ticket", made).shows(counts("0", strconv.Itoa(n+1), "0", "0", "0"))
	}
}

// C-04, C-17: without a shop no link is made.
func TestC17WithoutAShopThereIsNoLink(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.shopURL = "" })
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	s.send(http.MethodPost, "/v1/coupons/"+made.created()+"/share-link", nil).refused(http.StatusConflict, "ecommerce_required")
}
