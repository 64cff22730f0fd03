package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"aftersales/eventstore/postgres"
)

// patience bounds a wait for what must come.
const patience = time.Minute

var pg *postgres.Server

func TestMain(m *testing.M) {
	if os.Getenv(databaseEnv) != "" {
		if err := serveAlone(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	dir, err := os.MkdirTemp("", "node")
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

// newDatabase is the URL of an empty database.
func newDatabase(t testing.TB) string {
	t.Helper()
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.EnsureDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return pg.URL(name)
}

// open starts a node that the test's end closes.
func open(t testing.TB, database string) *Node {
	t.Helper()
	n, err := Open(t.Context(), Config{DatabaseURL: database, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

func connect(t testing.TB, url string) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func event() esdb.EventData {
	return esdb.EventData{EventID: uuid.New(), EventType: "tested", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)}
}

func appendTo(ctx context.Context, c *esdb.Client, stream string, expected esdb.ExpectedRevision, events ...esdb.EventData) (*esdb.WriteResult, error) {
	return c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

// codeOf is the code of a client's error, however it is wrapped.
func codeOf(err error) esdb.ErrorCode {
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		return e.Code()
	}
	return esdb.ErrorCodeUnknown
}
