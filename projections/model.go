package projections

import (
	"sync"

	"aftersales/eventstore"
)

// model is a projection at work in this process.
type model struct {
	Projection

	mu         sync.Mutex
	position   eventstore.Position
	moved      chan struct{} // closed when position rises
	failure    error         // of the last attempt, nil when it succeeded
	rebuilding bool
}

func newModel(p Projection) *model {
	return &model{Projection: p, moved: make(chan struct{})}
}

// watch is the position that the read model is known to have reached, and a
// channel that closes when that rises.
func (m *model) watch() (eventstore.Position, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.position, m.moved
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

func (m *model) tried(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failure = err
}

func (m *model) setRebuilding(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rebuilding = on
}

func (m *model) health() (failure error, rebuilding bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failure, m.rebuilding
}
