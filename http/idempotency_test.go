package http_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"aftersales/eventstore"
)

// same checks that the second answer is the first once more.
func (a answer) same(first answer) {
	a.t.Helper()
	if a.status != first.status || string(a.body) != string(first.body) {
		a.t.Errorf("%s: %d %s, want %d %s", a.what, a.status, a.body, first.status, first.body)
	}
	for _, h := range []string{"Position", "Location", "ETag"} {
		if a.header.Get(h) != first.header.Get(h) {
			a.t.Errorf("%s: %s is %q, want %q", a.what, h, a.header.Get(h), first.header.Get(h))
		}
	}
	if a.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
		a.t.Errorf("%s: replayed %q after %q", a.what, a.header.Get("Idempotent-Replayed"), first.header.Get("Idempotent-Replayed"))
	}
}

// keyed are commands that a client may send twice, of each kind that creates.
func keyed() map[string]struct {
	path string
	body any
} {
	type request = struct {
		path string
		body any
	}
	return map[string]request{
		"refund": {on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice")},
		"coupon": {on("ticket", "coupons"), m{"program": id("program")}},
		"return": {on("ticket", "returns"), giveBack("delivery", "1")},
		"repair": {on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}},
		"visit":  {on("ticket", "interventions"), nil},
		"ticket": {"/v1/tickets", m{"title": "Another", "team": id("team")}},
		"token":  {"/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}}},
	}
}

// A retry gets the first outcome, also from a new process, and writes nothing.
func TestARetryIsAnsweredWithTheFirstOutcome(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	first := map[string]answer{}
	for name, r := range keyed() {
		first[name] = s.post(r.path, r.body, key(name))
	}
	unchanged := s.unchanged(t)
	for name, r := range keyed() {
		s.post(r.path, r.body, key(name)).same(first[name])
	}
	unchanged()
	s.restart()
	for name, r := range keyed() {
		s.post(r.path, r.body, key(name)).same(first[name])
		read := s.get("/v1/commands/" + name)
		read.shows(map[string]string{"position": first[name].text("position"), "documents.0.id": first[name].created(), "token": ""})
	}
	unchanged()
	// Spacing and the order of fields are not content.
	s.post("/v1/tickets", `{ "team":"`+id("team").String()+`" , "title":"Another" }`, key("ticket")).same(first["ticket"])
	s.send(http.MethodPost, "/v1/tickets", m{"title": "Other", "team": id("team")}, key("ticket")).
		refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	s.send(http.MethodPost, "/v1/teams", m{"name": "Other"}, key("ticket")).refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	odd := "a/b//../c%?d#e"
	s.post("/v1/teams", m{"id": id("odd"), "name": "Odd"}, key(odd))
	s.get("/v1/commands/" + url.PathEscape(odd)).shows(map[string]string{"documents.0.id": id("odd").String()})
	unchanged = s.unchanged(t)
	s.send(http.MethodGet, "/v1/commands/never", nil).refused(http.StatusNotFound, "not_found")
	unchanged()
}

// Keys belong to their caller.
func TestAnotherCallersKeyIsAnotherKey(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	lead := s.token("lead-1", []string{"lead"}, nil)
	mine := s.post("/v1/teams", m{"name": "Mine"}, key("k"))
	theirs := s.post("/v1/teams", m{"name": "Theirs"}, key("k"), as(lead))
	if mine.created() == theirs.created() || theirs.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%s, then %s", mine.body, theirs.body)
	}
	s.get("/v1/commands/k", as(lead)).shows(map[string]string{"documents.0.id": theirs.created()})
	s.post("/v1/tickets", m{"title": "a", "team": id("team")}, key("only-mine"))
	s.send(http.MethodGet, "/v1/commands/only-mine", nil, as(lead)).refused(http.StatusNotFound, "not_found")

	// Customers whose tokens bear one actor's name have keys of their own.
	for name, own := range map[string]string{"ticket": "customer", "other ticket": "other customer"} {
		s.ticket(name+" of theirs", m{"customer": id(own)})
	}
	bearer := func(customer string) option {
		return as(s.token("portal", []string{"customer"}, m{"customer": id(customer)}))
	}
	a, b := bearer("customer"), bearer("other customer")
	reply := func(ticket string, who option) answer {
		return s.send(http.MethodPost, "/v1/portal/tickets/"+id(ticket).String()+"/messages", m{"body": "Hello"}, key("k"), who)
	}
	theirs = reply("ticket of theirs", a)
	s.send(http.MethodGet, "/v1/commands/k", nil, b).refused(http.StatusNotFound, "not_found")
	reply("ticket of theirs", b).refused(http.StatusNotFound, "ticket_not_found")
	if own := reply("other ticket of theirs", b); own.status != http.StatusOK || own.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%d %s", own.status, own.body)
	}
	reply("ticket of theirs", a).same(theirs)

	// Nobody takes the name of the system, and who may not give a command any
	// more is not told what came of it: its answer may disclose a token.
	for _, name := range []string{"admin", "timer", "webhooks"} {
		s.send(http.MethodPost, "/v1/access-tokens", m{"actor": name, "roles": []string{"agent"}}).refused(422, "invalid_value")
	}
	chief := s.post("/v1/access-tokens", m{"actor": "boss", "roles": []string{"admin"}})
	boss := as(chief.text("token"))
	issue := m{"actor": "lead-2", "roles": []string{"lead"}}
	made := s.post("/v1/access-tokens", issue, key("issue"), boss)
	s.post("/v1/access-tokens", issue, key("issue"), boss).same(made)
	namesake := as(s.token("boss", []string{"agent"}, nil))
	s.post("/v1/access-tokens/"+chief.text("id")+"/rights", m{"roles": []string{"agent"}, "teams": []any{}})
	for _, who := range []option{namesake, boss} {
		s.send(http.MethodPost, "/v1/access-tokens", issue, key("issue"), who).refused(403, "forbidden")
		s.send(http.MethodGet, "/v1/commands/issue", nil, who).refused(http.StatusNotFound, "not_found")
	}
}

