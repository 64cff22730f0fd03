package http_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"aftersales/eventstore"
)

// broken is the real store, whose appends to streams of teams panic while it is on.
type broken struct {
	eventstore.Store
	on atomic.Bool
}

// Append panics while the store is broken.
func (b *broken) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if b.on.Load() && strings.HasPrefix(stream, "team-") {
		panic("secret of " + stream)
	}
	return b.Store.Append(ctx, stream, expected, events)
}

// telling are words of stacks, of SQL, of paths and versions of programs.
var telling = regexp.MustCompile(`(?i)panic|secret|goroutine|\.go\b|runtime|select |relation|sqlstate|pgx|postgres|\b42P01|/home|/tmp|/usr|go1\.|stream "`)

// TestErrorHygiene (C18): a panic and an error of the database are told as a
// problem with an id, which the log has too, and nothing else; the service goes
// on.
func TestErrorHygiene(t *testing.T) {
	t.Parallel()
	store, log := &broken{}, &logLines{}
	s := newService(t, func(s *service) {
		s.store = func(real eventstore.Store) eventstore.Store { store.Store = real; return store }
		s.logs = log
	})
	last := s.furnish()
	s.get("/v1/invoices", since(last))
	hides := func(a answer) {
		t.Helper()
		a.refused(http.StatusInternalServerError, "internal")
		if err := a.isProblem(); err != nil || telling.Match(a.body) || a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "" {
			t.Errorf("%s: %v in %s, %v", a.what, err, a.body, a.header)
		}
		log.lock.Lock()
		defer log.lock.Unlock()
		if id := a.text("request_id"); id == "" || !strings.Contains(log.text.String(), id) {
			t.Errorf("the log does not know request %q", id)
		}
	}
	store.on.Store(true)
	hides(s.send(http.MethodPost, "/v1/teams", m{"name": "Support"}, key("k")))
	bulk := s.send(http.MethodPost, "/v1/bulk", m{"commands": []any{m{"path": "/v1/teams", "body": m{"name": "Support"}}}})
	if telling.Match(bulk.body) || bulk.text("results.0.status") != "500" {
		t.Errorf("%s: %s", bulk.what, bulk.body)
	}
	store.on.Store(false)
	s.post("/v1/teams", m{"name": "Support"}, key("k"))

	for _, table := range s.query(`SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'documents%' OR schemaname LIKE 'tickets%'`) {
		s.query("ALTER TABLE " + table + " RENAME TO gone_" + strings.ReplaceAll(strings.ReplaceAll(table, ".", "_"), `"`, ""))
	}
	for _, path := range []string{"/v1/invoices", "/v1/invoices/" + id("invoice").String(), "/v1/tickets", "/v1/tickets/" + id("ticket").String()} {
		hides(s.send(http.MethodGet, path, nil))
	}
}
