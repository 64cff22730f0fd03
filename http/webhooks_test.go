package http_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// receiver is a server outside that is told of events.
type receiver struct {
	url   string
	lock  sync.Mutex
	heard []told
	reply func(n int) int // the status for the n-th request, from 0; nil: 204
	more  chan struct{}
}

type told struct {
	header http.Header
	raw    []byte
	body   m
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	c := &receiver{more: make(chan struct{}, 10_000)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body m
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("told %s: %v", raw, err)
		}
		c.lock.Lock()
		status := http.StatusNoContent
		if c.reply != nil {
			status = c.reply(len(c.heard))
		}
		c.heard = append(c.heard, told{r.Header, raw, body})
		c.lock.Unlock()
		if status == http.StatusFound {
			w.Header().Set("Location", c.url)
		}
		w.WriteHeader(status)
		c.more <- struct{}{}
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// wait returns what was heard once it is n requests.
func (c *receiver) wait(t testing.TB, n int) []told {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		c.lock.Lock()
		heard := append([]told(nil), c.heard...)
		c.lock.Unlock()
		if len(heard) >= n {
			return heard
		}
		select {
		case <-c.more:
		case <-deadline:
			t.Fatalf("heard %d of %d", len(heard), n)
		}
	}
}

func (s *service) deliveries(webhook string) answer {
	s.t.Helper()
	return s.get("/v1/webhooks/"+webhook+"/deliveries", with("Min-Position", must(s.env.Store.Head(s.t.Context()))(s.t).String()))
}

// deliveryIs waits until the first delivery of a webhook is in the state, after
// so many attempts of which the last was answered with the status.
func (s *service) deliveryIs(webhook, state string, attempts, status int) answer {
	s.t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		a := s.deliveries(webhook)
		if a.text("items.0.state") == state && a.text("items.0.attempts") == strconv.Itoa(attempts) &&
			a.text("items.0.last_status") == strconv.Itoa(status) {
			return a
		}
		if time.Now().After(end) {
			s.t.Fatalf("not %s after %d attempts: %s", state, attempts, a.body)
		}
	}
}

// TestWebhooks (D14): a message is signed as the Standard Webhooks library
// expects, thin by default, and has the event's id.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	s := newService(t)
	thin, full := newReceiver(t), newReceiver(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	s.post("/v1/teams", m{"id": id("other"), "name": "Other"})
	hook := s.post("/v1/webhooks", m{"url": thin.url, "types": []string{"ticket-opened"}})
	s.post("/v1/webhooks", m{"url": full.url, "types": []string{"ticket-opened"}, "teams": []any{id("other")}, "full": true})
	opened := s.post("/v1/tickets", m{"title": "Broken", "team": id("team")})
	s.post("/v1/tickets", m{"title": "Theirs", "team": id("other")})

	event := s.get("/v1/audit/events?type=ticket-opened", since(opened)).at("items.0").(m)
	heard := thin.wait(t, 2)[0] // in whatever order they come
	if heard.header.Get("webhook-id") != event["event_id"] {
		heard = thin.wait(t, 2)[1]
	}
	verify := must(standardwebhooks.NewWebhook(hook.text("secret")))(t)
	if err := verify.VerifyIgnoringTimestamp(heard.raw, heard.header); err != nil {
		t.Error(err)
	}
	if heard.header.Get("webhook-id") != event["event_id"] || heard.body["type"] != "ticket-opened" {
		t.Errorf("heard %v %s", heard.header, heard.raw)
	}
	if data := heard.body["data"].(m); data["data"] != nil || data["ticket"] != opened.created() || data["position"] != event["position"] {
		t.Errorf("heard %s", heard.raw)
	}
	theirs := full.wait(t, 1)[0].body["data"].(m)
	if theirs["data"].(m)["title"] != "Theirs" {
		t.Errorf("heard %v", theirs)
	}
	if s.deliveryIs(hook.created(), "delivered", 1, 204); len(full.wait(t, 1)) != 1 {
		t.Error("told of a ticket of another team")
	}

	// During a day both secrets sign, each beside its Ed25519 key.
	rotated := s.post("/v1/webhooks/"+hook.created()+"/rotate-secret", nil)
	s.post("/v1/tickets", m{"title": "Again", "team": id("team")})
	both := thin.wait(t, 3)[2]
	for _, secret := range []string{hook.text("secret"), rotated.text("secret")} {
		if err := must(standardwebhooks.NewWebhook(secret))(t).VerifyIgnoringTimestamp(both.raw, both.header); err != nil {
			t.Error(err)
		}
	}
	if hook.text("secret") == rotated.text("secret") || len(strings.Fields(both.header.Get("webhook-signature"))) != 4 {
		t.Errorf("signed %q", both.header.Get("webhook-signature"))
	}

	// A replay tells everything since then again.
	s.post("/v1/webhooks/"+hook.created()+"/replay", m{"after": "0000000000000000"})
	once, again := map[string]bool{}, map[string]bool{}
	for n, h := range thin.wait(t, 6) {
		if n < 3 {
			once[h.header.Get("webhook-id")] = true
		} else {
			again[h.header.Get("webhook-id")] = true
		}
	}
	if diff := cmp.Diff(once, again); diff != "" || len(once) != 3 {
		t.Errorf("replayed (-first +again):\n%s", diff)
	}
}

