package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
	"aftersales/eventstore/postgres"
)

const (
	turn  = 2 * time.Second // of one contender
	turns = 7               // of each, one after the other; the median counts
)

// logged is how many events are read and followed.
const logged = 200_000

// durable starts a Postgres that waits for the disk, unlike that of the tests,
// and sets the garbage collector as the program does, for all contenders alike.
func durable(b *testing.B) *postgres.Server {
	b.Helper()
	collector := debug.SetGCPercent(GCPercent)
	b.Cleanup(func() { debug.SetGCPercent(collector) })
	server, err := postgres.Start(b.Context(), postgres.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	for _, name := range []string{"node", "direct"} {
		if err := server.EnsureDatabase(b.Context(), name); err != nil {
			b.Fatal(err)
		}
	}
	return server
}

// nullNode serves the protocol on a storage that costs nothing.
func nullNode(b *testing.B, store *nullStore) *Node {
	b.Helper()
	logger := slog.New(slog.DiscardHandler)
	eng, err := engine.Open(b.Context(), store, logger)
	if err != nil {
		b.Fatal(err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	n := &Node{engine: eng, groups: new(groups.Manager), server: newServer(eng, nil, Config{}), listener: listener, log: logger}
	n.close = sync.OnceValue(n.shutDown)
	go n.serve()
	b.Cleanup(func() { _ = n.Close() })
	return n
}

// contender appends with so many writers for a turn, and answers how often in a
// second.
type contender func(ctx context.Context, writers int) (float64, error)

// BenchmarkAppendRatios compares the node on Postgres with a node on a storage
// that costs nothing and with one INSERT per transaction, each writer with a
// connection of its own. Events are 235 bytes of data and 109 of metadata, each
// writer has a stream of its own and names the exact revision. The contenders
// take turns, so that whatever else the machine does concerns all of them.
func BenchmarkAppendRatios(b *testing.B) {
	server := durable(b)
	onPostgres := connect(b, open(b, server.URL("node")).URL())
	onNothing := connect(b, nullNode(b, newNullStore(true)).URL())
	direct := newDirect(b, server.URL("direct"))
	for _, writers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			for b.Loop() {
				figures := compete(b, writers, through(onPostgres), through(onNothing), direct)
				b.ReportMetric(figures[0], "appends/s")
				b.ReportMetric(figures[0]/figures[2], "x-pgx")
				b.ReportMetric(figures[0]/figures[1], "x-null")
				b.ReportMetric(figures[2], "pgx/s")
				b.ReportMetric(figures[1], "null/s")
			}
		})
	}
}

// compete gives each contender its turns and answers their medians per second.
func compete(b *testing.B, writers int, contenders ...contender) []float64 {
	b.Helper()
	results := make([][]float64, len(contenders))
	for range turns {
		for i, contender := range contenders {
			rate, err := contender(b.Context(), writers)
			if err != nil {
				b.Fatal(err)
			}
			results[i] = append(results[i], rate)
		}
	}
	medians := make([]float64, len(contenders))
	for i, result := range results {
		slices.Sort(result)
		medians[i] = result[turns/2]
	}
	return medians
}

// writer appends its event number n.
type writer struct {
	step func(ctx context.Context, n int) error
	end  func()
}

// crowd makes writers and then lets them all append for one turn: what it takes
// to make them, such as a connection for each, is not counted.
func crowd(ctx context.Context, writers int, join func(context.Context) (writer, error)) (float64, error) {
	ready := make([]writer, 0, writers)
	defer func() {
		for _, w := range ready {
			w.end()
		}
	}()
	for range writers {
		w, err := join(ctx)
		if err != nil {
			return 0, err
		}
		ready = append(ready, w)
	}
	group, ctx := errgroup.WithContext(ctx)
	counts := make([]int, writers)
	begin := time.Now()
	for i, w := range ready {
		group.Go(func() error {
			for time.Since(begin) < turn {
				if err := w.step(ctx, counts[i]); err != nil {
					return err
				}
				counts[i]++
			}
			return nil
		})
	}
	err := group.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begin).Seconds(), err
}

func through(c *esdb.Client) contender {
	return func(ctx context.Context, writers int) (float64, error) {
		return crowd(ctx, writers, func(context.Context) (writer, error) {
			name := uuid.NewString()
			return writer{func(ctx context.Context, n int) error {
				var expected esdb.ExpectedRevision = esdb.NoStream{}
				if n > 0 {
					expected = esdb.Revision(uint64(n - 1))
				}
				e := event()
				e.Data, e.Metadata = make([]byte, 235), make([]byte, 109)
				_, err := appendTo(ctx, c, name, expected, e)
				return err
			}, func() {}}, nil
		})
	}
}

