package http_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore/eventstoretest"
)

// logged collects a log that is written from several goroutines.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// A code that was made, read, mailed, checked and used, and the token of its
// link that was opened, stand nowhere: not in the events, not in any table of the
// database, not in the log.
func TestACouponCodeIsNowherePlain(t *testing.T) {
	t.Parallel()
	log := &logged{}
	s := newService(t, func(s *service) { s.logs = log })
	s.furnish()
	c := s.shared(nil)
	path, code := c.path, c.code
	s.open(c.token).leads("/shop", code)
	s.post(path+"/email", nil)
	s.mailed(1)
	s.post("/v1/coupons/check", m{"code": code, "customer": id("customer")})
	s.post("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")})
	used := s.post("/v1/coupons/redeem", m{"code": code, "order": "W1", "customer": id("customer")})
	s.send(http.MethodPost, "/v1/coupons/redeem", m{"code": code, "order": "W2", "customer": id("customer")}).refused(http.StatusConflict, "coupon_already_used")
	s.get(path, since(used)).shows(map[string]string{"code": code})

	var kept strings.Builder
	for r, err := range s.env.Store.ReadAll(eventstoretest.Context(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		kept.Write(r.Data)
		kept.Write(r.Metadata)
	}
	for _, table := range s.query(`SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`) {
		for _, row := range s.query("SELECT t::text FROM " + table + " t") {
			kept.WriteString(row)
		}
	}
	if !strings.Contains(kept.String(), "coupon-redeemed") || !strings.Contains(log.String(), "/coupon/{token}") {
		t.Fatal("the search does not see what is kept")
	}
	for _, form := range []string{code, strings.ReplaceAll(code, "-", ""), c.token, c.token[:13]} {
		for _, text := range []string{
			form, strings.ToLower(form), hex.EncodeToString([]byte(form)), base64.StdEncoding.EncodeToString([]byte(form))[:16],
		} {
			if strings.Contains(kept.String(), text) || strings.Contains(log.String(), text) {
				t.Errorf("%s is kept", text)
			}
		}
	}
}

// Links that are unknown, or whose coupon was expired, used or revoked, and codes,
// which open none, get the same answer, but for the request's id; guesses are
// limited, also for a good link then.
func TestCodeGuessing(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	expired := s.shared(m{"valid_until": "2026-03-10"})
	good, gone, used := s.shared(nil), s.shared(nil), s.shared(nil)
	unshared := s.post(on("ticket", "coupons"), m{"program": id("program")})
	over := s.sharedOfAProgramThatEnds("2026-03-10")
	s.post("/v1/coupons/redeem", m{"code": used.code, "order": "W1", "customer": id("customer")})
	last := s.post(gone.path+"/revoke", m{"reason": "Sent by mistake"})
	s.jumpTo("2026-03-11T12:00:00Z")

	var first answer
	tokens := []string{
		unknownLink, "x", expired.token, gone.token, used.token, over.token, good.code,
		s.get("/v1/coupons/"+unshared.created(), since(last)).text("code"),
	}
	for i, token := range tokens {
		a := s.open(token)
		a.refused(http.StatusNotFound, "coupon_invalid")
		problem, _ := a.json.(m)
		delete(problem, "request_id")
		for _, own := range []string{"X-Request-Id", "Date", "Content-Length"} {
			a.header.Del(own)
		}
		if i == 0 {
			first = a
			continue
		}
		if diff := cmp.Diff(first.json, a.json) + cmp.Diff(first.header, a.header); diff != "" {
			t.Errorf("%s is told from an unknown link: %s", token, diff)
		}
	}
	s.open(good.token).leads("/shop", good.code)
	limited(t, func() answer { return s.open(unknownLink) })
	limited(t, func() answer { return s.open(good.token) })
}

// unknownLink is like the token of a link.
const unknownLink = "7Q2KM8ZD0V4TXH3P7Q2KM8ZD0V"

// sharedOfAProgramThatEnds is shared for a program with that last day.
func (s *service) sharedOfAProgramThatEnds(day string) gift {
	s.t.Helper()
	s.post("/v1/coupon-programs", m{
		"id": id("short"), "name": "Short", "type": "coupons", "ends_on": day,
		"rewards": []m{{"type": "discount", "discount": "10", "applies_to": "order"}},
	})
	return s.shared(m{"program": id("short")})
}

// A shop, too, may try only so many wrong codes; another shop, and right codes,
// are not held up by that.
func TestCodeGuessingByAShop(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	code := s.shared(nil).code
	shop, other := as(s.token("shop", []string{"integration"}, nil)), as(s.token("other shop", []string{"integration"}, nil))
	for range 120 { // more than the limit of wrong ones
		s.post("/v1/coupons/check", m{"code": code}, shop)
	}
	for _, command := range []string{"check", "reserve", "release", "redeem"} {
		limited(t, func() answer {
			return s.send(http.MethodPost, "/v1/coupons/"+command, m{"code": "7Q2K-M8ZD-0V4T-XH3P", "order": "W1"}, shop)
		})
	}
	s.post("/v1/coupons/check", m{"code": code}, other)
}

// limited sends guesses until they are too many, and checks that it is told when
// to come back.
func limited(t *testing.T, guess func() answer) {
	t.Helper()
	for range 200 {
		a := guess()
		if a.status != http.StatusTooManyRequests {
			continue
		}
		a.refused(http.StatusTooManyRequests, "too_many_requests")
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 6 {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
		return
	}
	t.Error("guesses are not limited")
}
