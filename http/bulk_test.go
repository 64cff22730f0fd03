package http_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	api "aftersales/http"
)

// A bulk answers each command as it would have been answered alone, in order:
// the second uses what the first made, the third is refused, the fourth goes on.
// Repeated, it has no second effect (D12).
func TestBulkGivesCommandsOneByOne(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	ticket := id("bulk ticket").String()
	commands := []any{
		m{"key": "b-ticket", "path": "/v1/tickets", "body": m{"id": ticket, "title": "From a bulk", "team": id("team"), "customer": id("customer")}},
		m{"key": "b-coupon", "path": "/v1/tickets/" + ticket + "/coupons", "body": m{"program": id("program")}},
		m{"path": "/v1/tickets/" + ticket + "/coupons", "body": m{"program": id("nothing")}},
		m{"key": "b-close", "path": "/v1/tickets/" + ticket + "/close"},
		m{"key": "b-get", "path": "/v1/healthz"},
	}
	first := s.post("/v1/bulk", m{"atomic": false, "commands": commands}, key("bulk-1"))
	first.shows(map[string]string{
		"results.0.status": "201", "results.0.key": "b-ticket", "results.0.location": "/v1/tickets/" + ticket,
		"results.1.status": "201", "results.1.body.documents.0.kind": "coupon",
		"results.2.status": "422", "results.2.body.code": "coupon_program_not_found", "results.2.key": "bulk-1.2",
		"results.3.status": "200", "results.3.body.documents.0.state": "closed",
		"results.4.status": "404", "results.4.body.code": "not_found",
	})
	if first.header.Get("Position") != first.text("results.3.body.position") {
		t.Errorf("position %s, want that of the last effect, %s", first.header.Get("Position"), first.text("results.3.body.position"))
	}
	alone := s.post("/v1/tickets/"+ticket+"/coupons", m{"program": id("program")}, key("b-coupon"))
	if alone.header.Get("Idempotent-Replayed") != "true" || alone.created() != first.text("results.1.body.documents.0.id") {
		t.Errorf("the key of a command in a bulk is its key alone too: %s", alone.body)
	}

	untouched := s.unchanged(t)
	again := s.post("/v1/bulk", m{"atomic": false, "commands": commands}, key("bulk-1"))
	for i := range 4 {
		at := fmt.Sprintf("results.%d.body.documents.0.id", i)
		if again.text(at) != first.text(at) {
			t.Errorf("%s: %q, then %q", at, first.text(at), again.text(at))
		}
	}
	again.shows(map[string]string{"results.0.replayed": "true", "results.1.replayed": "true", "results.3.replayed": "true"})
	if got := again.header.Get("Idempotent-Replayed"); got != "" {
		t.Errorf("replayed %q, but a refusal is not remembered", got)
	}
	untouched()
}

// The key of a bulk stands for its commands (1, idempotency): for others it is
// refused, and so is another request with it; not all that is repeated is a
// replay.
func TestTheKeyOfABulkStandsForItsCommands(t *testing.T) {
	t.Parallel()
	s := newService(t)
	of := func(name string) m {
		return m{"commands": []any{m{"path": "/v1/teams", "key": name, "body": m{"name": name}}}}
	}
	first := s.post("/v1/bulk", of("a"), key("bk"))
	untouched := s.unchanged(t)
	again := s.post("/v1/bulk", of("a"), key("bk"))
	if first.header.Get("Idempotent-Replayed") != "" || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("replayed %v, then %v", first.header, again.header)
	}
	s.send(http.MethodPost, "/v1/bulk", of("b"), key("bk")).refused(422, "idempotency_key_reused")
	s.send(http.MethodPost, "/v1/teams", m{"name": "b"}, key("bk")).refused(422, "idempotency_key_reused")
	s.send(http.MethodPost, "/v1/bulk", of("a"), key("a")).refused(422, "idempotency_key_reused")
	untouched()
	s.get("/v1/commands/bk").shows(map[string]string{"documents.0": ""})
	lead := as(s.token("lead-1", []string{"lead"}, nil))
	s.post("/v1/bulk", of("b"), key("bk"), lead).shows(map[string]string{"results.0.status": "201"})
}

// Nothing overtakes a command that the quota keeps back.
func TestBulkKeepsTheOrderBeyondTheQuota(t *testing.T) {
	t.Parallel()
	s := newService(t, func(s *service) {
		// One request in a quarter of an hour: time plays no part.
		s.configure = func(c *api.Config) { c.Rate = 1.0 / 900 }
	})
	one := m{"path": "/v1/teams", "body": m{"name": "Team"}}
	s.post("/v1/bulk", m{"commands": []any{one, one}}).shows(map[string]string{
		"results.0.status": "429", "results.0.retry_after": "1", "results.1.status": "503", "results.1.body.code": "unavailable",
	})
}