// newDirect inserts into a table like the node's, whose unique index checks the
// revision.
func newDirect(b *testing.B, url string) contender {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	if _, err := conn.Exec(b.Context(), `
		CREATE TABLE event (
			pos bigserial PRIMARY KEY, stream text COLLATE "C" NOT NULL, rev bigint NOT NULL, id uuid NOT NULL,
			type text COLLATE "C" NOT NULL, flags smallint NOT NULL, created bigint NOT NULL, data bytea NOT NULL, meta bytea NOT NULL);
		CREATE UNIQUE INDEX ON event (stream, rev)`); err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context, writers int) (float64, error) {
		return crowd(ctx, min(writers, maxDirect), func(ctx context.Context) (writer, error) {
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				return writer{}, err
			}
			name := uuid.NewString()
			return writer{func(ctx context.Context, n int) error {
				_, err := conn.Exec(ctx, `INSERT INTO event (stream, rev, id, type, flags, created, data, meta)
					VALUES ($1, $2, $3, 'tested', 1, $4, $5, $6)`,
					name, n, uuid.New(), time.Now().UnixNano()/100, make([]byte, 235), make([]byte, 109))
				return err
			}, func() { _ = conn.Close(ctx) }}, nil
		})
	}
}

// maxDirect is what the private Postgres has connections for.
const maxDirect = 90

// BenchmarkReadRatios compares reading and following a log of 200,000 events on
// Postgres with the same on a storage that costs nothing.
func BenchmarkReadRatios(b *testing.B) {
	server := durable(b)
	nodes := []*Node{open(b, server.URL("node")), nullNode(b, newNullStore(false))}
	clients := make([]*esdb.Client, len(nodes))
	for i, n := range nodes {
		fill(b, n.engine)
		clients[i] = connect(b, n.URL())
	}
	for name, drain := range map[string]func(context.Context, *esdb.Client) error{
		"read":               drainRead,
		"subscribe":          func(ctx context.Context, c *esdb.Client) error { return drainSubscription(ctx, c, nil) },
		"subscribe-filtered": func(ctx context.Context, c *esdb.Client) error { return drainSubscription(ctx, c, everyStream) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				figures := make([][]float64, len(nodes))
				for range turns {
					for i, c := range clients {
						begin := time.Now()
						if err := drain(b.Context(), c); err != nil {
							b.Fatal(err)
						}
						figures[i] = append(figures[i], logged/time.Since(begin).Seconds())
					}
				}
				for i := range figures {
					slices.Sort(figures[i])
				}
				b.ReportMetric(figures[0][turns/2], "events/s")
				b.ReportMetric(figures[1][turns/2], "null/s")
				b.ReportMetric(figures[0][turns/2]/figures[1][turns/2], "x-null")
			}
		})
	}
}

func fill(b *testing.B, e *engine.Engine) {
	b.Helper()
	for n := range logged / 500 {
		w := engine.Write{Stream: fmt.Sprintf("filled-%d", n%50), Expected: engine.ExpectAny}
		for range 500 {
			w.Events = append(w.Events, engine.Proposed{ID: uuid.New(), Type: "tested", Data: make([]byte, 235), Metadata: make([]byte, 109)})
		}
		if _, err := e.Write(b.Context(), w); err != nil {
			b.Fatal(err)
		}
	}
}

func drainRead(ctx context.Context, c *esdb.Client) error {
	stream, err := c.ReadAll(ctx, esdb.ReadAllOptions{From: esdb.Start{}}, logged)
	if err != nil {
		return err
	}
	defer stream.Close()
	for n := 0; ; n++ {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) && n == logged {
			return nil
		} else if err != nil {
			return fmt.Errorf("%d of %d events: %w", n, logged, err)
		}
	}
}

// everyStream is the filter of the program's own subscriptions; it matches.
var everyStream = &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: `^[^\$]`}

func drainSubscription(ctx context.Context, c *esdb.Client, f *esdb.SubscriptionFilter) error {
	sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: f, CheckpointInterval: 32})
	if err != nil {
		return err
	}
	defer sub.Close()
	for n := 0; n < logged; {
		e := sub.Recv()
		if e.SubscriptionDropped != nil {
			return e.SubscriptionDropped.Error
		}
		if e.EventAppeared != nil {
			n++
		}
	}
	return nil
}
