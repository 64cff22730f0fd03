package http_test

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/commands/process"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/due"
)

// timers are those of the program, which look when the test says so.
func (s *service) timers(service *commands.Service, logger *slog.Logger) process.TimersConfig {
	pool := s.projections.Pool()
	return process.TimersConfig{
		Commands: service, Tick: s.ticks, Logger: logger,
		Due: func(ctx context.Context, now time.Time, today aggregates.Date) iter.Seq2[aggregates.Ref, error] {
			return due.List(ctx, pool, now, today)
		},
	}
}

const oneDay = 24 * time.Hour

// pass lets time pass and waits until the timers have done what is due.
func (s *service) pass(d time.Duration) answer {
	s.t.Helper()
	s.clock.Add(d.Milliseconds())
	return s.look()
}

// look lets the timers look at what the log says now, and once more, perhaps
// before their list shows what the first look did. The answer's position is
// that of the end of the log.
func (s *service) look() answer {
	s.t.Helper()
	ctx := eventstoretest.Context(s.t)
	head, _ := s.head()
	if _, err := s.projections.Wait(ctx, "due", head); err != nil {
		s.t.Fatal(err)
	}
	for range 2 { // the second tick is taken when the first look has ended
		select {
		case s.ticks <- time.Time{}:
		case <-ctx.Done():
			s.t.Fatal(ctx.Err())
		}
	}
	head, _ = s.head()
	return answer{t: s.t, header: http.Header{"Position": {head.String()}}}
}

// settled checks that further looks of the timers, at the same time, find
// nothing more to do.
func (s *service) settled() {
	s.t.Helper()
	check := s.unchanged(s.t)
	s.look()
	s.look()
	check()
}

// Example 14: two carts, one code. The first is abandoned: after four days the
// code is free again, and the history shows it.
func TestExample14AnAbandonedReservationLapses(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	path := "/v1/coupons/" + made.created()
	code := s.get(path, since(made)).text("code")
	reserve := func(order string) answer {
		return s.send(http.MethodPost, "/v1/coupons/reserve", m{"code": code, "order": order, "customer": id("customer")})
	}
	reserve("W1").shows(map[string]string{"documents.0.state": "reserved"})
	reserve("W2").refused(http.StatusConflict, "coupon_reserved_elsewhere")

	almost := s.pass(4*oneDay - time.Minute)
	s.get(path, since(almost)).shows(map[string]string{"state": "reserved", "reservation.order": "W1"})
	reserve("W2").refused(http.StatusConflict, "coupon_reserved_elsewhere")
	lapsed := s.pass(time.Minute)
	s.get(path, since(lapsed)).shows(map[string]string{"state": "active", "reservation": ""})
	s.settled()
	event := s.get("/v1/audit/events?type=coupon-released", since(lapsed))
	event.shows(map[string]string{
		"items.0.actor.id": "timer", "items.0.actor.role": "system", "items.0.actor.channel": "timer",
		"items.0.ticket": id("ticket").String(), "items.0.data.order": "W1", "items.0.data.lapsed": "true", "items.1": "",
	})
	used := reserve("W2")
	follow(t, s.timeline("ticket", used), "coupon-generated", "coupon-reserved", "coupon-released", "coupon-reserved")
}

