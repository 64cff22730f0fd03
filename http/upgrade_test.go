package http_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/eventstoretest"
)

// A program with another version of a read model makes it anew: reads of it are
// refused until it shows all that was shown before.
func TestReadsAreRefusedWhileANewVersionOfTheirReadModelIsMade(t *testing.T) {
	t.Parallel()
	s := newService(t)
	made := s.post("/v1/teams", m{"name": "Support"})
	before := s.get("/v1/teams", since(made)).header.Get("Position")
	s.stop()
	s.stop = func() {}
	ctx := context.WithoutCancel(t.Context())
	db := must(pgx.Connect(ctx, s.env.DatabaseURL))(t)
	defer func() { _ = db.Close(ctx) }()
	must(db.Exec(ctx, `UPDATE projections.checkpoint SET version = version - 1 WHERE name = 'documents'`))(t)
	hold := must(db.Begin(ctx))(t) // nobody gets the lease, so nothing is applied
	must(hold.Exec(ctx, `SELECT FROM projections.lease FOR UPDATE`))(t)
	s.start()
	s.send(http.MethodGet, "/v1/teams", nil).refused(http.StatusServiceUnavailable, "projection_behind")
	s.send(http.MethodGet, "/v1/teams/"+made.created(), nil).refused(http.StatusServiceUnavailable, "projection_behind")
	if a := s.send(http.MethodGet, "/readyz", nil); a.status != http.StatusServiceUnavailable {
		t.Errorf("%s: %d %s", a.what, a.status, a.body)
	}
	if err := hold.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	for within := eventstoretest.Context(t); ; {
		a := s.send(http.MethodGet, "/v1/teams", nil)
		if a.status == http.StatusServiceUnavailable && within.Err() == nil {
			a.refused(http.StatusServiceUnavailable, "projection_behind")
			continue
		}
		a.shows(map[string]string{"items.0.id": made.created()})
		if at := a.header.Get("Position"); at < before {
			t.Errorf("read at %s, before at %s", at, before)
		}
		break
	}
}
