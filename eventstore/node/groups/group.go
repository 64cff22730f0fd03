package groups

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
)

// message is an event on its way. before is the cursor that stands right before
// it, from which it would be read again.
type message struct {
	event    *engine.Event
	before   int64
	retry    int
	replayed bool // comes from the parked ones
	consumer *Consumer
	deadline time.Time
}

// group is a group at work. One goroutine owns all but its channels.
type group struct {
	Group
	engine *engine.Engine
	store  Store
	log    *slog.Logger
	match  func(*engine.Event) bool
	calls  chan func()
	feed   chan item
	stop   context.CancelCauseFunc
	done   chan struct{}

	read        int64 // cursor of the last event that was read
	retries     []*message
	pending     []*message
	outstanding map[uuid.UUID]*message
	unparked    []*message // parking failed
	consumers   []*Consumer
	choose      strategy
	finished    int32 // since the checkpoint
	total       int64
	replayedTo  int64 // revision of the parked stream up to which it is being replayed
	replaying   int   // of these, how many are not done
}

// item is what the feed read: an event, or only how far there was none.
type item struct {
	event  *engine.Event
	cursor int64
}

func start(eng *engine.Engine, store Store, log *slog.Logger, g Group, match func(*engine.Event) bool) *group {
	ctx, cancel := context.WithCancelCause(context.Background())
	w := &group{
		Group: g, engine: eng, store: store, log: log.With(slog.String("group", g.Name), slog.String("source", g.Source)),
		match: match, calls: make(chan func()), feed: make(chan item), stop: cancel, done: make(chan struct{}),
		read: g.Cursor, outstanding: map[uuid.UUID]*message{}, choose: newStrategy(g.Strategy),
	}
	go w.follow(ctx, g.Cursor)
	go w.run(ctx)
	return w
}

// end stops the group, its consumers with the cause, and waits for both.
func (g *group) end(cause error) {
	g.stop(cause)
	<-g.done
}

// call runs f in the group's goroutine; false when the group has ended.
func (g *group) call(f func()) bool {
	ran := make(chan struct{})
	select {
	case g.calls <- func() { f(); close(ran) }:
		<-ran
		return true
	case <-g.done:
		return false
	}
}

// tick is how often deadlines and checkpoints are looked at.
const tick = 50 * time.Millisecond

func (g *group) run(ctx context.Context) {
	defer close(g.done)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	saved := time.Now()
	for {
		feed := g.feed
		if len(g.pending) >= max(1, int(g.HistoryBuffer)) {
			feed = nil // the consumers are behind
		}
		select {
		case <-ctx.Done():
			g.save()
			for _, c := range g.consumers {
				c.drop(context.Cause(ctx))
			}
			return
		case f := <-g.calls:
			f()
		case i := <-feed:
			g.take(i)
		case now := <-ticker.C:
			g.expire(now)
			g.parkAgain()
			if now.Sub(saved) >= g.CheckpointAfter && g.finished >= max(1, g.MinCheckpoint) {
				g.save()
				saved = now
			}
		}
		if g.MaxCheckpoint > 0 && g.finished >= g.MaxCheckpoint {
			g.save()
			saved = time.Now()
		}
		g.dispatch()
	}
}

func (g *group) take(i item) {
	if i.event != nil {
		g.pending = append(g.pending, &message{event: i.event, before: g.read})
	}
	g.read = i.cursor
}

// dispatch hands out what there is, what comes again before what is new.
func (g *group) dispatch() {
	g.retries = g.offer(g.retries)
	g.pending = g.offer(g.pending)
}

// offer hands out as much of a queue as consumers have room for, and answers the
// rest.
func (g *group) offer(queue []*message) []*message {
	for i := 0; i < len(queue); i++ {
		m := queue[i]
		if g.outstanding[m.event.ID] != nil {
			continue // the same id twice: an ack would not say which
		}
		c, others := g.choose.consumer(g.consumers, m.event)
		if c == nil && !others {
			break
		}
		if c != nil {
			g.hand(c, m)
			queue = slices.Delete(queue, i, i+1)
			i--
		}
	}
	return queue
}

func (g *group) hand(c *Consumer, m *message) {
	m.consumer = c
	if g.MessageTimeout > 0 {
		m.deadline = time.Now().Add(g.MessageTimeout)
	}
	g.outstanding[m.event.ID] = m
	c.inFlight++
	c.total++
	g.total++
	c.messages <- Message{Event: m.event, Resolve: g.ResolveLinks || m.replayed, Retry: m.retry} // has room
}

