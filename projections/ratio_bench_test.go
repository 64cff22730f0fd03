package projections_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/documents"
	"aftersales/projections/projectionstest"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

const (
	told   = 200 // stories in the log
	turns  = 3   // of each contender, one after the other; the median counts
	naives = 600 // events that get a transaction of their own
)

// BenchmarkApplyRatios compares the events per second that a read model takes
// live (a subscription to the log from its first event) and in a rebuild with
// COPY of the rows that come of it, into the same tables with their indexes, and
// with one transaction per event that applies it and moves a checkpoint, both
// without reading or decoding the log. The contenders take turns on one Postgres
// that waits for the disk.
func BenchmarkApplyRatios(b *testing.B) {
	env := eventstoretest.NewDurable(b)
	facts := interleaved(told)
	var last eventstore.Position
	for part := range slices.Chunk(facts, 1000) {
		last = projectionstest.Record(b, env, part)
	}
	events := float64(len(facts))
	envelopes := projectionstest.Envelopes(b, facts[:naives])
	for _, p := range []projections.Projection{tickets.Projection, documents.Projection, timeline.Projection} {
		b.Run(p.Name, func(b *testing.B) {
			for b.Loop() {
				var live, rebuilt, copied, naive []float64
				var rows int
				for turn := range turns {
					r, took := applied(b, env, p, p.Name+strconv.Itoa(turn), last)
					live = append(live, events/took.Seconds())
					begin := time.Now()
					if err := r.Rebuild(b.Context(), p.Name); err != nil {
						b.Fatal(err)
					}
					rebuilt = append(rebuilt, events/time.Since(begin).Seconds())
					rows, took = copyRows(b, r.Pool(), p)
					copied = append(copied, events/took.Seconds())
					naive = append(naive, naives/oneByOne(b, r.Pool(), p, envelopes).Seconds())
				}
				l, re, c, n := median(live), median(rebuilt), median(copied), median(naive)
				b.ReportMetric(float64(rows)/events, "rows/event")
				b.ReportMetric(l, "live/s")
				b.ReportMetric(re, "rebuild/s")
				b.ReportMetric(c, "copy/s")
				b.ReportMetric(n, "naive/s")
				b.ReportMetric(l/c, "live-x-copy")
				b.ReportMetric(re/c, "rebuild-x-copy")
				b.ReportMetric(l/n, "live-x-naive")
				b.ReportMetric(re/n, "rebuild-x-naive")
			}
		})
	}
}

func median(figures []float64) float64 {
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// applied lets the read model follow the whole log, in a database of its own.
func applied(b *testing.B, env *eventstoretest.Env, p projections.Projection, name string, last eventstore.Position) (*projections.Runner, time.Duration) {
	b.Helper()
	url := projectionstest.Database(b, env, name)
	begin := time.Now()
	r := projectionstest.Start(b, env, func(c *projections.Config) { c.DatabaseURL = url }, p)
	projectionstest.Wait(b, r, p.Name, last)
	return r, time.Since(begin)
}

// fresh makes the read model's tables once more, empty, for use in one
// connection, and drops them afterwards.
func fresh(b *testing.B, pool *pgxpool.Pool, p projections.Projection, use func(context.Context, *pgx.Conn)) {
	b.Helper()
	ctx := b.Context()
	err := pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		if _, err := c.Exec(ctx, `CREATE SCHEMA compared; SET search_path TO compared; CREATE TABLE compared.checkpoint (position bigint);
			INSERT INTO compared.checkpoint VALUES (0); `+p.Schema); err != nil {
			return err
		}
		use(ctx, c.Conn())
		_, err := c.Exec(ctx, `RESET search_path; DROP SCHEMA compared CASCADE`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// copyRows is how many rows the read model has and how long COPY takes for them,
// in one transaction.
func copyRows(b *testing.B, pool *pgxpool.Pool, p projections.Projection) (n int, took time.Duration) {
	b.Helper()
	fresh(b, pool, p, func(ctx context.Context, c *pgx.Conn) {
		found, err := c.Query(ctx, `SELECT tablename::text FROM pg_tables WHERE schemaname = $1`, p.Name)
		if err != nil {
			b.Fatal(err)
		}
		tables, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			b.Fatal(err)
		}
		rows := map[string]*bytes.Buffer{}
		for _, table := range tables {
			rows[table] = &bytes.Buffer{}
			if _, err := c.PgConn().CopyTo(ctx, rows[table], "COPY "+p.Name+"."+table+" TO STDOUT"); err != nil {
				b.Fatal(err)
			}
			n += bytes.Count(rows[table].Bytes(), []byte("\n"))
		}
		begin := time.Now()
		err = pgx.BeginFunc(ctx, c, func(pgx.Tx) error {
			for table, text := range rows {
				if _, err := c.PgConn().CopyFrom(ctx, text, "COPY compared."+table+" FROM STDIN"); err != nil {
					return err
				}
			}
			return nil
		})
		if took = time.Since(begin); err != nil {
			b.Fatal(err)
		}
	})
	return n, took
}

// oneByOne is how long it takes to apply each event in a transaction of its own.
func oneByOne(b *testing.B, pool *pgxpool.Pool, p projections.Projection, events []eventstore.Envelope) (took time.Duration) {
	b.Helper()
	fresh(b, pool, p, func(ctx context.Context, c *pgx.Conn) {
		begin := time.Now()
		for _, e := range events {
			err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
				if err := p.Apply(ctx, tx, []eventstore.Envelope{e}); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, `UPDATE compared.checkpoint SET position = $1`, int64(e.Position))
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		took = time.Since(begin)
	})
	return took
}
