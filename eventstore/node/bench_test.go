package node

import (
	"context"
	"fmt"
	"testing"

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
