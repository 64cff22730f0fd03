package projections

import (
	"context"
	"sync"

	"aftersales/eventstore"
)

// model is a projection at work in this process.
type model struct {
	tables

	mu       sync.Mutex
	position eventstore.Position
	least    eventstore.Position // to be reached before anything is read
	moved    chan struct{}       // closed when position rises
	failure  error               // of the last attempt, nil when it succeeded
	lease    int64               // epoch in which this process holds it, 0: it does not
	taken    chan struct{}       // closed when lease changes
}

func newModel(p Projection) *model {
	return &model{
		tables: tables{Projection: p, schema: p.Name}, moved: make(chan struct{}), taken: make(chan struct{}),
	}
}

// begin notes where the read model is when the program starts.
func (m *model) begin(c checkpoint) {
	m.advance(c.position)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.least = c.least
}

// watch is the position that the read model is known to have reached, a channel
// that closes when that rises, and whether it may be read.
func (m *model) watch() (at eventstore.Position, moved <-chan struct{}, complete bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.position, m.moved, m.position >= m.least
}

// advance wakes those who wait for the position; it never goes back.
func (m *model) advance(p eventstore.Position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p > m.position {
		m.position = p
		close(m.moved)
		m.moved = make(chan struct{})
	}
}

// hold notes the epoch in which this process holds the projection, 0 when it
// does not.
func (m *model) hold(epoch int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if epoch != m.lease {
		m.lease = epoch
		close(m.taken)
		m.taken = make(chan struct{})
	}
}

func (m *model) epoch() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lease
}

// held waits until this process holds the projection.
func (m *model) held(ctx context.Context) (epoch int64, err error) {
	for {
		m.mu.Lock()
		epoch, taken := m.lease, m.taken
		m.mu.Unlock()
		if epoch > 0 {
			return epoch, nil
		}
		select {
		case <-taken:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (m *model) tried(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failure = err
}

func (m *model) health() (failure error, held bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failure, m.lease > 0
}
