package projections_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/projectionstest"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

var manyTickets = flag.Int("tickets", 100_000, "tickets in the test of query plans")

//go:embed testdata/many.sql
var many string

// fewRows is how many rows a page may touch, of any table: some pages' worth.
const fewRows = 3000

// explainer runs queries and judges how Postgres did it.
type explainer struct {
	projections.Querier
	t *testing.T
}

// plan is a node of EXPLAIN's answer.
type plan struct {
	NodeType string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Rechecks float64 `json:"Rows Removed by Index Recheck"`
	Plans    []plan  `json:"Plans"`
}

func (p plan) nodes() iter.Seq[plan] {
	return func(yield func(plan) bool) {
		if !yield(p) {
			return
		}
		for _, child := range p.Plans {
			for n := range child.nodes() {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// small are tables that do not grow with the tickets.
var small = map[string]bool{"service": true, "team": true, "field_service": true, "archived_project": true}

func (e explainer) explain(ctx context.Context, sql string, args []any) {
	e.t.Helper()
	var (
		text    []byte
		answers []struct{ Plan plan }
	)
	if err := e.Querier.QueryRow(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) "+sql, args...).Scan(&text); err != nil {
		e.t.Fatalf("%s: %v", sql, err)
	}
	if err := json.Unmarshal(text, &answers); err != nil {
		e.t.Fatal(err)
	}
	for n := range answers[0].Plan.nodes() {
		touched := (n.Rows + n.Filtered + n.Rechecks) * n.Loops
		if n.NodeType == "Seq Scan" && !small[n.Relation] || touched > fewRows {
			e.t.Errorf("%s of %s touches %.0f rows:\n%s\n%s", n.NodeType, n.Relation, touched, strings.TrimSpace(sql), text)
			return
		}
	}
}

func (e explainer) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	e.t.Helper()
	e.explain(ctx, sql, args)
	return e.Querier.Query(ctx, sql, args...)
}

func (e explainer) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	e.t.Helper()
	e.explain(ctx, sql, args)
	return e.Querier.QueryRow(ctx, sql, args...)
}

// nth is the id that many.sql derives from a number.
func nth(n int) uuid.UUID { return uuid.MustParse(fmt.Sprintf("%032x", n)) }

// Every list and every page finds its rows by an index and in order, however
// many tickets there are: none scans a table that grows with them, nor sorts
// more than a few pages.
func TestListsAndPagesTouchFewRowsOfManyTickets(t *testing.T) {
	env := eventstoretest.New(t)
	ctx := t.Context()
	r, err := projections.Open(ctx, projections.Config{
		DatabaseURL: projectionstest.Database(t, env, "plans"), Store: env.Store, Codec: projectionstest.Codec(t), Projections: readModels,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	begin := time.Now()
	if err := r.Pool().AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		_, err := conn.Exec(ctx, strings.ReplaceAll(many, "$n", strconv.Itoa(*manyTickets)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %s", time.Since(begin))

	n := *manyTickets
	mid := documents.Document{Created: eventstore.Position(n / 2 * 10), ID: nth(n / 2)}.Cursor()
	for name, f := range map[string]tickets.Filter{
		"all": {}, "cursor": {Cursor: mid}, "team": {Team: nth(3)}, "small team": {Team: nth(19)}, "customer": {Customer: nth(77)},
		"state": {State: "open"}, "late state": {State: "open", Cursor: mid}, "number": {Number: "T777"}, "team and state": {Team: nth(3), State: "open"},
		"customer and state": {Customer: nth(77), State: "open"}, "teams": {Teams: []uuid.UUID{nth(2), nth(3)}}, "absent state": {State: "?"},
	} {
		t.Run("tickets by "+name, func(t *testing.T) {
			f.Limit = 50
			_, _, err := tickets.List(ctx, explainer{r.Pool(), t}, f)
			must(t, err)
		})
	}
	for name, f := range map[string]documents.Filter{
		"kind": {}, "cursor": {Cursor: mid}, "customer": {Customer: nth(77)}, "ticket": {Ticket: nth(750)}, "number": {Number: "INVOICE776"},
		"state": {State: "draft"}, "absent state": {State: "?"}, "customer and state": {Customer: nth(77), State: "draft"},
		"entity": {Entity: nth(77)}, "source": {Source: nth(776)}, "teams": {Teams: []uuid.UUID{nth(2), nth(3)}},
		"teams or none": {Teams: []uuid.UUID{nth(2), nth(3)}, Unticketed: true}, "state and cursor": {State: "draft", Cursor: mid},
	} {
		t.Run("documents by "+name, func(t *testing.T) {
			for _, kind := range []string{"invoice", "credit_note"} {
				f.Limit, f.Kinds = 50, []string{kind}
				_, _, err := documents.List(ctx, explainer{r.Pool(), t}, f)
				must(t, err)
			}
		})
	}
	from := time.Date(2026, 1, 1, 0, n/2, 0, 0, time.UTC)
	late := time.Date(2026, 1, 1, 0, n-1000, 0, 0, time.UTC)
	for name, f := range map[string]timeline.Filter{
		"all": {}, "after": {After: eventstore.Position(n / 2 * 10)}, "stream": {Stream: "ticket-" + nth(77).String()}, "ticket": {Ticket: nth(77)},
		"actor": {Actor: "agent-7"}, "type": {Type: "ticket-reopened"}, "absent type": {Type: "?"}, "teams": {Teams: []uuid.UUID{nth(2), nth(3)}},
		"a day": {From: from, To: from.AddDate(0, 0, 1)}, "since late": {From: late}, "actor on a day": {Actor: "agent-7", From: from, To: from.AddDate(0, 0, 1)},
	} {
		t.Run("events by "+name, func(t *testing.T) {
			f.Limit = 50
			_, _, err := timeline.Audit(ctx, explainer{r.Pool(), t}, f)
			must(t, err)
		})
	}
	t.Run("pages", func(t *testing.T) {
		q := explainer{r.Pool(), t}
		_, _, err := tickets.Get(ctx, q, nth(750))
		must(t, err)
		_, err = tickets.Open(ctx, q, nth(19))
		must(t, err)
		_, err = tickets.Teams(ctx, q, []uuid.UUID{nth(7), nth(8)})
		must(t, err)
		_, _, err = documents.Get(ctx, q, "invoice", nth(751))
		must(t, err)
		_, _, err = timeline.Ticket(ctx, q, "en", nth(77), 0, 50)
		must(t, err)
		_, _, err = portal.Get(ctx, q, nth(7), "ticket", nth(140))
		must(t, err)
		_, err = portal.Messages(ctx, q, nth(7), "ticket", nth(140))
		must(t, err)
		for _, f := range []portal.Filter{{}, {Kind: "ticket"}, {Ticket: nth(30)}, {Cursor: mid}} {
			f.Entity, f.Limit = nth(7), 50
			_, _, err = portal.List(ctx, q, f)
			must(t, err)
		}
	})
	t.Run("candidates", func(t *testing.T) {
		q := explainer{r.Pool(), t}
		for _, f := range []candidates.Filter{
			{Entity: nth(7)},
			{Entity: nth(7), Usable: true},
			{Order: nth(77)},
			{Product: nth(77)},
			{ID: nth(77)},
			{},
			{Entity: nth(7), Product: nth(77)},
		} {
			_, _, err := candidates.Invoices(ctx, q, f)
			must(t, err)
		}
		_, _, err := candidates.Orders(ctx, q, candidates.Filter{Entity: nth(7), Delivered: true})
		must(t, err)
		_, _, err = candidates.Products(ctx, q, candidates.Filter{})
		must(t, err)
		_, _, err = candidates.Products(ctx, q, candidates.Filter{Entity: nth(7), On: "invoice"})
		must(t, err)
		_, err = candidates.Exists(ctx, q, "delivery", candidates.Filter{Entity: nth(7)})
		must(t, err)
	})
	t.Run("due", func(t *testing.T) {
		for _, err := range due.List(ctx, explainer{r.Pool(), t}, time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC), "2026-01-01") {
			must(t, err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
