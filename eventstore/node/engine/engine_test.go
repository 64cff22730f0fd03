package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/storage"
	"aftersales/eventstore/postgres"
)

var pg *postgres.Server

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if pg, err = postgres.Start(ctx, postgres.Config{Dir: dir, Unsafe: true}); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pg.Close()) }()
	return m.Run(), nil
}

// faultyStore is a real store whose next commit can be made to fail, before or
// after it has been done: as when the connection is lost at that moment.
type faultyStore struct {
	engine.Store
	before, after atomic.Bool
}

type faultyWriter struct {
	engine.Writer
	store *faultyStore
}

func (s *faultyStore) Writer(ctx context.Context) (engine.Writer, error) {
	w, err := s.Store.Writer(ctx)
	return faultyWriter{w, s}, err
}

var errLost = errors.New("connection lost")

func (w faultyWriter) Insert(ctx context.Context, events []*engine.Event) error {
	if w.store.before.CompareAndSwap(true, false) {
		return errLost
	}
	err := w.Writer.Insert(ctx, events)
	if w.store.after.CompareAndSwap(true, false) {
		return errLost
	}
	return err
}

func open(t *testing.T) (*engine.Engine, *faultyStore, string) {
	t.Helper()
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.EnsureDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	durable, err := storage.Open(t.Context(), pg.URL(name), log)
	if err != nil {
		t.Fatal(err)
	}
	store := &faultyStore{Store: durable}
	e, err := engine.Open(t.Context(), store, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e, store, pg.URL(name)
}

func proposed(n int) []engine.Proposed {
	out := make([]engine.Proposed, n)
	for i := range out {
		out[i] = engine.Proposed{ID: uuid.New(), Type: "tested"}
	}
	return out
}

func TestACommitOfUnknownOutcomeIsResolvedBeforeTheNext(t *testing.T) {
	for name, fail := range map[string]func(*faultyStore){
		"lost before it is done": func(s *faultyStore) { s.before.Store(true) },
		"lost after it is done":  func(s *faultyStore) { s.after.Store(true) },
	} {
		for _, expected := range []engine.Expected{engine.ExpectNoStream, engine.ExpectAny} {
			t.Run(fmt.Sprintf("%s, expecting %d", name, expected), func(t *testing.T) {
				e, store, _ := open(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var seen []int64
				signals := e.Subscribe(ctx, engine.All, 0, nil, 0)
				w := engine.Write{Stream: "s", Expected: expected, Events: proposed(3)}
				fail(store)
				if _, err := e.Write(ctx, w); !errors.Is(err, engine.ErrUnavailable) {
					t.Fatalf("first attempt: %v, want ErrUnavailable", err)
				}
				result, err := e.Write(ctx, w)
				if err != nil || result.Revision != 2 {
					t.Fatalf("second attempt: %+v, %v; want revision 2", result, err)
				}
				if _, err := e.Write(ctx, engine.Write{Stream: "s", Expected: 2, Events: proposed(1)}); err != nil {
					t.Fatal(err)
				}
				for signal, err := range signals {
					if err != nil {
						t.Fatal(err)
					}
					if signal.CaughtUp {
						break
					}
					seen = append(seen, signal.Event.Revision)
				}
				if diff := cmp.Diff([]int64{0, 1, 2, 3}, seen); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A live subscription gets what was stored although its writer was refused.
func TestALiveSubscriptionSeesACommitOfUnknownOutcome(t *testing.T) {
	e, store, _ := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for signal, err := range e.Subscribe(ctx, engine.All, 0, nil, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if signal.CaughtUp {
			store.after.Store(true)
			if _, err := e.Write(ctx, engine.Write{Stream: "s", Expected: engine.ExpectAny, Events: proposed(1)}); !errors.Is(err, engine.ErrUnavailable) {
				t.Fatalf("%v, want ErrUnavailable", err)
			}
			continue
		}
		if signal.Event.Stream != "s" {
			t.Errorf("got %+v", signal.Event)
		}
		return
	}
}

func TestASecondWriterStopsTheFirst(t *testing.T) {
	e, _, url := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := e.Write(ctx, engine.Write{Stream: "s", Expected: engine.ExpectNoStream, Events: proposed(1)}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `INSERT INTO es.event SELECT pos + 1000, stream, rev + 1, id, type, flags, created, data, meta FROM es.event`); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := e.Write(ctx, engine.Write{Stream: "s", Expected: 0, Events: proposed(1)})
		if !errors.Is(err, engine.ErrSecondWriter) || !errors.Is(err, engine.ErrUnavailable) {
			t.Fatalf("%v, want ErrSecondWriter", err)
		}
	}
	if err := e.Ready(ctx); !errors.Is(err, engine.ErrSecondWriter) {
		t.Errorf("ready: %v", err)
	}
}

// An idle writer notices that its connection is gone, and takes another.
func TestAnIdleWriterRecovers(t *testing.T) {
	e, _, url := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	holder := func() (pid int, err error) {
		err = conn.QueryRow(ctx, `SELECT coalesce(max(l.pid), 0) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
			WHERE l.locktype = 'advisory' AND d.datname = current_database()`).Scan(&pid)
		return pid, err
	}
	first, err := holder()
	if err != nil || first == 0 {
		t.Fatalf("lock held by %d, %v", first, err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_terminate_backend($1)`, first); err != nil {
		t.Fatal(err)
	}
	for pid := 0; pid == 0 || pid == first; {
		if pid, err = holder(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Write(ctx, engine.Write{Stream: "s", Expected: engine.ExpectAny, Events: proposed(1)}); err != nil {
		t.Error(err)
	}
}

// A subscriber slower than the log falls back to the storage and catches up.
func TestASlowSubscriberMissesNothing(t *testing.T) {
	e, _, _ := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const batches = 90 // of 1 MiB each: more than the tail holds
	var want, got []int64
	for signal, err := range e.Subscribe(ctx, engine.All, 0, nil, 0) {
		switch {
		case err != nil:
			t.Fatal(err)
		case signal.CaughtUp && len(want) == 0:
			for n := range int64(batches) {
				big := proposed(1)
				big[0].Data = make([]byte, 1<<20)
				if _, err := e.Write(ctx, engine.Write{Stream: "s", Expected: engine.ExpectAny, Events: big}); err != nil {
					t.Fatal(err)
				}
				want = append(want, n)
			}
		case signal.CaughtUp: // live again
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			return
		default:
			got = append(got, signal.Event.Revision)
		}
	}
}

func TestAWriteNobodyWaitsForIsNotDone(t *testing.T) {
	e, _, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Write(ctx, engine.Write{Stream: "s", Expected: engine.ExpectAny, Events: proposed(1)})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	result, err := e.Write(t.Context(), engine.Write{Stream: "s", Expected: engine.ExpectNoStream, Events: proposed(1)})
	if err != nil || result.Revision != 0 {
		t.Errorf("%+v, %v; want revision 0", result, err)
	}
}

// Events are kept for ever when the time that they are kept for is longer than
// time can be counted.
func TestAVeryLongMaxAgeHidesNothing(t *testing.T) {
	e, _, _ := open(t)
	meta := engine.Proposed{ID: uuid.New(), Type: engine.TypeMetadata, JSON: true}
	for _, seconds := range []string{"9223372037", "100000000000", "9223372036854775807"} {
		meta.ID, meta.Data = uuid.New(), []byte(`{"$maxAge":`+seconds+`}`)
		for _, w := range []engine.Write{
			{Stream: "s", Expected: engine.ExpectAny, Events: proposed(1)},
			{Stream: engine.MetadataStream("s"), Expected: engine.ExpectAny, Events: []engine.Proposed{meta}},
		} {
			if _, err := e.Write(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		for _, err := range e.ReadStream(t.Context(), "s", 0, false, 1) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%s seconds: %d events, want the first", seconds, n)
		}
	}
}
