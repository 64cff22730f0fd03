package projections_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/documents"
	"aftersales/projections/projectionstest"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

// explaining notes the plan of every query that goes through it.
type explaining struct {
	pgx.Tx
	plan string
}

func (e *explaining) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := e.Tx.Query(ctx, "EXPLAIN "+sql, args...)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	e.plan = strings.Join(lines, "\n")
	return e.Tx.Query(ctx, sql, args...)
}

var _ projections.Querier = (*explaining)(nil)

// Limited to teams, lists hold what was made from their tickets and nothing
// else, and there is an index for every step to it.
func TestListsOfATeamAreItsOwnAndHaveIndexes(t *testing.T) {
	env := eventstoretest.New(t)
	last := projectionstest.Record(t, env, interleaved(3))
	r := projectionstest.Start(t, env, nil, documents.Projection, tickets.Projection, timeline.Projection)
	for _, name := range []string{"documents", "tickets", "timeline"} {
		projectionstest.Wait(t, r, name, last)
	}
	tx, err := r.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), "SET LOCAL enable_seqscan = off"); err != nil { // where there is an index it is used
		t.Fatal(err)
	}
	story := projectionstest.NewStory("1")
	teams, ticket := []uuid.UUID{story.ID("team")}, story.ID("ticket")
	q := &explaining{Tx: tx}
	check := func(name string, found []uuid.UUID, err error, want ...uuid.UUID) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(found) == 0 || slices.ContainsFunc(found, func(id uuid.UUID) bool { return !slices.Contains(want, id) }) {
			t.Errorf("%s: %v, want only %v", name, found, want)
		}
		if strings.Contains(q.plan, "Seq Scan") {
			t.Errorf("%s reads a whole table:\n%s", name, q.plan)
		}
	}
	ids := func(all []documents.Document, of func(documents.Document) uuid.UUID) (found []uuid.UUID) {
		for _, d := range all {
			found = append(found, of(d))
		}
		return found
	}
	ticketOf := func(d documents.Document) uuid.UUID { return d.Ticket }
	for _, kind := range []string{"credit_note", "coupon", "return", "repair", "task"} {
		all, _, err := documents.List(t.Context(), q, documents.Filter{Kinds: []string{kind}, Teams: teams, Limit: 50})
		check(kind, ids(all, ticketOf), err, ticket)
		all, _, err = documents.List(t.Context(), q, documents.Filter{Kinds: []string{kind}, Teams: teams, Unticketed: true, Limit: 50})
		check(kind+" and those of nobody", ids(all, ticketOf), err, ticket, uuid.Nil)
	}
	all, _, err := documents.List(t.Context(), q, documents.Filter{Kinds: []string{"team"}, Teams: teams, Limit: 50})
	check("team", ids(all, func(d documents.Document) uuid.UUID { return d.ID }), err, teams...)
	open, _, err := tickets.List(t.Context(), q, tickets.Filter{Teams: teams, Limit: 50})
	var found []uuid.UUID
	for _, o := range open {
		found = append(found, o.ID)
	}
	check("ticket", found, err, ticket)
	events, _, err := timeline.Audit(t.Context(), q, timeline.Filter{Teams: teams, Limit: 500})
	found = nil
	for _, e := range events {
		found = append(found, *e.Ticket)
	}
	check("events", found, err, ticket)
}