// A receiver that fails is tried again with the same id, later and later, until
// it takes the message, whatever fails in between; a redirection is a failure.
func TestWebhooksAreTriedAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := newReceiver(t)
	c.reply = func(n int) int { return []int{500, 302, 429, 204}[min(n, 3)] }
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	hook := s.post("/v1/webhooks", m{"url": c.url, "types": []string{"ticket-opened"}}).created()
	s.post("/v1/tickets", m{"title": "Broken", "team": id("team")})
	s.deliveryIs(hook, "waiting", 1, 500).shows(map[string]string{"items.0.last_error": "answered 500"})
	s.retries <- time.Time{} // too early: nothing happens
	for n, later := range []time.Duration{6 * time.Second, 36 * time.Second, 6 * time.Minute} {
		s.clock.Add(later.Milliseconds())
		s.retries <- time.Time{}
		s.deliveryIs(hook, []string{"waiting", "waiting", "delivered"}[n], n+2, []int{302, 429, 204}[n])
	}
	heard := c.wait(t, 4)
	for _, h := range heard {
		if h.header.Get("webhook-id") != heard[0].header.Get("webhook-id") {
			t.Errorf("another id: %v", h.header)
		}
	}
	if len(heard) != 4 {
		t.Errorf("tried %d times", len(heard))
	}
}

// A message that nobody takes is given up after eleven attempts over days, and
// comes again when it is asked for.
func TestAMessageThatNobodyTakesIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := newReceiver(t)
	c.reply = func(n int) int {
		if n < 11 {
			return []int{500, 503}[n%2] // so that the log shows when an attempt is over
		}
		return 204
	}
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	hook := s.post("/v1/webhooks", m{"url": c.url, "types": []string{"ticket-opened"}}).created()
	s.post("/v1/tickets", m{"title": "Broken", "team": id("team")})
	for attempt := 1; attempt < 11; attempt++ {
		s.deliveryIs(hook, "waiting", attempt, c.reply(attempt-1))
		s.clock.Add((29 * time.Hour).Milliseconds()) // more than any wait
		s.retries <- time.Time{}
	}
	s.deliveryIs(hook, "failed", 11, 500).shows(map[string]string{"items.0.next_at": ""})
	s.get("/v1/webhooks/" + hook).shows(map[string]string{"state": "active"})
	s.post("/v1/webhooks/"+hook+"/replay", m{"after": "0000000000000000"})
	s.deliveryIs(hook, "delivered", 1, 204)
	heard := c.wait(t, 12)
	for _, h := range heard {
		if len(heard) != 12 || h.header.Get("webhook-id") != heard[0].header.Get("webhook-id") {
			t.Errorf("%d requests, this one of %v", len(heard), h.header)
		}
	}
}

// A receiver that is gone for good is not told any more, until somebody says so;
// what happened meanwhile waited.
func TestAWebhookThatIsGoneIsPaused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := newReceiver(t)
	c.reply = func(n int) int { return []int{410, 204}[min(n, 1)] }
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	hook := s.post("/v1/webhooks", m{"url": c.url, "types": []string{"ticket-opened"}}).created()
	s.post("/v1/tickets", m{"title": "One", "team": id("team")})
	s.deliveryIs(hook, "failed", 1, 410)
	path := "/v1/webhooks/" + hook
	s.get(path, with("Min-Position", must(s.env.Store.Head(t.Context()))(t).String())).shows(map[string]string{"state": "paused", "paused_reason": "gone"})
	s.post("/v1/tickets", m{"title": "Two", "team": id("team")})
	s.post(path+"/resume", nil)
	if heard := c.wait(t, 2); len(heard) != 2 {
		t.Errorf("heard %d", len(heard))
	}
	s.post(path+"/remove", nil)
	s.send(http.MethodPost, path+"/resume", nil).refused(409, "webhook_removed")
	s.send(http.MethodPost, "/v1/webhooks/"+id("none").String()+"/pause", nil).refused(404, "webhook_not_found")
	s.send(http.MethodPost, path+"/replay", m{"after": "x"}).refused(422, "invalid_value")
}

// Webhooks are an admin's; their addresses may hold secrets.
func TestWebhooksAreForAdmins(t *testing.T) {
	t.Parallel()
	s := newService(t)
	hook := s.post("/v1/webhooks", m{"url": "https://erp.example/secret"})
	s.get("/v1/webhooks", since(hook)).shows(map[string]string{"items.0.url": "https://erp.example/secret"})
	misspelt := s.send(http.MethodPost, "/v1/webhooks", m{"url": "https://erp.example/", "types": []string{"ticket-opened", "ticket-cloesd"}})
	misspelt.refused(422, "invalid_value")
	misspelt.shows(map[string]string{"errors.0.field": "types[1]"})
	lead := as(s.token("lead", []string{"lead", "integration", "reviewer"}, nil))
	s.send(http.MethodPost, "/v1/webhooks", m{"url": "https://erp.example/"}, lead).refused(403, "forbidden")
	for _, path := range []string{"", "/" + hook.created(), "/" + hook.created() + "/deliveries"} {
		s.send(http.MethodGet, "/v1/webhooks"+path, nil, lead).refused(403, "forbidden")
	}
	s.send(http.MethodGet, "/v1/webhooks/"+id("none").String()+"/deliveries", nil).refused(404, "webhook_not_found")
	// A repeat shows what the first answer did, also after a rotation.
	register := m{"url": "https://erp.example/again"}
	first := s.post("/v1/webhooks", register, key("register"))
	rotate := "/v1/webhooks/" + first.created() + "/rotate-secret"
	rotated := s.post(rotate, nil, key("rotate"))
	s.post(rotate, nil)
	s.post("/v1/webhooks", register, key("register")).same(first)
	s.post(rotate, nil, key("rotate")).same(rotated)
	if again := s.get("/v1/commands/key-1"); again.text("secret") != "" {
		t.Errorf("the secret is shown again: %s", again.body)
	}
	if tried := s.post("/v1/webhooks/"+hook.created()+"/rotate-secret?dry_run=true", nil); tried.text("secret") != "" {
		t.Errorf("a dry run shows the secret: %s", tried.body)
	}
}
