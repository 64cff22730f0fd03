// Package eventstoretest gives tests a real event store: an embedded node on a
// private Postgres, reached through the one client. It also holds the
// conformance suite of the port, which any log behind that client must pass.
package eventstoretest

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/eventstore/node"
	"aftersales/eventstore/postgres"
)

// Patience bounds every wait of the tests. A test that reaches it has failed.
const Patience = 30 * time.Second

// Address is the connection string of a server that Conformance is to be run
// against, empty for embedded nodes.
var Address = flag.String("esdb", "", "connection string of the event store to test (default: embedded nodes)")

// Env is one test's own event store. URL is the node's connection string and
// stays the same when the node is restarted; DatabaseURL is the database under
// it, in which a test may also keep its projections.
type Env struct {
	URL         string
	Store       *eventstore.Client
	DatabaseURL string
	Faults      node.Faults // switches of the node

	database string
	listen   string
	logger   *slog.Logger
	node     *node.Node
}

// server is the one Postgres of a test binary, started by the first New.
var server struct {
	sync.Mutex
	dir string
	*postgres.Server
}

var databases atomic.Int64

// Main is the body of a package's TestMain: it runs the tests, stops Postgres
// and exits.
func Main(m *testing.M, after ...func() error) {
	code := m.Run()
	for _, check := range after {
		if err := check(); err != nil {
			fmt.Fprintln(os.Stderr, "after the tests:", err)
			code = max(code, 1)
		}
	}
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the tests' Postgres:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// New starts a node on a fresh database and a client of it. Both end with the
// test. The package's TestMain must call Main.
func New(tb testing.TB) *Env {
	tb.Helper()
	return newOn(tb, shared(tb), "template1")
}

// NewFrom is New on a copy of a frozen database.
func NewFrom(tb testing.TB, frozen Frozen) *Env {
	tb.Helper()
	return newOn(tb, shared(tb), string(frozen))
}

// Frozen is a database of the shared Postgres that nobody changes any more.
type Frozen string

// Freeze ends the node for good. Whatever else is connected to its database must
// be closed.
func (e *Env) Freeze(tb testing.TB) Frozen {
	tb.Helper()
	e.StopNode(tb)
	return Frozen(e.database)
}

func shared(tb testing.TB) *postgres.Server {
	tb.Helper()
	pg, err := start(Context(tb))
	if err != nil {
		tb.Fatalf("start Postgres: %v", err)
	}
	return pg
}

// NewDurable is New on a Postgres of its own that waits for the disk, for
// benchmarks.
func NewDurable(tb testing.TB) *Env {
	tb.Helper()
	pg, err := postgres.Start(Context(tb), postgres.Config{Dir: tb.TempDir()})
	if err != nil {
		tb.Fatalf("start Postgres: %v", err)
	}
	tb.Cleanup(func() {
		if err := pg.Close(); err != nil {
			tb.Errorf("stop Postgres: %v", err)
		}
	})
	return newOn(tb, pg, "template1")
}

func newOn(tb testing.TB, pg *postgres.Server, template string) *Env {
	tb.Helper()
	name := fmt.Sprintf("test%d", databases.Add(1))
	if err := create(Context(tb), pg, name, template); err != nil {
		tb.Fatalf("create database: %v", err)
	}
	e := &Env{
		DatabaseURL: pg.URL(name),
		database:    name,
		listen:      "127.0.0.1:0",
		logger:      slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	e.StartNode(tb)
	tb.Cleanup(func() { e.StopNode(tb) })
	e.Store = e.Dial(tb)
	return e
}

func create(ctx context.Context, pg *postgres.Server, name, template string) error {
	conn, err := pgx.Connect(ctx, pg.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, template))
	return err
}

// Dial makes a further client of the node, closed with the test.
func (e *Env) Dial(tb testing.TB) *eventstore.Client {
	tb.Helper()
	client, err := eventstore.Dial(Context(tb), eventstore.Config{URL: e.URL, Logger: e.logger})
	if err != nil {
		tb.Fatalf("dial: %v", err)
	}
	tb.Cleanup(func() {
		if err := client.Close(); err != nil {
			tb.Errorf("close client: %v", err)
		}
	})
	return client
}

// StopNode closes the node; its database and its port stay reserved for
// StartNode. Stopping twice does nothing.
func (e *Env) StopNode(tb testing.TB) {
	tb.Helper()
	if e.node == nil {
		return
	}
	if err := e.node.Close(); err != nil {
		tb.Errorf("close node: %v", err)
	}
	e.node = nil
}

// StartNode starts the node again, on the same database and port.
func (e *Env) StartNode(tb testing.TB) {
	tb.Helper()
	n, err := node.Open(Context(tb), node.Config{DatabaseURL: e.DatabaseURL, Listen: e.listen, Logger: e.logger, Faults: &e.Faults})
	if err != nil {
		tb.Fatalf("open node: %v", err)
	}
	e.node, e.URL = n, n.URL()
	u, err := url.Parse(e.URL)
	if err != nil {
		tb.Fatalf("node's URL: %v", err)
	}
	e.listen = u.Host
}

// Context ends with the test or when Patience is used up.
func Context(tb testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(tb.Context(), Patience)
	tb.Cleanup(cancel)
	return ctx
}

func start(ctx context.Context) (*postgres.Server, error) {
	server.Lock()
	defer server.Unlock()
	if server.Server != nil {
		return server.Server, nil
	}
	dir, err := os.MkdirTemp("", "eventstoretest")
	if err != nil {
		return nil, err
	}
	pg, err := postgres.Start(ctx, postgres.Config{Dir: dir, Unsafe: true})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	server.Server, server.dir = pg, dir
	return pg, nil
}

func stop() error {
	server.Lock()
	defer server.Unlock()
	if server.Server == nil {
		return nil
	}
	defer os.RemoveAll(server.dir)
	return server.Close()
}
