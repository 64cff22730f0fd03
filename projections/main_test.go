package projections

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) {
	if isChild() {
		fmt.Fprintln(os.Stderr, child())
		os.Exit(1)
	}
	eventstoretest.Main(m)
}

// knownEvents are those that the tests record.
var knownEvents = team.Model.Events

// counting is a projection that shows every event applied twice or not at all:
// it adds up where others replace.
var counting = Projection{
	Name:    "counting",
	Version: 1,
	Schema: `CREATE TABLE tally (stream text PRIMARY KEY, events int NOT NULL);
		CREATE TABLE seen (position bigint PRIMARY KEY, stream text NOT NULL)`,
	Apply: func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
		var streams []string
		var positions []int64
		for _, e := range events {
			streams, positions = append(streams, e.Stream), append(positions, int64(e.Position))
		}
		_, err := tx.Exec(ctx, `WITH one AS (SELECT unnest($1::text[]) AS stream, unnest($2::bigint[]) AS position),
			s AS (INSERT INTO seen SELECT position, stream FROM one)
			INSERT INTO tally SELECT stream, count(*) FROM one GROUP BY stream
			ON CONFLICT (stream) DO UPDATE SET events = tally.events + excluded.events`, streams, positions)
		return err
	},
}

func codec(tb testing.TB) *eventstore.Codec {
	tb.Helper()
	c, err := eventstore.NewCodec(knownEvents)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// open makes a runner of the counting projection on the environment.
func open(tb testing.TB, env *eventstoretest.Env, change ...func(*Config)) *Runner {
	tb.Helper()
	c := Config{DatabaseURL: env.DatabaseURL, Store: env.Store, Codec: codec(tb), Projections: []Projection{counting}}
	for _, f := range change {
		f(&c)
	}
	r, err := Open(eventstoretest.Context(tb), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(r.Close)
	return r
}

// run runs the runner until the returned function or the end of the test.
func run(tb testing.TB, r *Runner) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				tb.Errorf("run: %v", err)
			}
		case <-time.After(eventstoretest.Patience):
			tb.Error("the runner does not stop")
		}
	}
	tb.Cleanup(stop)
	return stop
}

// record appends n events to a new team's stream.
func record(tb testing.TB, env *eventstoretest.Env, n int) eventstore.Position {
	tb.Helper()
	id := uuid.New()
	events := []aggregates.Event{team.Created{Team: id, Name: "Support"}}
	for i := range n - 1 {
		events = append(events, team.ServiceEnabled{Service: team.Service(strconv.Itoa(i))})
	}
	var proposed []eventstore.Proposed
	for i, e := range events {
		p, err := codec(tb).Encode(aggregates.DeriveID(id.String(), strconv.Itoa(i)), e, aggregates.Metadata{RecordedAt: time.Now()})
		if err != nil {
			tb.Fatal(err)
		}
		proposed = append(proposed, p)
	}
	return appendTo(tb, env, team.Model.Stream(id), proposed...)
}

func appendTo(tb testing.TB, env *eventstoretest.Env, stream string, events ...eventstore.Proposed) eventstore.Position {
	tb.Helper()
	a, err := env.Store.Append(eventstoretest.Context(tb), stream, eventstore.NoStream(), events)
	if err != nil {
		tb.Fatal(err)
	}
	return a.Position
}

func wait(tb testing.TB, r *Runner, p eventstore.Position) {
	tb.Helper()
	if _, err := r.Wait(eventstoretest.Context(tb), "counting", p); err != nil {
		tb.Fatal(err)
	}
}

// failer is what recount needs of a test.
type failer interface {
	Helper()
	Context() context.Context
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

// recount compares the read model with the log.
func recount(tb failer, env *eventstoretest.Env, r *Runner) {
	tb.Helper()
	ctx := tb.Context()
	inLog := 0
	for _, err := range env.Store.ReadAll(ctx, 0) {
		if err != nil {
			tb.Fatal(err)
		}
		inLog++
	}
	var tallied, seen int
	err := r.Pool().QueryRow(ctx, `SELECT (SELECT coalesce(sum(events), 0) FROM counting.tally), (SELECT count(*) FROM counting.seen)`).
		Scan(&tallied, &seen)
	if err != nil {
		tb.Fatal(err)
	}
	if tallied != inLog || seen != inLog {
		tb.Errorf("the log has %d events, the read model tallies %d and has seen %d", inLog, tallied, seen)
	}
}
