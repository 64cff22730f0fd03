package commands

import (
	"context"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"aftersales/eventstore"
)

// cachedStreams is how many folded streams are kept; the least recently used
// is dropped and folded again when needed.
const cachedStreams = 8192

// cache keeps folded streams, so that a load reads only the tail. It is never
// trusted: every load reads what came after, every append names the revision.
type cache struct {
	entries *lru.Cache[string, *folded]
}

// folded is a stream as far as it was read. Its lock is held while a command
// loads, decides and appends, so that commands of this process queue instead
// of conflicting; the exact revision guards against other processes.
type folded struct {
	lock     chan struct{}
	state    any
	exists   bool
	revision uint64 // of the last event, when exists
	position eventstore.Position
	since    time.Time              // when the first event was recorded
	at       time.Time              // when the last event was recorded
	written  map[uuid.UUID]written  // by event id
	commands map[uuid.UUID]struct{} // that appended to the stream, themselves or by consequence
}

// written is where an event stands and the request hash of its command.
type written struct {
	revision uint64
	hash     string
}

func newCache() *cache {
	entries, err := lru.New[string, *folded](cachedStreams)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &cache{entries: entries}
}

// acquire answers the stream's entry, locked; release gives it back.
func (c *cache) acquire(ctx context.Context, stream string) (f *folded, release func(), err error) {
	fresh := &folded{
		lock: make(chan struct{}, 1), written: map[uuid.UUID]written{}, commands: map[uuid.UUID]struct{}{},
	}
	if f, found, _ := c.entries.PeekOrAdd(stream, fresh); found {
		fresh = f
		c.entries.Get(stream) // marks it as used
	}
	select {
	case fresh.lock <- struct{}{}:
		return fresh, func() { <-fresh.lock }, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// expected is what an append after the entry's last event expects.
func (f *folded) expected() eventstore.Expected {
	if !f.exists {
		return eventstore.NoStream()
	}
	return eventstore.At(f.revision)
}

// next is the revision that the next event of the stream gets.
func (f *folded) next() uint64 {
	if !f.exists {
		return 0
	}
	return f.revision + 1
}

// advance takes one more event into the entry.
func (f *folded) advance(state any, e eventstore.Envelope) {
	if !f.exists {
		f.since = e.Meta.RecordedAt
	}
	f.state = state
	f.exists = true
	f.revision = e.Revision
	f.position = e.Position
	f.at = e.Meta.RecordedAt
	f.written[e.ID] = written{e.Revision, e.Meta.RequestHash}
	f.commands[e.Meta.CommandID] = struct{}{}
}