// Nothing overtakes a command whose first request is still under way.
func TestBulkKeepsTheOrderBehindARequestInFlight(t *testing.T) {
	t.Parallel()
	g := &gate{reached: make(chan struct{}), open: make(chan struct{})}
	s := newService(t, func(s *service) {
		s.store = func(store eventstore.Store) eventstore.Store { g.Store = store; return g }
	})
	g.shut.Store(true)
	first := must(s.request(http.MethodPost, "/v1/teams", m{"name": "Support"}, key("k")))(t)
	done := make(chan answer)
	go func() { done <- s.exchange(first) }()
	<-g.reached
	g.shut.Store(false) // for all others
	one := m{"path": "/v1/teams", "body": m{"name": "Support"}}
	s.post("/v1/bulk", m{"commands": []any{m{"path": "/v1/teams", "key": "k", "body": m{"name": "Support"}}, one}}).shows(map[string]string{
		"results.0.status": "409", "results.0.body.code": "idempotency_in_flight", "results.1.status": "503",
	})
	close(g.open)
	<-done
}

// Each command of a bulk is the caller's own: no right comes with the bulk.
func TestBulkGivesNoRight(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	commands := m{"commands": []any{m{"path": "/v1/teams", "body": m{"name": "Mine"}}}}
	s.post("/v1/bulk", commands, as(s.token("agent-1", []string{"agent"}, nil))).shows(map[string]string{"results.0.body.code": "forbidden"})
	s.post("/v1/bulk", commands, as(s.portalOf("customer"))).shows(map[string]string{"results.0.status": "404"})
	s.send(http.MethodPost, "/v1/bulk", commands, without("Authorization")).refused(401, "unauthenticated")
	untouched := s.unchanged(t)
	s.post("/v1/bulk?dry_run=true", commands).shows(map[string]string{"results.0.status": "200"})
	untouched()
}

func TestBulkRefusesWhatIsNoBulk(t *testing.T) {
	t.Parallel()
	s := newService(t)
	one := m{"path": "/v1/teams", "body": m{"name": "A"}}
	untouched := s.unchanged(t)
	s.send(http.MethodPost, "/v1/bulk", m{"commands": []any{one}}, without("Idempotency-Key")).refused(400, "idempotency_key_required")
	s.send(http.MethodPost, "/v1/bulk", m{"commands": []any{}}).refused(422, "required")
	s.send(http.MethodPost, "/v1/bulk", m{"atomic": true, "commands": []any{one}}).refused(422, "bulk_not_atomic")
	s.send(http.MethodPost, "/v1/bulk", m{"commands": slices.Repeat([]any{one}, 101)}).refused(413, "bulk_too_large")
	for _, path := range []string{"", "/v1/bulk", "/healthz", "/v1/teams?x=1", "https://elsewhere.example/v1/teams", "v1/teams", "/v1/\x7f"} {
		s.send(http.MethodPost, "/v1/bulk", m{"commands": []any{one, m{"path": path}}}).refused(422, "invalid_value")
	}
	untouched()
}

// What could not be done now keeps the rest back: it may build on it. The same
// request, once the store is there, ends with each effect once.
func TestBulkKeepsTheOrderThroughAnOutage(t *testing.T) {
	t.Parallel()
	down := &outage{}
	s := newService(t, func(s *service) {
		s.store = func(store eventstore.Store) eventstore.Store { down.Store = store; return down }
	})
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	var commands []any
	for n := range 4 {
		commands = append(commands, m{"path": "/v1/tickets", "body": m{"id": uuid.NewSHA1(uuid.Nil, []byte{byte(n)}), "title": strings.Repeat("x", n+1), "team": id("team")}})
	}
	down.stream = "ticket-" + uuid.NewSHA1(uuid.Nil, []byte{1}).String()
	s.post("/v1/bulk", m{"commands": commands}, key("bulk")).shows(map[string]string{
		"results.0.status": "201", "results.1.status": "503", "results.2.status": "503", "results.3.status": "503",
	})
	down.stream = ""
	s.post("/v1/bulk", m{"commands": commands}, key("bulk")).shows(map[string]string{
		"results.0.replayed": "true", "results.1.status": "201", "results.2.status": "201", "results.3.status": "201",
	})
	tickets := map[string]int{}
	for e, err := range s.env.Store.ReadAll(eventstoretest.Context(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == "ticket-opened" {
			tickets[e.Stream]++
		}
	}
	if len(tickets) != 4 {
		t.Errorf("opened %v", tickets)
	}
}

// outage is the real store, which cannot be reached for appends to one stream.
type outage struct {
	eventstore.Store
	stream string
}

// Append fails for the stream.
func (o *outage) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if stream == o.stream {
		return eventstore.Appended{}, eventstore.ErrUnavailable
	}
	return o.Store.Append(ctx, stream, expected, events)
}
