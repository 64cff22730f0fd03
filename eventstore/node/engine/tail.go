package engine

import (
	"sort"
	"sync"
)

const (
	tailEvents = 100_000
	tailBytes  = 64 << 20
	tailRead   = 512 // events handed out at once
)

// tail holds the newest events without a hole, so that live subscriptions and
// those slightly behind need no query. Subscribers pull with a cursor of their
// own, which makes the seam between history and live one comparison.
type tail struct {
	mu      sync.RWMutex
	events  []*Event
	bytes   int64
	floor   int64 // position up to which the tail does not reach back
	last    int64 // position of the newest event of the log
	notify  chan struct{}
	waiters map[string]*waiter // by stream
}

// waiter wakes the subscriptions to one stream.
type waiter struct {
	wake chan struct{}
	refs int
}

// newTail starts an empty tail behind the given last position of the log.
func newTail(last int64) *tail {
	return &tail{
		floor: last, last: last,
		notify: make(chan struct{}), waiters: map[string]*waiter{},
	}
}

// publish adds committed events, which follow each other in the log.
func (t *tail) publish(events []*Event) {
	if len(events) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		t.events = append(t.events, e)
		t.bytes += e.size()
		if w, ok := t.waiters[e.Stream]; ok {
			close(w.wake)
			delete(t.waiters, e.Stream)
		}
	}
	t.last = events[len(events)-1].Position
	for len(t.events) > tailEvents || t.bytes > tailBytes {
		t.floor = t.events[0].Position
		t.bytes -= t.events[0].size()
		t.events[0] = nil
		t.events = t.events[1:]
	}
	close(t.notify)
	t.notify = make(chan struct{})
}

// slice is what the tail knows behind a position.
type slice struct {
	events []*Event
	end    bool            // nothing follows the events yet
	more   <-chan struct{} // closed when something does
}

// after reads events behind a position. It answers false when the tail does
// not reach back that far.
func (t *tail) after(position int64) (slice, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if position < t.floor {
		return slice{}, false
	}
	from := sort.Search(len(t.events), func(i int) bool { return t.events[i].Position > position })
	to := min(from+tailRead, len(t.events))
	events := append([]*Event(nil), t.events[from:to]...)
	return slice{events: events, end: to == len(t.events), more: t.notify}, true
}

// position is that of the newest published event, 0 for an empty log.
func (t *tail) position() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.last
}

// stream is a channel that is closed at the next event of a stream: take it
// before reading the stream, and nothing is missed. Call release when done.
func (t *tail) stream(name string) (wake <-chan struct{}, release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w, ok := t.waiters[name]
	if !ok {
		w = &waiter{wake: make(chan struct{})}
		t.waiters[name] = w
	}
	w.refs++
	return w.wake, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if w.refs--; w.refs == 0 && t.waiters[name] == w {
			delete(t.waiters, name)
		}
	}
}
