package conformance

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"aftersales/eventstore/node"
	"aftersales/eventstore/postgres"
)

var server = flag.String("esdb", "", "connection string of the server to test (default: an embedded node)")

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if *server != "" {
		return m.Run(), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: dir, Unsafe: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pg.Close()) }()
	if err := pg.EnsureDatabase(ctx, "events"); err != nil {
		return 0, err
	}
	n, err := node.Open(ctx, node.Config{DatabaseURL: pg.URL("events"), Listen: "127.0.0.1:0"})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	*server = n.URL()
	return m.Run(), nil
}

// connect gives each test a client, and so a connection, of its own: one takes
// no more than 100 calls at a time.
func connect(t *testing.T) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(*server)
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

// newStream is a stream name that nobody else uses.
func newStream(category string) string { return category + "-" + uuid.NewString() }

// events are n JSON events of one type with ids of their own.
func events(n int) []esdb.EventData {
	out := make([]esdb.EventData, n)
	for i := range out {
		out[i] = esdb.EventData{
			EventID: uuid.New(), EventType: "counted", ContentType: esdb.ContentTypeJson,
			Data: fmt.Appendf(nil, `{"n":%d}`, i), Metadata: []byte(`{"from":"test"}`),
		}
	}
	return out
}

// add appends and answers the write's result or error.
func add(t *testing.T, c *esdb.Client, stream string, expected esdb.ExpectedRevision, events ...esdb.EventData) (*esdb.WriteResult, error) {
	t.Helper()
	return c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

// mustAdd appends what must succeed.
func mustAdd(t *testing.T, c *esdb.Client, stream string, expected esdb.ExpectedRevision, events ...esdb.EventData) *esdb.WriteResult {
	t.Helper()
	result, err := add(t, c, stream, expected, events...)
	if err != nil {
		t.Fatalf("append to %s: %v", stream, err)
	}
	return result
}

// wantCode checks the code of a client's error, however it is wrapped.
func wantCode(t *testing.T, err error, want esdb.ErrorCode) {
	t.Helper()
	var got *esdb.Error
	if !errors.As(err, &got) || got.Code() != want {
		t.Fatalf("error %v, want code %d", err, want)
	}
}

// collect reads a stream of events to its end.
func collect(t *testing.T, stream *esdb.ReadStream, err error) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	var out []*esdb.ResolvedEvent
	for {
		e, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, e)
	}
}

// read reads a whole stream.
func read(t *testing.T, c *esdb.Client, stream string, opts esdb.ReadStreamOptions, count uint64) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	s, err := c.ReadStream(t.Context(), stream, opts, count)
	return collect(t, s, err)
}

// revisions reads a stream for the revisions it shows.
func revisions(t *testing.T, c *esdb.Client, stream string, opts esdb.ReadStreamOptions, count uint64) []uint64 {
	t.Helper()
	events, err := read(t, c, stream, opts, count)
	if err != nil {
		t.Fatalf("read of %s: %v", stream, err)
	}
	out := []uint64{}
	for _, e := range events {
		out = append(out, e.OriginalEvent().EventNumber)
	}
	return out
}

// span is the numbers from a to b, in either direction.
func span(a, b uint64) []uint64 {
	out := []uint64{a}
	for a != b {
		if a < b {
			a++
		} else {
			a--
		}
		out = append(out, a)
	}
	return out
}

func id(n uint64) string { return strconv.FormatUint(n, 10) }
