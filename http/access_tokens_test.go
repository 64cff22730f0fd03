package http_test

import (
	"bytes"
	"fmt"
	"math/bits"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/eventstoretest"
)

// TestAPIKey (C2): a token is long, unlike any other, shown once, kept nowhere,
// bound to roles and a time, and dead with the next request once revoked.
func TestAPIKey(t *testing.T) {
	t.Parallel()
	log := &logLines{}
	s := newService(t, func(s *service) { s.logs = log })
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	expires := s.now().Add(time.Hour)
	issue := func(k string) answer {
		return s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}, "expires_at": expires.Format(time.RFC3339)}, key(k))
	}
	issued := issue("one")
	token := issued.text("token")
	if len(token) < 43 || token == issue("two").text("token") {
		t.Fatalf("token %q", token)
	}
	// Two tokens differ in about half of their secret bits.
	other := issue("three").text("token")
	differ := 0
	for i := range min(len(token), len(other)) {
		differ += bits.OnesCount8(token[i] ^ other[i])
	}
	if differ < 60 {
		t.Errorf("two tokens differ in %d bits only", differ)
	}
	if again := s.get("/v1/commands/one"); strings.Contains(string(again.body), token) {
		t.Error("the token is shown again")
	}

	s.post("/v1/tickets", m{"title": "Mine", "team": id("team")}, as(token))
	s.send(http.MethodPost, "/v1/teams", m{"name": "Mine"}, as(token)).refused(403, "forbidden")
	for _, wrong := range []string{token[:len(token)-1], token + "A", strings.ToUpper(token), token[1:], "afs_", strings.Repeat("A", len(token))} {
		s.send(http.MethodGet, "/v1/tickets", nil, as(wrong)).refused(401, "unauthenticated")
	}

	s.storesNothingLike(token)
	s.post("/v1/access-tokens/"+issued.text("id")+"/revoke", nil)
	s.send(http.MethodGet, "/v1/tickets", nil, as(token)).refused(401, "unauthenticated")
	s.get("/v1/tickets", as(other))
	s.clock.Add(time.Hour.Milliseconds())
	s.send(http.MethodGet, "/v1/tickets", nil, as(other)).refused(401, "unauthenticated")

	log.lock.Lock()
	defer log.lock.Unlock()
	if bytes.Contains(log.text.Bytes(), []byte(token)) {
		t.Error("the token is in the log file")
	}
}

// storesNothingLike looks for a secret in every event and every table.
func (s *service) storesNothingLike(secret string) {
	s.t.Helper()
	ctx := eventstoretest.Context(s.t)
	var last string
	for e, err := range s.env.Store.ReadAll(ctx, 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		if bytes.Contains(e.Data, []byte(secret)) || bytes.Contains(e.Metadata, []byte(secret)) {
			s.t.Errorf("the secret stands in event %s", e.Type)
		}
		last = e.Position.String()
	}
	s.get("/v1/teams", with("Min-Position", last))
	rows, err := s.projections.Pool().Query(ctx, `SELECT table_schema, table_name FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		s.t.Fatal(err)
	}
	tables := must(pgx.CollectRows(rows, func(row pgx.CollectableRow) (pgx.Identifier, error) {
		var schema, name string
		err := row.Scan(&schema, &name)
		return pgx.Identifier{schema, name}, err
	}))(s.t)
	for _, table := range tables {
		var n int
		err := s.projections.Pool().QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %s t WHERE position($1 in t::text) > 0`, table.Sanitize()), secret).Scan(&n)
		if err != nil || n > 0 {
			s.t.Errorf("%s has the secret in %d rows, %v", table, n, err)
		}
	}
	if len(tables) < 10 {
		s.t.Errorf("only the tables %v were searched", tables)
	}
}
