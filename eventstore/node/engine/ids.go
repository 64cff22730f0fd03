package engine

import "github.com/google/uuid"

// idCacheSize bounds how far back a repeated append with Any is recognised.
const idCacheSize = 100_000

// idCache finds the newest events by id. It only serves appends that expect no
// exact revision, for which recognising a repeat is best effort.
type idCache struct {
	byID map[uuid.UUID]Location
	ring []Location // in order of arrival, next is the oldest
	next int
}

func newIDCache() *idCache { return &idCache{byID: map[uuid.UUID]Location{}} }

func (c *idCache) add(at Location) {
	if len(c.ring) < idCacheSize {
		c.ring = append(c.ring, at)
	} else {
		old := c.ring[c.next]
		if c.byID[old.ID].Position == old.Position {
			delete(c.byID, old.ID)
		}
		c.ring[c.next] = at
		c.next = (c.next + 1) % idCacheSize
	}
	c.byID[at.ID] = at
}

// find looks for an event by its id and its stream: the same id may be used
// again in another stream.
func (c *idCache) find(id uuid.UUID, stream string) (Location, bool) {
	at, ok := c.byID[id]
	return at, ok && at.Stream == stream
}
