package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Group is a persistent subscription: the event store hands each event of the
// stream to one of the group's consumers, again if need be, and remembers how
// far they are. Stream AllStreams means every stream but the event store's own.
type Group struct {
	Stream string
	Name   string
}

// AllStreams is the name of the whole log.
const AllStreams = "$all"

// GroupSettings say when an event is handed out again, and how often.
type GroupSettings struct {
	// Timeout is how long a consumer may take for an event before another gets
	// it; 0 means 30 seconds.
	Timeout time.Duration
	// Retries is how often an event comes again before it is parked, that is
	// set aside until somebody replays it; 0 means 10.
	Retries int
}

const (
	defaultTimeout = 30 * time.Second
	defaultRetries = 10
)

// Delivery is an event for a consumer of a group, Retry how often it came
// before.
type Delivery struct {
	Recorded
	Retry int
}

// Verdict is what a consumer makes of a delivery.
type Verdict int

// The verdicts: done with; to come again at once; to be parked.
const (
	Ack Verdict = iota
	Retry
	Park
)

// CreateGroup makes a group that begins with the first event. One that is
// already there stays as it is, whatever its settings. The event store may
// demand the rights of an operator.
func (c *Client) CreateGroup(ctx context.Context, g Group, s GroupSettings) error {
	settings := esdb.SubscriptionSettingsDefault()
	settings.ResolveLinkTos = true
	settings.MessageTimeout, settings.MaxRetryCount = int32(defaultTimeout.Milliseconds()), defaultRetries
	if s.Timeout != 0 {
		settings.MessageTimeout = int32(s.Timeout.Milliseconds())
	}
	if s.Retries != 0 {
		settings.MaxRetryCount = int32(s.Retries)
	}
	err := c.calls.keep(ctx, func(ctx context.Context, cn *conn, _ func()) error {
		_, err := call(ctx, cn, func(client *esdb.Client) (struct{}, error) { return struct{}{}, g.create(ctx, client, &settings) })
		return err
	})
	if e, ok := errors.AsType[*esdb.Error](err); err == nil || ok && e.Code() == esdb.ErrorCodeResourceAlreadyExists {
		return nil
	}
	return fmt.Errorf("group %s of %s: %w", g.Name, g.Stream, err)
}

func (g Group) create(ctx context.Context, client *esdb.Client, settings *esdb.PersistentSubscriptionSettings) error {
	if g.Stream != AllStreams {
		return client.CreatePersistentSubscription(ctx, g.Stream, g.Name, esdb.PersistentStreamSubscriptionOptions{
			Settings: settings, StartFrom: esdb.Start{},
		})
	}
	return client.CreatePersistentSubscriptionToAll(ctx, g.Name, esdb.PersistentAllSubscriptionOptions{
		Settings: settings, StartFrom: esdb.Start{}, Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: usersStreams},
	})
}

func (g Group) connect(ctx context.Context, client *esdb.Client) (*esdb.PersistentSubscription, error) {
	options := esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: 1}
	if g.Stream != AllStreams {
		return client.SubscribeToPersistentSubscription(ctx, g.Stream, g.Name, options)
	}
	return client.SubscribeToPersistentSubscriptionToAll(ctx, g.Name, options)
}

// Consume takes part in a group: it hands over one event at a time, the next
// after the verdict on the one before. When the connection drops it joins
// again; the event then comes again, here or elsewhere. It returns when the
// context ends or handle returns an error, and leaves the last event without a
// verdict, so that the group hands it out again.
func (c *Client) Consume(ctx context.Context, g Group, handle func(context.Context, Delivery) (Verdict, error)) error {
	l, release, err := c.subscriptions()
	if err != nil {
		return err
	}
	defer release()
	err = l.keep(ctx, func(attempt context.Context, cn *conn, progress func()) error {
		m, err := g.join(attempt, cn)
		for err == nil {
			err = m.next(ctx, attempt, handle, progress)
		}
		if _, ours := err.(*final); ours || ctx.Err() != nil { //nolint:errorlint // a mark is the outermost
			return err
		}
		if l.life.Err() == nil {
			l.log.Warn("persistent subscription dropped", slog.String("group", g.Name), slog.Any("error", err))
		}
		return &transient{err}
	})
	if ctx.Err() != nil {
		return fmt.Errorf("group %s of %s: %w", g.Name, g.Stream, ctx.Err())
	}
	return err
}

// member is a consumer's place in a group on one connection.
type member struct {
	cn    *conn
	sub   *esdb.PersistentSubscription
	items <-chan result[*esdb.EventAppeared]
}

func (g Group) join(ctx context.Context, cn *conn) (*member, error) {
	sub, err := call(ctx, cn, func(client *esdb.Client) (*esdb.PersistentSubscription, error) { return g.connect(ctx, client) })
	if err != nil {
		return nil, err
	}
	return &member{cn: cn, sub: sub, items: pump(ctx, cn, 1, func() (*esdb.EventAppeared, error) {
		e := sub.Recv()
		if e.SubscriptionDropped != nil {
			return nil, e.SubscriptionDropped.Error
		}
		return e.EventAppeared, nil
	})}, nil
}

// next hands over one event. Its context is not the attempt's: an event that
// was received may be handled even if the connection is lost meanwhile.
func (m *member) next(ctx, attempt context.Context, handle func(context.Context, Delivery) (Verdict, error), progress func()) error {
	var item *esdb.EventAppeared
	select {
	case r := <-m.items:
		if r.err != nil {
			return r.err
		}
		item = r.value
	case <-attempt.Done():
		return attempt.Err()
	case <-m.cn.lost:
		return errLost
	}
	verdict := Ack // of a link to an event that is no more
	if item.Event.Event != nil {
		var err error
		if verdict, err = handle(ctx, Delivery{Recorded: recorded(item.Event.Event), Retry: item.RetryCount}); err != nil {
			return &final{err}
		}
	}
	progress()
	_, err := call(attempt, m.cn, func(*esdb.Client) (struct{}, error) { return struct{}{}, m.tell(verdict, item.Event) })
	return err
}

func (m *member) tell(v Verdict, e *esdb.ResolvedEvent) error {
	switch v {
	case Retry:
		return m.sub.Nack("the consumer failed", esdb.NackActionRetry, e)
	case Park:
		return m.sub.Nack("the consumer gave up", esdb.NackActionPark, e)
	case Ack:
	}
	return m.sub.Ack(e)
}
