package node

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"aftersales/eventstore"
)

var kills = flag.Int("kills", 20, "how often node or Postgres is killed under load")

// Writers that repeat what was not acknowledged, with the same ids, and a
// follower: after kill -9 of the node's process, of Postgres, and of both, again
// and again, every acknowledged append is there once, where it was acknowledged,
// and the follower has seen every event once.
func TestNothingIsLostOrDoubledWhenNodeAndPostgresAreKilled(t *testing.T) {
	const writers, each = 64, 100
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	n := &nodeProcess{database: newDatabase(t), listen: "127.0.0.1:0"}
	if err := n.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.kill)
	store := dial(t, n.url)
	var acked atomic.Int64
	written := make([][]eventstore.Recorded, writers)
	group, ctx := errgroup.WithContext(ctx)
	for w := range writers {
		group.Go(func() (err error) {
			written[w], err = write(ctx, store, stream(w), each, &acked)
			return err
		})
	}
	group.Go(func() error {
		for k := range int64(*kills) {
			if err := until(ctx, func() bool { return acked.Load() >= (k+1)*writers*each/int64(*kills+1) }); err != nil {
				return err
			}
			if k%4 != 0 {
				if err := killPostgres(ctx); err != nil {
					return err
				}
			}
			if k%2 == 0 {
				n.kill()
				if err := n.start(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	var seen []eventstore.Recorded
	group.Go(func() error {
		err := store.Follow(ctx, 0, 500, func(_ context.Context, s eventstore.Slice) error {
			if seen = append(seen, s.Events...); len(seen) >= writers*each {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			return fmt.Errorf("%d events seen: %w", len(seen), err)
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	streams, last := map[string][]eventstore.Recorded{}, eventstore.Position(0)
	for _, r := range seen {
		if r.Position <= last {
			t.Fatalf("%s follows %s", r.Position, last)
		}
		last = r.Position
		streams[r.Stream] = append(streams[r.Stream], mark(r))
	}
	for w := range writers {
		if diff := cmp.Diff(written[w], streams[written[w][0].Stream]); diff != "" {
			t.Errorf("acknowledged and followed (-+): %s", diff)
		}
	}
	var stored []eventstore.Recorded
	for r, err := range store.ReadAll(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, r)
	}
	if diff := cmp.Diff(seen, stored); diff != "" {
		t.Errorf("followed and stored (-+): %s", diff)
	}
}

var errEnough = errors.New("enough")

// mark is what an acknowledgement says of an event.
func mark(r eventstore.Recorded) eventstore.Recorded {
	return eventstore.Recorded{ID: r.ID, Stream: r.Stream, Revision: r.Revision, Position: r.Position}
}

// write appends n events one by one, each until it is acknowledged.
func write(ctx context.Context, store *eventstore.Client, stream string, n int, acked *atomic.Int64) ([]eventstore.Recorded, error) {
	var marks []eventstore.Recorded
	expected := eventstore.NoStream()
	for range n {
		e := eventstore.Proposed{ID: uuid.New(), Type: "tested", Data: []byte(`{}`)}
		a, err := store.Append(ctx, stream, expected, []eventstore.Proposed{e})
		for errors.Is(err, eventstore.ErrUnavailable) && ctx.Err() == nil {
			a, err = store.Append(ctx, stream, expected, []eventstore.Proposed{e})
		}
		if err != nil {
			return nil, err
		}
		acked.Add(1)
		marks = append(marks, eventstore.Recorded{ID: e.ID, Stream: stream, Revision: a.Revision, Position: a.Position})
		expected = eventstore.At(a.Revision)
	}
	return marks, nil
}

func dial(t *testing.T, url string) *eventstore.Client {
	t.Helper()
	store, err := eventstore.Dial(t.Context(), eventstore.Config{URL: url, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func until(ctx context.Context, condition func() bool) error {
	for !condition() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// killPostgres kills the server, which is then started again by its supervisor.
func killPostgres(ctx context.Context) error {
	return until(ctx, func() bool {
		pid := pg.PID()
		return pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil
	})
}

// The environment of a test binary that is to be a node.
const (
	databaseEnv = "NODE_TEST_DATABASE"
	listenEnv   = "NODE_TEST_LISTEN"
)

// serveAlone is the main of such a binary: it says where it serves, and does so
// until its standard input ends, as it does when the test is gone.
func serveAlone() error {
	n, err := Open(context.Background(), Config{DatabaseURL: os.Getenv(databaseEnv), Listen: os.Getenv(listenEnv)})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, n.URL())
	_, _ = os.Stdin.Read(make([]byte, 1))
	return errors.Join(err, n.Close())
}

// nodeProcess is a node in a process of its own, at one address for all lives.
type nodeProcess struct {
	database, listen, url string
	cmd                   *exec.Cmd
}

// start starts the node, again while Postgres is not ready for it or has not
// noticed yet that the one before is gone.
func (n *nodeProcess) start(ctx context.Context) error {
	var failed error
	ended := until(ctx, func() bool {
		failed = n.try()
		return failed == nil
	})
	return errors.Join(ended, failed)
}

func (n *nodeProcess) try() error {
	n.cmd = exec.Command(os.Args[0])
	n.cmd.Env = append(os.Environ(), databaseEnv+"="+n.database, listenEnv+"="+n.listen)
	var complaints bytes.Buffer
	n.cmd.Stderr = &complaints
	if _, err := n.cmd.StdinPipe(); err != nil {
		return err
	}
	says, err := n.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.cmd.Start(); err != nil {
		return err
	}
	line := bufio.NewScanner(says)
	if !line.Scan() {
		return fmt.Errorf("the node ended: %w: %s", n.cmd.Wait(), complaints.Bytes())
	}
	n.url = line.Text()
	u, err := url.Parse(n.url)
	if err == nil {
		n.listen = u.Host
	}
	return err
}

// kill is kill -9. Killing twice does nothing.
func (n *nodeProcess) kill() {
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
}
