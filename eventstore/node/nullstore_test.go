package node

import (
	"context"
	"slices"
	"sort"
	"sync"

	"aftersales/eventstore/node/engine"
)

// nullStore keeps the log in memory and costs as little as possible: what a node
// on it can do is what the protocol and the engine allow. One that forgets takes
// appends only, and does not make the garbage collector walk what was appended.
type nullStore struct {
	engine.Store // of which nothing else is needed
	forgets      bool
	mu           sync.RWMutex
	log          []*engine.Event
	streams      map[string][]*engine.Event
}

func newNullStore(forgets bool) *nullStore {
	return &nullStore{forgets: forgets, streams: map[string][]*engine.Event{}}
}

func (s *nullStore) Writer(context.Context) (engine.Writer, error) { return &nullWriter{store: s}, nil }
func (s *nullStore) Ping(context.Context) error                    { return nil }
func (s *nullStore) Close()                                        {}

func (s *nullStore) Info(_ context.Context, stream string) (engine.Info, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return engine.Info{Last: int64(len(s.streams[stream])) - 1}, nil
}

func (s *nullStore) Page(_ context.Context, source string, r engine.Range) (engine.Page, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if source == engine.All {
		return page(s.log, r, func(e *engine.Event) int64 { return e.Position }), nil
	}
	return page(s.streams[source], r, func(e *engine.Event) int64 { return e.Revision }), nil
}

func page(events []*engine.Event, r engine.Range, key func(*engine.Event) int64) engine.Page {
	from := sort.Search(len(events), func(i int) bool { return key(events[i]) >= r.From })
	to := sort.Search(len(events), func(i int) bool { return key(events[i]) > r.To })
	found := slices.Clone(events[from:to])
	if r.Backwards {
		slices.Reverse(found)
	}
	if len(found) > r.Limit {
		return engine.Page{Events: found[:r.Limit], More: true}
	}
	return engine.Page{Events: found}
}

type nullWriter struct {
	engine.Writer
	store *nullStore
}

func (w *nullWriter) Heads(context.Context, []string) ([]*engine.Event, error) { return nil, nil }
func (w *nullWriter) Recent(context.Context, int) ([]engine.Location, error)   { return nil, nil }
func (w *nullWriter) Check(context.Context) error                              { return nil }
func (w *nullWriter) Close()                                                   {}

func (w *nullWriter) Insert(_ context.Context, events []*engine.Event) error {
	if w.store.forgets {
		return nil
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.log = append(w.store.log, events...)
	for _, e := range events {
		w.store.streams[e.Stream] = append(w.store.streams[e.Stream], e)
	}
	return nil
}
