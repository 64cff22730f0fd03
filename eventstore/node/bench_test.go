package node

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"golang.org/x/sync/errgroup"
)

// BenchmarkAppend appends single events of 235 + 109 bytes with the exact
// revision, each writer to a stream of its own.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			c := connect(b, open(b, newDatabase(b)).URL())
			group, ctx := errgroup.WithContext(b.Context())
			b.ResetTimer()
			for w := range writers {
				group.Go(func() error { return benchWriter(ctx, c, stream(w), (b.N+writers-1-w)/writers) })
			}
			if err := group.Wait(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

func benchWriter(ctx context.Context, c *esdb.Client, stream string, n int) error {
	var expected esdb.ExpectedRevision = esdb.NoStream{}
	for range n {
		e := event()
		e.Data, e.Metadata = make([]byte, 235), make([]byte, 109)
		result, err := appendTo(ctx, c, stream, expected, e)
		if err != nil {
			return err
		}
		expected = esdb.Revision(result.NextExpectedVersion)
	}
	return nil
}

// BenchmarkFollow reads the log from its start through a subscription.
func BenchmarkFollow(b *testing.B) {
	c := connect(b, open(b, newDatabase(b)).URL())
	for left := b.N; left > 0; left -= 100 {
		batch := make([]esdb.EventData, min(left, 100))
		for i := range batch {
			batch[i] = event()
			batch[i].Data, batch[i].Metadata = make([]byte, 235), make([]byte, 109)
		}
		if _, err := appendTo(b.Context(), c, "s", esdb.Any{}, batch...); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	if _, err := resume(b.Context(), c, b.N); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func stream(writer int) string { return fmt.Sprintf("writer-%d", writer) }

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
