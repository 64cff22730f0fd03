package groups

import "github.com/google/uuid"

// Consumer is one reader of a group. Its methods may be called from many
// goroutines; a consumer that has left or was dropped is told nothing more.
type Consumer struct {
	name     string
	group    *group
	size     int
	messages chan Message
	ended    chan struct{}
	cause    error

	// Owned by the group.
	inFlight int
	total    int64
}

// hasRoom also counts what the consumer has not fetched yet, though its time was over.
func (c *Consumer) hasRoom() bool {
	return c.inFlight < c.size && len(c.messages) < cap(c.messages)
}

// Messages are the events for this consumer.
func (c *Consumer) Messages() <-chan Message { return c.messages }

// Dropped is closed when the group let the consumer go; Err says why.
func (c *Consumer) Dropped() <-chan struct{} { return c.ended }

// Err is why the consumer was dropped, once Dropped is closed.
func (c *Consumer) Err() error { return c.cause }

// Answer says what is to happen with events, by their ids, and why.
func (c *Consumer) Answer(ids []uuid.UUID, action Action, reason string) {
	c.group.call(func() { c.group.answer(c, ids, action, reason) })
}

// Leave gives back what the consumer has not answered.
func (c *Consumer) Leave() { c.group.call(func() { c.group.leave(c) }) }
