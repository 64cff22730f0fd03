package groups

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
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
	replayed bool   // comes from the parked ones
	reason   string // why it is to be parked, after that failed
	consumer *Consumer
	deadline time.Time
}

// group is a group at work. One goroutine owns all but its channels.
type group struct {
	Group
	engine *engine.Engine
	store  Store
	log    *slog.Logger
	match  engine.Match
	calls  chan func()
	feed   chan engine.Signal
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

func start(eng *engine.Engine, store Store, log *slog.Logger, g Group, match engine.Match) *group {
	ctx, cancel := context.WithCancelCause(context.Background())
	w := &group{
		Group: g, engine: eng, store: store, log: log.With(slog.String("group", g.Name), slog.String("source", g.Source)),
		match: match, calls: make(chan func()), feed: make(chan engine.Signal), stop: cancel, done: make(chan struct{}),
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

// call runs f in the group's goroutine, unless the group has ended.
func (g *group) call(f func()) {
	ran := make(chan struct{})
	select {
	case g.calls <- func() { f(); close(ran) }:
		<-ran
	case <-g.done:
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
				c.cause = context.Cause(ctx)
				close(c.ended)
			}
			return
		case f := <-g.calls:
			f()
		case s := <-feed:
			g.take(s)
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

func (g *group) take(s engine.Signal) {
	if s.Event != nil {
		g.pending = append(g.pending, &message{event: s.Event, before: g.read})
	}
	g.read = s.At
}

// dispatch hands out what there is, what comes again before what is new.
func (g *group) dispatch() {
	g.retries = g.offer(g.retries)
	g.pending = g.offer(g.pending)
}

// offer hands out as much of a queue as consumers have room for, and answers the
// rest.
func (g *group) offer(queue []*message) []*message {
	full := false
	return slices.DeleteFunc(queue, func(m *message) bool {
		if full || g.outstanding[m.event.ID] != nil { // of the same id twice an ack would not say which
			return false
		}
		c, others := g.choose.consumer(g.consumers, m.event)
		full = c == nil && !others
		if c != nil {
			g.hand(c, m)
		}
		return c != nil
	})
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

func (g *group) answer(c *Consumer, ids []uuid.UUID, action Action, reason string) {
	if action == Leave {
		return
	}
	for _, id := range ids {
		m := g.give(c, id)
		switch {
		case m == nil:
		case action == Park:
			g.park(m, reason)
		case action == Done:
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
	g.takeBack(func(m *message) bool { return !m.deadline.IsZero() && now.After(m.deadline) })
}

func (g *group) takeBack(which func(*message) bool) {
	var back []*message
	for _, m := range g.outstanding {
		if which(m) {
			back = append(back, m)
		}
	}
	slices.SortFunc(back, func(a, b *message) int { return cmp.Compare(a.event.Position, b.event.Position) })
	for _, m := range back {
		g.again(g.give(m.consumer, m.event.ID))
	}
}

func (g *group) join(c *Consumer) error {
	if g.MaxSubscribers > 0 && len(g.consumers) >= int(g.MaxSubscribers) {
		return ErrFull
	}
	c.group = g
	g.consumers = append(g.consumers, c)
	return nil
}

func (g *group) leave(c *Consumer) {
	g.consumers = slices.DeleteFunc(g.consumers, func(o *Consumer) bool { return o == c })
	g.takeBack(func(m *message) bool { return m.consumer == c })
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
	for _, m := range slices.Concat(g.retries, g.pending, g.unparked, slices.Collect(maps.Values(g.outstanding))) {
		if !m.replayed {
			at = min(at, m.before)
		}
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

// searchInterval is how many events of the log that do not match go by between
// two movements of a group's cursor.
const searchInterval = 1000

// follow reads the source behind a cursor, for ever, as fast as the group takes.
func (g *group) follow(ctx context.Context, after int64) {
	for backoff := tick; ctx.Err() == nil; backoff = min(2*backoff, time.Second) {
		for signal, err := range g.engine.Subscribe(ctx, g.Source, after, g.match, searchInterval) {
			if errors.As(err, new(*engine.DeletedError)) {
				return // for ever: nothing will follow
			}
			if err != nil {
				break
			}
			select {
			case g.feed <- signal:
				after, backoff = signal.At, tick
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