// give takes an event back from the consumer that has it; nil if it has not.
func (g *group) give(c *Consumer, id uuid.UUID) *message {
	m := g.outstanding[id]
	if m == nil || m.consumer != c {
		return nil
	}
	delete(g.outstanding, id)
	m.consumer.inFlight--
	m.consumer = nil
	return m
}

func (g *group) ack(c *Consumer, ids []uuid.UUID) {
	for _, id := range ids {
		if m := g.give(c, id); m != nil {
			g.finish(m)
		}
	}
}

func (g *group) nack(c *Consumer, ids []uuid.UUID, action Action, reason string) {
	for _, id := range ids {
		if action == Leave {
			continue
		}
		m := g.give(c, id)
		switch {
		case m == nil:
		case action == Park:
			g.park(m, reason)
		case action == Skip:
			g.finish(m)
		default:
			g.again(m)
		}
	}
}

// again hands an event out once more, unless it came too often: then it is parked.
func (g *group) again(m *message) {
	if m.retry >= int(g.MaxRetry) {
		g.park(m, "handed out too often")
		return
	}
	m.retry++
	g.retries = append(g.retries, m)
}

// expire takes back what consumers have had for too long.
func (g *group) expire(now time.Time) {
	var late []*message
	for _, m := range g.outstanding {
		if !m.deadline.IsZero() && now.After(m.deadline) {
			late = append(late, m)
		}
	}
	g.takeBack(late)
}

func (g *group) takeBack(ms []*message) {
	slices.SortFunc(ms, func(a, b *message) int { return int(a.event.Position - b.event.Position) })
	for _, m := range ms {
		g.again(g.give(m.consumer, m.event.ID))
	}
}

func (g *group) join(c *Consumer) error {
	if g.MaxSubscribers > 0 && len(g.consumers) >= int(g.MaxSubscribers) {
		return ErrFull
	}
	g.consumers = append(g.consumers, c)
	return nil
}

func (g *group) leave(c *Consumer) {
	g.consumers = slices.DeleteFunc(g.consumers, func(o *Consumer) bool { return o == c })
	var had []*message
	for _, m := range g.outstanding {
		if m.consumer == c {
			had = append(had, m)
		}
	}
	g.takeBack(had)
}

// finish is the end of an event's way.
func (g *group) finish(m *message) {
	if m.replayed {
		if g.replaying--; g.replaying == 0 {
			g.truncateParked()
		}
		return
	}
	g.finished++
}

// cursor is up to where everything is done.
func (g *group) cursor() int64 {
	at := g.read
	lower := func(m *message) {
		if !m.replayed {
			at = min(at, m.before)
		}
	}
	for _, queue := range [][]*message{g.retries, g.pending, g.unparked} {
		for _, m := range queue {
			lower(m)
		}
	}
	for _, m := range g.outstanding {
		lower(m)
	}
	return at
}

// storePatience bounds an exchange with the storage.
const storePatience = 5 * time.Second

// save keeps how far everything is done. When it fails the next try does it:
// nothing is lost, some events come again after a restart.
func (g *group) save() {
	at := g.cursor()
	g.finished = 0
	if at == g.Cursor {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storePatience)
	defer cancel()
	if err := g.store.MoveGroup(ctx, g.Key, at); err != nil {
		g.log.Warn("checkpoint of a persistent subscription not kept", slog.Any("error", err))
		g.finished = 1
		return
	}
	g.Cursor = at
}

// follow reads the source behind a cursor, for ever, as fast as the group takes.
func (g *group) follow(ctx context.Context, after int64) {
	for backoff := tick; ctx.Err() == nil; backoff = min(2*backoff, time.Second) {
		for signal, err := range g.signals(ctx, after) {
			if errors.As(err, new(*engine.DeletedError)) {
				return // for ever: nothing will follow
			}
			if err != nil {
				break
			}
			i := item{event: signal.Event, cursor: signal.Checkpoint}
			switch {
			case signal.CaughtUp:
				continue
			case signal.Event != nil && g.Source == All:
				i.cursor = signal.Event.Position
			case signal.Event != nil:
				i.cursor = signal.Event.Revision
			}
			select {
			case g.feed <- i:
				after, backoff = i.cursor, tick
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-time.After(backoff):
		case <-ctx.Done():
		}
	}
}
