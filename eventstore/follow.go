package eventstore

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// gather is how long a slice may wait to become fuller while the subscription
// catches up. A live event never waits.
const gather = 50 * time.Millisecond

// usersStreams matches the streams that are not the event store's own.
const usersStreams = `^[^\$]`

// Follow is Store's. A limit below 1 is 1. An error of handle is returned as
// it is; a slice whose handling failed was not passed. Whatever else goes
// wrong, lacking rights included, is logged and tried again.
func (c *Client) Follow(ctx context.Context, after Position, limit int, handle func(context.Context, Slice) error) error {
	l, release, err := c.subscriptions()
	if err != nil {
		return err
	}
	defer release()
	at, failed := after, error(nil)
	err = l.keep(ctx, func(attempt context.Context, cn *conn, progress func()) error {
		f, err := subscribe(attempt, cn, at, max(limit, 1))
		for err == nil {
			var slice Slice
			var some bool
			slice, some, err = f.next(attempt)
			if !some || ctx.Err() != nil {
				continue
			}
			// Not the attempt's context: what was received may be handled
			// even if the connection is lost meanwhile.
			if failed = handle(ctx, slice); failed != nil {
				return &final{failed}
			}
			at = slice.To
			progress()
		}
		if ctx.Err() == nil && l.life.Err() == nil {
			l.log.Warn("subscription dropped", slog.String("after", at.String()), slog.Any("error", err))
		}
		return &transient{err}
	})
	if failed == nil && ctx.Err() != nil {
		return fmt.Errorf("follow the log: %w", ctx.Err())
	}
	return err
}

// follower cuts what a subscription delivers into slices.
type follower struct {
	items <-chan result[*esdb.SubscriptionEvent]
	lost  <-chan struct{}
	at    Position
	limit int
	live  bool
	told  bool // that the last slice reached the end
}

// subscribe asks the server to leave out the streams of the system; events of
// the system in other streams are left out by next.
func subscribe(ctx context.Context, cn *conn, after Position, limit int) (*follower, error) {
	sub, err := call(ctx, cn, func(client *esdb.Client) (*esdb.Subscription, error) {
		return client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
			From:               from(after),
			Filter:             &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: usersStreams},
			MaxSearchWindow:    32,
			CheckpointInterval: 32, // a checkpoint each 32 × 32 events
		})
	})
	if err != nil {
		return nil, err
	}
	items := pump(ctx, cn, min(limit, defaultLimit), func() (*esdb.SubscriptionEvent, error) {
		e := sub.Recv()
		if e.SubscriptionDropped != nil {
			return nil, e.SubscriptionDropped.Error
		}
		return e, nil
	})
	return &follower{items: items, lost: cn.lost, at: after, limit: limit}, nil
}

// next waits for something to arrive and takes with it what else is there.
// While catching up it lets the slice fill for a moment. some is false when
// there is nothing to hand over; a slice may come together with the error that
// ended the subscription.
func (f *follower) next(ctx context.Context) (slice Slice, some bool, err error) {
	slice = Slice{After: f.at, To: f.at}
	caughtUp := false
	var full <-chan time.Time
	for len(slice.Events) < f.limit && !caughtUp {
		item, ok, e := f.take(ctx, full, f.live && (slice.To > slice.After || !f.told))
		if e != nil || !ok {
			err = e
			break
		}
		switch {
		case item.EventAppeared != nil && item.EventAppeared.Event != nil:
			r := recorded(item.EventAppeared.Event)
			if r.Position <= slice.To {
				continue // seen before the subscription was renewed
			}
			slice.To = r.Position
			if !system(r) {
				slice.Events = append(slice.Events, r)
			}
		case item.CheckPointReached != nil:
			// Only a place that one number can name; see from.
			if p := item.CheckPointReached; p.Commit == p.Prepare {
				slice.To = max(slice.To, Position(p.Commit))
			}
		case item.CaughtUp != nil:
			f.live, caughtUp = true, true
		case item.FellBehind != nil:
			f.live = false
		}
		if full == nil && slice.To > slice.After {
			full = time.After(gather)
		}
	}
	f.at = slice.To
	slice.Head = err == nil && f.live && len(f.items) == 0
	some = slice.To > slice.After || slice.Head && (caughtUp || !f.told)
	f.told = slice.Head
	return slice, some, err
}

// take is the next item. With drain it does not wait; otherwise it waits until
// full, for ever if that is nil. ok is false when there was none in time.
func (f *follower) take(ctx context.Context, full <-chan time.Time, drain bool) (item *esdb.SubscriptionEvent, ok bool, err error) {
	if drain {
		select {
		case r := <-f.items:
			return r.value, r.err == nil, r.err
		default:
			return nil, false, nil
		}
	}
	select {
	case r := <-f.items:
		return r.value, r.err == nil, r.err
	case <-full:
		return nil, false, nil
	case <-ctx.Done():
		return nil, false, ctx.Err()
	case <-f.lost:
		return nil, false, errLost
	}
}
