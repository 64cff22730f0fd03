package projectionstest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/catalogue"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
)

// Codec knows all events.
func Codec(tb testing.TB) *eventstore.Codec {
	tb.Helper()
	c, err := eventstore.NewCodec(catalogue.All()...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// proposed is the nth fact of a log, as it is stored.
func proposed(tb testing.TB, c *eventstore.Codec, n int, f Fact) eventstore.Proposed {
	tb.Helper()
	meta := aggregates.Metadata{
		RecordedAt: at("09:00").Add(time.Duration(n)*time.Second + 123456789),
		Actor:      aggregates.Actor{ID: fmt.Sprintf("agent-%d", n%2), Role: "agent", Channel: "agent"},
		Command:    "test",
		Company:    "main",
	}
	if f.Ticket != uuid.Nil {
		meta.Ticket = &f.Ticket
	}
	p, err := c.Encode(aggregates.DeriveID("fact", f.Stream, strconv.Itoa(n)), f.Event, meta)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// Envelopes are the facts as they would be read from a log, without one.
func Envelopes(tb testing.TB, facts []Fact) []eventstore.Envelope {
	tb.Helper()
	c, revisions := Codec(tb), map[string]uint64{}
	all := make([]eventstore.Envelope, len(facts))
	for i, f := range facts {
		p := proposed(tb, c, i, f)
		e, err := c.Decode(eventstore.Recorded{
			ID: p.ID, Stream: f.Stream, Revision: revisions[f.Stream], Position: eventstore.Position(10 * (i + 1)),
			Type: p.Type, Data: p.Data, Metadata: p.Metadata,
		})
		if err != nil {
			tb.Fatal(err)
		}
		revisions[f.Stream]++
		all[i] = e
	}
	return all
}

// Record appends the facts to the log, in order, and returns the position of
// the last.
func Record(tb testing.TB, env *eventstoretest.Env, facts []Fact) (last eventstore.Position) {
	tb.Helper()
	c, ctx := Codec(tb), eventstoretest.Context(tb)
	for i, f := range facts {
		p := proposed(tb, c, i, f)
		p.ID = uuid.New() // the same fact may be recorded again
		a, err := env.Store.Append(ctx, f.Stream, eventstore.Any(), []eventstore.Proposed{p})
		if err != nil {
			tb.Fatal(err)
		}
		last = a.Position
	}
	return last
}

// Database makes a further database beside that of the environment, for read
// models of the same log, and returns its URL.
func Database(tb testing.TB, env *eventstoretest.Env, name string) string {
	tb.Helper()
	ctx := eventstoretest.Context(tb)
	conn, err := pgx.Connect(ctx, env.DatabaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	name = conn.Config().Database + "_" + name
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		tb.Fatal(err)
	}
	u, err := url.Parse(env.DatabaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Start opens a runner of the read models and runs it until the test ends.
func Start(tb testing.TB, env *eventstoretest.Env, change func(*projections.Config), all ...projections.Projection) *projections.Runner {
	tb.Helper()
	c := projections.Config{DatabaseURL: env.DatabaseURL, Store: env.Store, Codec: Codec(tb), Projections: all}
	if change != nil {
		change(&c)
	}
	r, err := projections.Open(eventstoretest.Context(tb), c)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			tb.Errorf("run: %v", err)
		}
		r.Close()
	})
	return r
}

// Wait waits until the read model has reached the position.
func Wait(tb testing.TB, r *projections.Runner, name string, p eventstore.Position) {
	tb.Helper()
	if _, err := r.Wait(eventstoretest.Context(tb), name, p); err != nil {
		status, _ := r.Status(tb.Context())
		tb.Fatalf("%v; status %+v", err, status)
	}
}

// Dump is all that a read model says: each row of each table as JSON.
func Dump(tb testing.TB, r *projections.Runner, schema string) map[string][]string {
	tb.Helper()
	ctx := eventstoretest.Context(tb)
	rows, err := r.Pool().Query(ctx, `SELECT tablename::text FROM pg_tables WHERE schemaname = $1`, schema)
	if err != nil {
		tb.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatal(err)
	}
	all := map[string][]string{}
	for _, t := range tables {
		rows, err := r.Pool().Query(ctx, `SELECT to_jsonb(t)::text AS row FROM `+pgx.Identifier{schema, t}.Sanitize()+` t ORDER BY row`)
		if err != nil {
			tb.Fatal(err)
		}
		if all[t], err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			tb.Fatal(err)
		}
	}
	return all
}

// JSON is a value as indented JSON, for golden files.
func JSON(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b) + "\n"
}