// A refusal is not remembered: the same key is decided anew.
func TestARefusalIsDecidedAnew(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("later", "1", false)
	s.send(http.MethodPost, on("ticket", "refunds"), refund("later", "reverse"), key("k")).refused(http.StatusConflict, "invoice_not_posted")
	s.send(http.MethodGet, "/v1/commands/k", nil).refused(http.StatusNotFound, "not_found")
	s.post("/v1/invoices/"+id("later").String()+"/post", nil)
	if a := s.post(on("ticket", "refunds"), refund("later", "reverse"), key("k")); a.status != http.StatusCreated || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
}

// Of the same request sent many times at once one is decided; the others hear
// that it is running, or its outcome.
func TestTheSameRequestAtOnceIsDecidedOnce(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	answers := make([]answer, 30)
	var wg sync.WaitGroup
	for i := range answers {
		r := must(s.request(http.MethodPost, on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}, key("k")))(t)
		wg.Go(func() { answers[i] = s.exchange(r) })
	}
	wg.Wait()
	var created []string
	for _, a := range answers {
		if a.status == http.StatusConflict {
			a.refused(http.StatusConflict, "idempotency_in_flight")
			continue
		}
		created = append(created, a.created())
	}
	if slices.Sort(created); len(slices.Compact(created)) != 1 || created[0] == "" {
		t.Fatalf("%v were created", created)
	}
	last := s.post(on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}, key("k"))
	s.page("ticket", last).shows(counts("0", "0", "0", "1", "0"))
}

// A client's own id is taken; the nil id is none.
func TestIdsOfTheClient(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if a := s.post("/v1/teams", m{"id": id("team"), "name": "Support"}); a.created() != id("team").String() {
		t.Errorf("made %s", a.created())
	}
	if a := s.post("/v1/teams", m{"id": uuid.Nil, "name": "Support"}); strings.HasPrefix(a.created(), "00000000-") {
		t.Errorf("made %s", a.created())
	}
}

// gate is the real store, which lets appends wait while it is shut.
type gate struct {
	eventstore.Store
	shut    atomic.Bool
	reached chan struct{} // told of each append that waits
	open    chan struct{}
}

// Append waits at a gate that is shut.
func (g *gate) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if g.shut.Load() {
		g.reached <- struct{}{}
		<-g.open
	}
	return g.Store.Append(ctx, stream, expected, events)
}

// While the first request is under way, a second with its key is not decided.
func TestARequestInFlight(t *testing.T) {
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
	s.send(http.MethodPost, "/v1/teams", m{"name": "Support"}, key("k")).refused(http.StatusConflict, "idempotency_in_flight")
	s.send(http.MethodGet, "/v1/commands/k", nil).refused(http.StatusNotFound, "not_found")
	g.shut.Store(false)
	close(g.open)
	made := <-done
	s.post("/v1/teams", m{"name": "Support"}, key("k")).same(made)
}
