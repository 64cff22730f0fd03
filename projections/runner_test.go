package projections

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestAReadModelFollowsTheLog(t *testing.T) {
	env := eventstoretest.New(t)
	record(t, env, 5)
	r := open(t, env)
	stop := run(t, r)
	wait(t, r, record(t, env, 3))
	recount(t, env, r)

	stop()
	last := record(t, env, 4)
	again := open(t, env)
	run(t, again)
	wait(t, again, last)
	recount(t, env, again)
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	env := eventstoretest.New(t)
	last := record(t, env, 1)
	r := open(t, env)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Wait(ctx, "counting", last); !errors.Is(err, ErrBehind) {
		t.Errorf("got %v, want ErrBehind", err)
	}
	if _, err := r.Wait(ctx, "nothing", last); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v, want ErrUnknown", err)
	}
}

// The process that only reads sees what another one applies.
func TestWaitingSeesWhatAnotherProcessApplies(t *testing.T) {
	env := eventstoretest.New(t)
	reader, worker := open(t, env), open(t, env)
	run(t, worker)
	wait(t, reader, record(t, env, 2))
}

// Two processes at work on one projection apply every event once.
func TestTwoRunnersApplyEveryEventOnce(t *testing.T) {
	env := eventstoretest.New(t)
	small := func(c *Config) { c.SliceLimit = 2 }
	one, other := open(t, env, small), open(t, env, small)
	run(t, one)
	run(t, other)
	var last eventstore.Position
	for range 20 {
		last = record(t, env, 3)
	}
	wait(t, one, last)
	wait(t, other, last)
	recount(t, env, one)
}

// The loss of all connections of the read models, again and again, loses and
// repeats nothing.
func TestKilledConnectionsLoseNothing(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env, func(c *Config) {
		c.SliceLimit = 3
		c.DatabaseURL = withName(t, c.DatabaseURL, "victim")
	})
	run(t, r)
	ctx := eventstoretest.Context(t)
	killer, err := pgx.Connect(ctx, env.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = killer.Close(context.WithoutCancel(ctx)) }()
	var last eventstore.Position
	killed := 0
	for range 20 {
		last = record(t, env, 7)
		n := 0
		if err := killer.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'victim'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		killed += n
	}
	if killed == 0 {
		t.Fatal("there was no connection to kill")
	}
	wait(t, r, last)
	recount(t, env, r)
}

func withName(t *testing.T, databaseURL, name string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// A connection that dies between the writes and the commit leaves nothing.
func TestALossInTheMiddleOfATransactionIsMadeGood(t *testing.T) {
	env := eventstoretest.New(t)
	losses := 3
	r := open(t, env, func(c *Config) {
		c.Projections = []Projection{counting}
		c.Projections[0].Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
			if err := counting.Apply(ctx, tx, events); err != nil {
				return err
			}
			if losses > 0 {
				losses--
				_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
				return err
			}
			return nil
		}
	})
	run(t, r)
	wait(t, r, record(t, env, 5))
	recount(t, env, r)
	if losses != 0 {
		t.Errorf("%d losses did not happen", losses)
	}
}

