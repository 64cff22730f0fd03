package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// Writers that repeat what was not acknowledged, with the same ids, and a
// subscriber that resumes from the last position it has seen: after several
// kill -9 of Postgres every acknowledged append is there once, in its place, and
// the subscriber has seen every event once.
func TestNothingIsLostOrDoubledWhenPostgresIsKilled(t *testing.T) {
	const writers, each, kills = 8, 120, 4
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	n := open(t, newDatabase(t))
	c := connect(t, n.URL())
	var acked atomic.Int64
	written := make([][]uuid.UUID, writers)
	group, ctx := errgroup.WithContext(ctx)
	for w := range writers {
		group.Go(func() (err error) {
			written[w], err = write(ctx, c, stream(w), each, &acked)
			return err
		})
	}
	group.Go(func() error {
		for k := range int64(kills) {
			if err := until(ctx, func() bool { return acked.Load() >= (k+1)*writers*each/(kills+1) }); err != nil {
				return err
			}
			pid := 0
			if err := until(ctx, func() bool { pid = pg.PID(); return pid != 0 }); err != nil {
				return err
			}
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				return err
			}
		}
		return nil
	})
	var seen []*esdb.RecordedEvent
	group.Go(func() (err error) {
		seen, err = resume(ctx, c, writers*each)
		return err
	})
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := pg.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	for w := range writers {
		if diff := cmp.Diff(written[w], stored(t, c, stream(w))); diff != "" {
			t.Errorf("%s: %s", stream(w), diff)
		}
	}
	inOrder(t, seen)
}

func stream(writer int) string { return fmt.Sprintf("writer-%d", writer) }

// write appends n events one by one, each until it is acknowledged.
func write(ctx context.Context, c *esdb.Client, stream string, n int, acked *atomic.Int64) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	var expected esdb.ExpectedRevision = esdb.NoStream{}
	for revision := range uint64(n) {
		e := event()
		err := retry(ctx, func() error {
			result, err := appendTo(ctx, c, stream, expected, e)
			if err == nil && result.NextExpectedVersion != revision {
				err = fmt.Errorf("%s: revision %d, want %d", stream, result.NextExpectedVersion, revision)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		acked.Add(1)
		ids, expected = append(ids, e.EventID), esdb.Revision(revision)
	}
	return ids, nil
}

// retry repeats a call while the node has no storage.
func retry(ctx context.Context, call func() error) error {
	for {
		err := call()
		if err == nil || codeOf(err) != esdb.ErrorUnavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
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

// resume follows the log until it has n events.
func resume(ctx context.Context, c *esdb.Client, n int) ([]*esdb.RecordedEvent, error) {
	var seen []*esdb.RecordedEvent
	var from esdb.AllPosition = esdb.Start{}
	for len(seen) < n {
		var sub *esdb.Subscription
		err := retry(ctx, func() (err error) {
			sub, err = c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: from})
			return err
		})
		if err != nil {
			return nil, err
		}
		for len(seen) < n {
			e := sub.Recv()
			if e.SubscriptionDropped != nil {
				break
			}
			if e.EventAppeared != nil {
				seen = append(seen, e.EventAppeared.Event)
				from = e.EventAppeared.Event.Position
			}
		}
		_ = sub.Close()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%d of %d events seen: %w", len(seen), n, ctx.Err())
		}
	}
	return seen, nil
}

// stored are the ids of a stream's events, whose revisions must have no gaps.
func stored(t *testing.T, c *esdb.Client, stream string) []uuid.UUID {
	t.Helper()
	var ids []uuid.UUID
	err := retry(t.Context(), func() (err error) {
		ids, err = readIDs(t.Context(), c, stream)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func readIDs(ctx context.Context, c *esdb.Client, stream string) ([]uuid.UUID, error) {
	read, err := c.ReadStream(ctx, stream, esdb.ReadStreamOptions{}, math.MaxUint64)
	if err != nil {
		return nil, err
	}
	defer read.Close()
	var ids []uuid.UUID
	for {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, err
		}
		if e.Event.EventNumber != uint64(len(ids)) {
			return nil, fmt.Errorf("%s: revision %d, want %d", stream, e.Event.EventNumber, len(ids))
		}
		ids = append(ids, e.Event.EventID)
	}
}

// inOrder checks that positions rise and that revisions have no gaps.
func inOrder(t *testing.T, events []*esdb.RecordedEvent) {
	t.Helper()
	next, last := map[string]uint64{}, uint64(0)
	for _, e := range events {
		if e.Position.Commit <= last || e.EventNumber != next[e.StreamID] {
			t.Fatalf("%s: revision %d at %d, want %d behind %d", e.StreamID, e.EventNumber, e.Position.Commit, next[e.StreamID], last)
		}
		next[e.StreamID], last = e.EventNumber+1, e.Position.Commit
	}
}
