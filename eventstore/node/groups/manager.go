package groups

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"aftersales/eventstore/node/engine"
)

// Manager keeps all groups of a log at work. Its methods may be called from
// many goroutines.
type Manager struct {
	engine *engine.Engine
	store  Store
	log    *slog.Logger

	mu     sync.Mutex
	groups map[Key]*group
}

// Open takes up all groups where they were.
func Open(ctx context.Context, eng *engine.Engine, store Store, log *slog.Logger) (*Manager, error) {
	m := &Manager{engine: eng, store: store, log: log, groups: map[Key]*group{}}
	return m, m.load(ctx)
}

func (m *Manager) load(ctx context.Context) error {
	all, err := m.store.Groups(ctx)
	if err != nil {
		return err
	}
	for _, g := range all {
		if err := m.start(g); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manager) start(g Group) error {
	match, err := g.Filter.Compile()
	if err != nil {
		return err
	}
	m.groups[g.Key] = start(m.engine, m.store, m.log, g, match)
	return nil
}

// Close ends all groups; they keep how far they are.
func (m *Manager) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closeAll(engine.ErrUnavailable)
}

func (m *Manager) closeAll(cause error) {
	for key, g := range m.groups {
		g.end(cause)
		delete(m.groups, key)
	}
}

// Restart ends all groups and takes them up again.
func (m *Manager) Restart(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closeAll(ErrDropped)
	return m.load(ctx)
}

// Create begins a group: ErrExists.
func (m *Manager) Create(ctx context.Context, g Group) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.groups[g.Key] != nil {
		return ErrExists
	}
	if err := m.store.PutGroup(ctx, g); err != nil {
		return err
	}
	return m.start(g)
}

// Update changes a group's settings and drops its consumers: ErrMissing. It
// goes on where it was, with the same filter.
func (m *Manager) Update(ctx context.Context, g Group) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.groups[g.Key]
	if old == nil {
		return ErrMissing
	}
	old.end(ErrDropped)
	g.Filter, g.Cursor = old.Filter, old.Cursor
	if err := m.store.PutGroup(ctx, g); err != nil {
		_ = m.start(old.Group) // compiled before
		return err
	}
	return m.start(g)
}

// Delete ends a group and what it parked: ErrMissing.
func (m *Manager) Delete(ctx context.Context, k Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.groups[k]
	if g == nil {
		return ErrMissing
	}
	if err := m.store.DropGroup(ctx, k); err != nil {
		return err
	}
	g.end(ErrDropped)
	delete(m.groups, k)
	_, err := m.engine.Write(ctx, engine.Write{Kind: engine.Delete, Stream: k.parked(), Expected: engine.ExpectAny})
	if _, never := errors.AsType[*engine.WrongVersionError](err); never {
		err = nil // nothing was ever parked
	}
	return err
}

// on does something in a group's goroutine: ErrMissing, ErrDropped.
func (m *Manager) on(k Key, do func(*group) error) error {
	m.mu.Lock()
	g := m.groups[k]
	m.mu.Unlock()
	if g == nil {
		return ErrMissing
	}
	err := ErrDropped
	g.call(func() { err = do(g) })
	return err
}

// Join begins a consumer with room for so many events: ErrMissing, ErrFull.
func (m *Manager) Join(k Key, name string, size int) (*Consumer, error) {
	c := &Consumer{name: name, size: size, messages: make(chan Message, size), ended: make(chan struct{})}
	return c, m.on(k, func(g *group) error { return g.join(c) })
}

// Replay hands out parked events again, those with a revision in the parked
// stream below stopAt: ErrMissing.
func (m *Manager) Replay(ctx context.Context, k Key, stopAt int64) error {
	return m.on(k, func(g *group) error { return g.replay(ctx, stopAt) })
}

// Info tells how a group stands: ErrMissing.
func (m *Manager) Info(ctx context.Context, k Key) (i Info, err error) {
	err = m.on(k, func(g *group) error {
		i, err = g.info(ctx)
		return err
	})
	return i, err
}

// List tells how all groups stand, or those of one source.
func (m *Manager) List(ctx context.Context, source string) ([]Info, error) {
	m.mu.Lock()
	var keys []Key
	for k := range m.groups {
		if source == "" || k.Source == source {
			keys = append(keys, k)
		}
	}
	m.mu.Unlock()
	slices.SortFunc(keys, func(a, b Key) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Name, b.Name)) })
	all := make([]Info, 0, len(keys))
	for _, k := range keys {
		i, err := m.Info(ctx, k)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

func (g *group) info(ctx context.Context) (i Info, err error) {
	i = Info{
		Group: g.Group, LastKnown: g.read, Total: g.total,
		Retries: len(g.retries), Pending: len(g.pending), Outstanding: len(g.outstanding),
	}
	for _, c := range g.consumers {
		i.Consumers = append(i.Consumers, ConsumerInfo{Name: c.name, Total: c.total, Slots: c.size - c.inFlight, InFlight: c.inFlight})
	}
	parked, err := g.stillParked(ctx)
	i.ParkedEvents = len(parked)
	return i, err
}