// logOf is the whole log, for tests that cut it themselves.
func logOf(t *testing.T, env *eventstoretest.Env) []eventstore.Recorded {
	t.Helper()
	var all []eventstore.Recorded
	for e, err := range env.Store.ReadAll(eventstoretest.Context(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// However slices repeat, overlap and are cut, every event is applied once.
func TestRepeatedAndOverlappingSlicesChangeNothing(t *testing.T) {
	env := eventstoretest.New(t)
	record(t, env, 12)
	log := logOf(t, env)
	r := open(t, env)
	m := r.models[0]
	rapid.Check(t, func(rt *rapid.T) {
		_, err := r.Pool().Exec(t.Context(), `TRUNCATE counting.tally, counting.seen; UPDATE projections.checkpoint SET position = 0`)
		if err != nil {
			rt.Fatal(err)
		}
		for at := 0; at < len(log); {
			from := rapid.IntRange(0, at).Draw(rt, "from")
			to := rapid.IntRange(from+1, len(log)).Draw(rt, "to")
			s := eventstore.Slice{Events: log[from:to], To: log[to-1].Position}
			if from > 0 {
				s.After = log[from-1].Position
			}
			if err := r.follow(t.Context(), m, s); err != nil {
				rt.Fatal(err)
			}
			at = max(at, to)
		}
		recount(rt, env, r)
	})
}

func TestAGapIsAnErrorAndNothingIsSkipped(t *testing.T) {
	env := eventstoretest.New(t)
	record(t, env, 4)
	log := logOf(t, env)
	r := open(t, env)
	gap := eventstore.Slice{After: log[1].Position, To: log[3].Position, Events: log[2:]}
	if err := r.follow(t.Context(), r.models[0], gap); !errors.Is(err, ErrGap) {
		t.Errorf("got %v, want ErrGap", err)
	}
	if at, err := r.refresh(t.Context(), r.models[0]); err != nil || at != 0 {
		t.Errorf("the checkpoint is at %s, %v", at, err)
	}
}

func TestAnotherVersionDropsAndStartsOverAndStopsTheOlderProgram(t *testing.T) {
	env := eventstoretest.New(t)
	last := record(t, env, 4)
	older := open(t, env)
	stop := run(t, older)
	wait(t, older, last)
	stop()
	newer := open(t, env, func(c *Config) { c.Projections[0].Version = 2 })
	if at, err := newer.refresh(t.Context(), newer.models[0]); err != nil || at != 0 {
		t.Errorf("the new version begins at %s, %v", at, err)
	}
	all := eventstore.Slice{To: last, Events: logOf(t, env)}
	if err := older.follow(t.Context(), older.models[0], all); !errors.Is(err, ErrVersion) {
		t.Errorf("got %v, want ErrVersion", err)
	}
	run(t, newer)
	wait(t, newer, last)
	recount(t, env, newer)
}

// A failing projection shows in Status, is tried for ever, and goes on when the
// cause is gone.
func TestAFailureIsVisibleAndTriedAgain(t *testing.T) {
	env := eventstoretest.New(t)
	failing := make(chan struct{})
	r := open(t, env, func(c *Config) {
		c.Projections = []Projection{counting}
		c.Projections[0].Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
			select {
			case <-failing:
				return counting.Apply(ctx, tx, events)
			default:
				return &pgconn.PgError{Code: "53100", Message: "the disk is full"}
			}
		}
	})
	run(t, r)
	last := record(t, env, 2)
	s := until(t, r, func(s Status) bool { return s.LastError != "" })
	if s.State != Stopped || s.LagEvents != 2 || s.Head < last || s.Position != 0 {
		t.Errorf("while it fails: %+v", s)
	}
	close(failing)
	wait(t, r, last)
	s = until(t, r, func(s Status) bool { return s.LastError == "" })
	if s.State != Running || s.LagEvents != 0 || s.Lag != 0 {
		t.Errorf("afterwards: %+v", s)
	}
	recount(t, env, r)
}

func until(t *testing.T, r *Runner, ok func(Status) bool) Status {
	t.Helper()
	ctx := eventstoretest.Context(t)
	for {
		all, err := r.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if ok(all[0]) {
			return all[0]
		}
		select {
		case <-ctx.Done():
			t.Fatalf("status stays %+v", all[0])
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Live, an event of an unknown type is counted; a rebuild does not pass it.
func TestUnknownEventTypesAreCountedLiveAndStopARebuild(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env)
	run(t, r)
	record(t, env, 2)
	last := appendTo(t, env, "thing-1", eventstore.Proposed{ID: uuid.New(), Type: "thing-happened", Data: []byte("{}"), Metadata: []byte("{}")})
	wait(t, r, last)
	all, err := r.Status(t.Context())
	if err != nil || all[0].UnknownEvents != 1 {
		t.Errorf("status %+v, %v", all, err)
	}
	if err := r.Rebuild(t.Context(), "counting"); !errors.As(err, new(*eventstore.UnknownType)) {
		t.Errorf("rebuild: %v", err)
	}

	type happened struct{}
	knowing := open(t, env, func(c *Config) {
		var err error
		c.Codec, err = eventstore.NewCodec(team.Model.Events, aggregates.Catalogue{aggregates.Define[happened]("thing-happened")})
		if err != nil {
			t.Fatal(err)
		}
	})
	if err := knowing.Rebuild(t.Context(), "counting"); err != nil {
		t.Fatal(err)
	}
	all, err = knowing.Status(t.Context())
	if err != nil || all[0].UnknownEvents != 0 {
		t.Errorf("when the type became known: %+v, %v", all, err)
	}
	recount(t, env, knowing)
}

func TestAConfigWithFaultsIsRefused(t *testing.T) {
	env := eventstoretest.New(t)
	base := Config{DatabaseURL: env.DatabaseURL, Store: env.Store, Codec: codec(t), Projections: []Projection{counting}}
	for name, change := range map[string]func(*Config){
		"a name twice":    func(c *Config) { c.Projections = []Projection{counting, counting} },
		"the schema's":    func(c *Config) { p := counting; p.Name = "projections"; c.Projections = []Projection{p} },
		"a bad name":      func(c *Config) { p := counting; p.Name = "Bad name"; c.Projections = []Projection{p} },
		"no version":      func(c *Config) { p := counting; p.Version = 0; c.Projections = []Projection{p} },
		"no codec":        func(c *Config) { c.Codec = nil },
		"a bad URL":       func(c *Config) { c.DatabaseURL = "postgres://%" },
		"a broken schema": func(c *Config) { p := counting; p.Schema = "CREATE"; c.Projections = []Projection{p} },
	} {
		c := base
		change(&c)
		if r, err := Open(t.Context(), c); err == nil {
			r.Close()
			t.Errorf("%s: opened", name)
		}
	}
}
