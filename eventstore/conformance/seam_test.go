package conformance

import (
	"context"
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"golang.org/x/sync/errgroup"
)

// Subscriptions that begin at any moment among several writers see every event
// once and in order, before they are live and after.
func TestRow09NothingIsLostOrDoubledWhereHistoryMeetsLive(t *testing.T) {
	const writers, appends, size = 4, 150, 2
	c := connect(t)
	category := newStream("seam")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for w := range writers {
		stream := category + "-" + id(uint64(w))
		group.Go(func() error {
			for n := range appends {
				opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}
				if _, err := c.AppendToStream(ctx, stream, opts, events(size)...); err != nil {
					return err
				}
				if n%(appends/5) == w { // at different moments
					group.Go(func() error { return followLog(ctx, c, category, writers*appends*size) })
					group.Go(func() error { return followStream(ctx, c, stream, appends*size) })
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// followLog wants n events of a category, each once and in order.
func followLog(ctx context.Context, c *esdb.Client, category string, n int) error {
	sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
		From:   esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{category}},
	})
	if err != nil {
		return err
	}
	defer sub.Close()
	next, last := map[string]uint64{}, uint64(0)
	return receive(sub, n, func(e *esdb.RecordedEvent) error {
		if e.EventNumber != next[e.StreamID] || e.Position.Commit <= last {
			return fmt.Errorf("%s: revision %d at %d, want %d behind %d",
				e.StreamID, e.EventNumber, e.Position.Commit, next[e.StreamID], last)
		}
		next[e.StreamID], last = e.EventNumber+1, e.Position.Commit
		return nil
	})
}

// followStream wants the revisions 0 to n-1 of a stream.
func followStream(ctx context.Context, c *esdb.Client, stream string, n int) error {
	sub, err := c.SubscribeToStream(ctx, stream, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	if err != nil {
		return err
	}
	defer sub.Close()
	next := uint64(0)
	return receive(sub, n, func(e *esdb.RecordedEvent) error {
		if e.EventNumber != next {
			return fmt.Errorf("%s: revision %d, want %d", stream, e.EventNumber, next)
		}
		next++
		return nil
	})
}

func receive(sub *esdb.Subscription, n int, handle func(*esdb.RecordedEvent) error) error {
	for n > 0 {
		switch e := sub.Recv(); {
		case e.SubscriptionDropped != nil:
			return fmt.Errorf("%d events to go: %w", n, e.SubscriptionDropped.Error)
		case e.EventAppeared != nil:
			if err := handle(e.EventAppeared.Event); err != nil {
				return err
			}
			n--
		}
	}
	return nil
}
