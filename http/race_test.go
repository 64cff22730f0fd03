package http_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// contenders is how many requests are under way at the same time.
const contenders = 200

// race sends n requests at once and answers their answers, each in its place.
// As a client should, it repeats with the same key what could not be done right
// now.
func (s *service) race(n int, path func(i int) string, body func(i int) any) []answer {
	s.t.Helper()
	answers := make([]answer, n)
	start := make(chan struct{})
	race := s.keys.Add(1)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			for answers[i].status == 0 || answers[i].status == http.StatusServiceUnavailable {
				r, err := s.request(http.MethodPost, path(i), body(i), key(fmt.Sprintf("race-%d-%d", race, i)))
				if err != nil {
					s.t.Error(err)
					return
				}
				if answers[i] = s.exchange(r); answers[i].status == 0 {
					return
				}
			}
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// outcomes splits answers into those that succeeded and how many were refused
// with each code.
func outcomes(t *testing.T, answers []answer) (won []answer, lost map[string]int) {
	t.Helper()
	lost = map[string]int{}
	for _, a := range answers {
		switch a.status {
		case http.StatusOK, http.StatusCreated:
			won = append(won, a)
		case http.StatusConflict:
			lost[a.text("code")]++
		default:
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
	}
	return won, lost
}

func same(v any) func(int) any        { return func(int) any { return v } }
func at(path string) func(int) string { return func(int) string { return path } }

// contest is a furnished service for many requests. Tests with it are not
// parallel: each alone makes as many requests as the machine can take.
func contest(t *testing.T) *service {
	t.Helper()
	s := furnished(t)
	return s
}

// numbered checks that the documents of a kind and state have the numbers from
// 1 to n in a series, without gaps or doubles.
func (s *service) numbered(path, format string, n int, after answer) {
	s.t.Helper()
	var got, want []string
	cursor := ""
	for {
		page := s.get(path+"&limit=200"+cursor, since(after))
		for _, item := range page.list("items") {
			got = append(got, fmt.Sprint(item.(m)["number"]))
		}
		if page.at("next_cursor") == nil {
			break
		}
		cursor = "&cursor=" + page.text("next_cursor")
	}
	for i := range n {
		want = append(want, fmt.Sprintf(format, i+1))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		s.t.Errorf("%s has the numbers %v, want %d from %s", path, got, n, want[0])
	}
}

// Two hundred refunds of one unit on an invoice of three, drafted and posted at
// the same time, credit three units and not a cent more.
func TestConcurrentRefundsNeverExceedTheInvoice(t *testing.T) {
	s := contest(t)
	body := refund("invoice", "reverse")
	body["lines"] = []m{{"invoice_line": id("invoice line"), "quantity": "1"}}
	drafts, lost := outcomes(t, s.race(contenders, at(on("ticket", "refunds")), same(body)))
	if len(drafts) != contenders {
		t.Fatalf("%d drafts, %v", len(drafts), lost) // drafts reserve nothing
	}
	posted, lost := outcomes(t, s.race(contenders, func(i int) string { return "/v1/credit-notes/" + drafts[i].created() + "/post" }, same(nil)))
	if len(posted) != 3 || lost["credit_exceeds_invoice"] != contenders-3 {
		t.Errorf("%d posted, refused %v", len(posted), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.get("/v1/invoices/"+id("invoice").String(), since(last)).shows(map[string]string{
		"credited": "36.00", "creditable": "0.00", "residual": "0.00", "lines.0.credited_quantity": "3", "payment_state": "reversed",
	})
	s.page("ticket", last).shows(counts("3", "0", "0", "0", "0"))
	s.numbered("/v1/credit-notes?state=posted", "RINV/2026/%05d", 3, last)
}

// Two hundred times Reverse and Create Invoice at the same time reverse once.
func TestConcurrentReversalsReverseOnce(t *testing.T) {
	s := contest(t)
	won, lost := outcomes(t, s.race(contenders, at(on("ticket", "refunds")), same(refund("invoice", "reverse_and_create_invoice"))))
	if len(won) != 1 || lost["invoice_fully_credited"]+lost["invoice_already_credited"]+lost["credit_exceeds_invoice"] != contenders-1 {
		t.Errorf("%d won, refused %v", len(won), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.get("/v1/invoices/"+id("invoice").String(), since(last)).shows(map[string]string{"credited": "36.00", "credit_notes.1": ""})
	s.numbered("/v1/credit-notes?state=posted", "RINV/2026/%05d", 1, last)
	if copies := s.get("/v1/invoices?state=draft", since(last)).list("items"); len(copies) != 1 {
		t.Errorf("%d copies of the invoice", len(copies))
	}
}

// Two hundred returns of one unit on a delivery of three take three (T-07).
func TestConcurrentReturnsNeverExceedTheDelivery(t *testing.T) {
	s := contest(t)
	won, lost := outcomes(t, s.race(contenders, at(on("ticket", "returns")), same(giveBack("delivery", "1"))))
	if len(won) != 3 || lost["return_exceeds_delivered"] != contenders-3 {
		t.Errorf("%d won, refused %v", len(won), lost)
	}
	// Of one return received by many at once, nothing arrives twice.
	received, lost := outcomes(t, s.race(20, at("/v1/returns/"+won[0].created()+"/receive"), same(nil)))
	if len(received)+lost["return_already_received"] != 20 || len(received) == 0 {
		t.Errorf("%d received, refused %v", len(received), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.get("/v1/deliveries/"+id("delivery").String(), since(last)).shows(map[string]string{
		"lines.0.returned_quantity": "1", "lines.0.returnable_quantity": "0", "returns.3": "",
	})
	s.page("ticket", last).shows(counts("0", "0", "3", "0", "0"))
	s.numbered("/v1/returns?state=", "WH/IN/%05d", 3, last)
}

// Two hundred orders redeem one coupon: one does (C-08).
func TestConcurrentRedemptionsUseACouponOnce(t *testing.T) {
	s := contest(t)
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+made.created(), since(made)).text("code")
	won, lost := outcomes(t, s.race(contenders, at("/v1/coupons/redeem"), func(i int) any { return m{"code": code, "order": fmt.Sprintf("W%d", i), "customer": id("customer")} }))
	if len(won) != 1 || lost["coupon_already_used"] != contenders-1 {
		t.Errorf("%d won, refused %v", len(won), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.get("/v1/coupons/"+made.created(), since(last)).shows(map[string]string{"state": "redeemed", "uses": "1"})
	if redeemed := s.get("/v1/audit/events?type=coupon-redeemed", since(last)).list("items"); len(redeemed) != 1 {
		t.Errorf("%d events say that it was redeemed", len(redeemed))
	}
}

// A limited program gives out as many coupons as it may, whoever asks.
func TestConcurrentCouponsKeepTheProgramsLimit(t *testing.T) {
	s := contest(t)
	s.post("/v1/coupon-programs", m{
		"id": id("limited"), "name": "Five", "type": "coupons", "usage_limit": 5, "rewards": []m{{"type": "discount", "discount": "10"}},
	})
	won, lost := outcomes(t, s.race(50, at(on("ticket", "coupons")), same(m{"program": id("limited")})))
	if len(won) != 5 || lost["program_usage_exhausted"] != 45 {
		t.Errorf("%d won, refused %v", len(won), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.page("ticket", last).shows(counts("0", "5", "0", "0", "0"))
	s.numbered("/v1/coupons?state=", "CPN/%05d", 5, last)
}

// Documents made at the same time are numbered without gaps or doubles.
func TestConcurrentDocumentsAreNumberedWithoutGaps(t *testing.T) {
	s := contest(t)
	made, lost := outcomes(t, s.race(60, at(on("ticket", "interventions")), same(nil)))
	if len(made) != 60 {
		t.Fatalf("%d made, refused %v", len(made), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.numbered("/v1/tasks?state=", "TASK/%05d", 60, last)
	s.page("ticket", last).shows(counts("0", "0", "0", "0", "60"))
}