// C-11: a coupon is usable through its last valid day; then the timer records
// that it expired, also of one whose cart held it beyond.
func TestC11TheTimerRecordsThatACouponExpired(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01 at noon
	plain := s.post(on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-03-02"})
	held := s.post(on("ticket", "coupons"), m{"program": id("program"), "valid_until": "2026-03-02"})
	code := s.get("/v1/coupons/"+held.created(), since(held)).text("code")
	states := func(after answer, one, other string) {
		t.Helper()
		s.get("/v1/coupons/"+plain.created(), since(after)).shows(map[string]string{"state": one})
		s.get("/v1/coupons/"+held.created(), since(after)).shows(map[string]string{"state": other})
	}
	s.post("/v1/coupons/reserve", m{"code": code, "order": "W1", "customer": id("customer")})
	states(s.pass(35*time.Hour), "active", "reserved") // 23:00 on the 2nd
	states(s.pass(2*time.Hour), "expired", "reserved") // 01:00 on the 3rd
	s.settled()
	states(s.pass(3*oneDay), "expired", "expired")
	s.settled()
}

// A draft with a future date is posted on its day, if whoever drafted it may
// post; else it waits for somebody who may (domain.md 2.5, 5).
func TestR17ADatedCreditNoteIsPostedOnItsDay(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "1", true)
	s.invoice("third", "1", true)
	draft := func(invoice, date string, options ...option) string {
		t.Helper()
		return s.post(on("ticket", "refunds"), m{"invoices": []any{id(invoice)}, "mode": "reverse", "reversal_date": date}, options...).created()
	}
	dated, today := draft("invoice", "2026-03-03"), draft("second", "2026-03-01")
	agents := draft("third", "2026-03-03", as(s.token("agent-1", []string{"agent"}, nil)))
	s.invoice("fourth", "1", true)
	books := s.post("/v1/invoices/"+id("fourth").String()+"/credit-notes", m{"reversal_date": "2026-03-04"}).created()
	state := func(after answer, note string, want map[string]string) {
		t.Helper()
		s.get("/v1/credit-notes/"+note, since(after)).shows(want)
	}
	soon := s.pass(oneDay)
	state(soon, dated, map[string]string{"state": "draft", "auto_post_on": "2026-03-03", "reversal_date": "2026-03-03"})
	state(soon, books, map[string]string{"state": "draft", "auto_post_on": "2026-03-04", "reversal_date": "2026-03-04"})
	s.send(http.MethodPost, "/v1/credit-notes/"+dated+"/post", nil).refused(http.StatusUnprocessableEntity, "future_date_not_allowed")
	then := s.pass(oneDay)
	state(then, dated, map[string]string{"state": "posted", "number": "RINV/2026/00001"})
	state(then, today, map[string]string{"state": "draft", "auto_post_on": ""})
	state(then, agents, map[string]string{"state": "draft", "auto_post_on": ""})
	s.page("ticket", then).shows(counts("1", "0", "0", "0", "0"))
	state(s.pass(oneDay), books, map[string]string{"state": "posted", "number": "RINV/2026/00002"})
	s.settled()
}

// What the timer may not post stays a draft, and nothing else is held up by it.
func TestADatedCreditNoteThatCannotBePostedStaysADraft(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "1", true)
	dated := m{"mode": "reverse", "reversal_date": "2026-03-02", "invoices": []any{id("invoice")}}
	note := s.post(on("ticket", "refunds"), dated).created()
	dated["invoices"] = []any{id("second")}
	other := s.post(on("ticket", "refunds"), dated).created()
	s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	then := s.pass(oneDay)
	s.get("/v1/credit-notes/"+note, since(then)).shows(map[string]string{"state": "draft"})
	s.get("/v1/credit-notes/"+other, since(then)).shows(map[string]string{"state": "posted"})
	s.settled()
}

// A ticket closes after the days without activity that its team has set, and
// again when it was reopened; where a team sets none, it stays open.
func TestAnInactiveTicketIsClosed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	team := s.post("/v1/teams", m{"id": id("tidy"), "name": "Tidy", "auto_close_days": 7})
	s.get("/v1/teams/"+id("tidy").String(), since(team)).shows(map[string]string{"auto_close_days": "7"})
	s.post("/v1/tickets", m{"id": id("quiet"), "title": "Quiet", "team": id("tidy")})
	s.post("/v1/tickets", m{"id": id("busy"), "title": "Busy", "team": id("tidy")})
	states := func(after answer, quiet, busy string) {
		t.Helper()
		s.page("quiet", after).shows(map[string]string{"state": quiet})
		s.page("busy", after).shows(map[string]string{"state": busy})
		s.page("ticket", after).shows(map[string]string{"state": "open"})
	}
	states(s.pass(6*oneDay), "open", "open")
	s.post(on("busy", "notes"), m{"body": "Still at it"})
	states(s.pass(2*oneDay), "closed", "open")
	s.settled()
	s.post(on("quiet", "reopen"), nil)
	states(s.pass(5*oneDay), "open", "closed")
	states(s.pass(2*oneDay), "closed", "closed")
	s.settled()

	s.send(http.MethodPost, "/v1/teams", m{"name": "Odd", "auto_close_days": -1}).refused(http.StatusUnprocessableEntity, "invalid_value")
}
