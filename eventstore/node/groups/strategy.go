package groups

import (
	"hash/fnv"
	"slices"

	"aftersales/eventstore/node/engine"
)

// strategy chooses who gets an event.
type strategy interface {
	// consumer is one with room, nil if there is none for this event; others
	// says that there may be one for another event.
	consumer(all []*Consumer, e *engine.Event) (c *Consumer, others bool)
}

func newStrategy(name string) strategy {
	switch name {
	case DispatchToSingle:
		return single{}
	case Pinned:
		return &pinned{owners: map[uint32]*Consumer{}}
	}
	return &roundRobin{}
}

// single gives everything to the first consumer that has room.
type single struct{}

func (single) consumer(all []*Consumer, _ *engine.Event) (*Consumer, bool) {
	if i := slices.IndexFunc(all, (*Consumer).hasRoom); i >= 0 {
		return all[i], true
	}
	return nil, false
}

// roundRobin gives to one after the other.
type roundRobin struct{ next int }

func (r *roundRobin) consumer(all []*Consumer, _ *engine.Event) (*Consumer, bool) {
	for range all {
		c := all[r.next%len(all)]
		r.next = (r.next + 1) % len(all)
		if c.hasRoom() {
			return c, true
		}
	}
	return nil, false
}

// buckets is over how many the streams are spread.
const buckets = 1024

// pinned gives the events of a stream to the same consumer as long as it stays;
// of a link it goes by the stream that it leads to.
type pinned struct{ owners map[uint32]*Consumer }

func (p *pinned) consumer(all []*Consumer, e *engine.Event) (*Consumer, bool) {
	if !slices.ContainsFunc(all, (*Consumer).hasRoom) {
		return nil, false
	}
	stream := e.Stream
	if to, _, ok := e.Link(); ok {
		stream = to
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(stream)) // never fails
	bucket := hash.Sum32() % buckets
	owner := p.owners[bucket]
	if !slices.Contains(all, owner) {
		owner = p.least(all)
		p.owners[bucket] = owner
	}
	if !owner.hasRoom() {
		return nil, true
	}
	return owner, true
}

// least is the consumer that owns the fewest streams.
func (p *pinned) least(all []*Consumer) *Consumer {
	owned := map[*Consumer]int{}
	for _, c := range p.owners {
		owned[c]++
	}
	return slices.MinFunc(all, func(a, b *Consumer) int { return owned[a] - owned[b] })
}
