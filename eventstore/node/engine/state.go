package engine

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

const (
	headCacheSize = 100_000 // streams
	headRecent    = 16      // events remembered of each, at least
)

// state is what the writer knows of the log. One goroutine owns it, and throws
// it away at the first failed commit.
type state struct {
	writer  Writer
	heads   map[string]*head
	ids     *idCache // pending events included
	last    int64    // position of the newest event, pending ones included
	pending []*Event // decided, not yet stored
}

// head is the end of a stream, pending events included.
type head struct {
	last       int64 // NoRevision without events
	tombstoned bool
	// recent are the newest events up to last, all pending ones among them: a
	// conflict or a repeat nearly always concerns these, and needs no query.
	recent []Location
	// data is the newest event's payload, and metadata what it says, if this is
	// a metadata stream.
	data     []byte
	metadata Metadata
}

// newState takes the right to write and reads what is needed for it.
func newState(ctx context.Context, store Store) (*state, error) {
	w, err := store.Writer(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := w.Recent(ctx, idCacheSize)
	if err != nil {
		w.Close()
		return nil, err
	}
	s := &state{writer: w, heads: map[string]*head{}, ids: newIDCache()}
	for _, at := range recent {
		s.ids.add(at)
		s.last = at.Position
	}
	return s, nil
}

// load reads the heads that writing to the streams depends on. Nothing is
// pending, so any other may be forgotten.
func (s *state) load(ctx context.Context, streams []string) error {
	for stream := range s.heads {
		if len(s.heads) <= headCacheSize {
			break
		}
		delete(s.heads, stream)
	}
	var unknown []string
	want := func(stream string) {
		if _, ok := s.heads[stream]; !ok {
			s.heads[stream] = &head{last: NoRevision}
			unknown = append(unknown, stream)
		}
	}
	for _, stream := range streams {
		want(stream)
		if of, ok := original(stream); ok {
			want(of)
		} else {
			want(MetadataStream(stream))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	newest, err := s.writer.Heads(ctx, unknown)
	if err != nil {
		return err
	}
	for _, e := range newest {
		s.heads[e.Stream].add(e)
	}
	return nil
}

// add makes e the newest event of the stream.
func (h *head) add(e *Event) {
	if e.Revision == DeletedRevision {
		h.tombstoned = true
		return
	}
	h.last = e.Revision
	h.recent = append(h.recent, locate(e))
	if _, ok := original(e.Stream); ok {
		h.data, h.metadata = e.Data, parseMetadata(e.Data)
	}
}

// put decides that an event is written next and gives it the next position. All
// later decisions see it, although it is not stored yet.
func (s *state) put(stream string, revision int64, p Proposed) *Event {
	e := &Event{
		Stream: stream, Revision: revision,
		ID: p.ID, Type: p.Type, JSON: p.JSON, Data: p.Data, Metadata: p.Metadata,
		Created: ticks(time.Now()),
	}
	s.last += e.size()
	e.Position = s.last
	s.heads[stream].add(e)
	s.ids.add(locate(e))
	s.pending = append(s.pending, e)
	return e
}

// putMetadata decides that a stream's metadata is written next.
func (s *state) putMetadata(stream string, data []byte) *Event {
	name := MetadataStream(stream)
	return s.put(name, s.heads[name].last+1, Proposed{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: data})
}

// flush stores the pending events and returns them.
func (s *state) flush(ctx context.Context) ([]*Event, error) {
	stored := s.pending
	s.pending = nil
	if len(stored) == 0 {
		return nil, nil
	}
	if err := s.writer.Insert(ctx, stored); err != nil {
		return nil, err
	}
	for _, e := range stored {
		if h := s.heads[e.Stream]; len(h.recent) > 2*headRecent {
			h.recent = slices.Delete(h.recent, 0, len(h.recent)-headRecent)
		}
	}
	return stored, nil
}

func locate(e *Event) Location {
	return Location{ID: e.ID, Stream: e.Stream, Revision: e.Revision, Position: e.Position}
}
