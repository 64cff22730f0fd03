package engine

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// Write is a request to change one stream.
type Write struct {
	Kind     Kind
	Stream   string
	Expected Expected
	Events   []Proposed // of an Append only
}

// Kind is what a Write does.
type Kind int

// The kinds of Write.
const (
	Append    Kind = iota
	Delete         // soft: the stream reads as absent until something is appended
	Tombstone      // the stream can never be used again
)

// Result says where the last event of a write is.
type Result struct {
	Revision int64 // NoRevision after an empty append to an empty stream
	Position int64 // 0 if nothing was written
}

// apply decides one write and adds its events to the pending ones.
func (s *state) apply(ctx context.Context, w Write) (Result, error) {
	switch w.Kind {
	case Append:
		return s.append(ctx, w)
	case Delete:
		return s.delete(ctx, w)
	case Tombstone:
		return s.tombstone(ctx, w)
	}
	return Result{}, fmt.Errorf("unknown kind of write %d", w.Kind)
}

// append writes events, and with them the metadata that makes a soft-deleted
// stream readable again: from its new events on, never from revision 0.
func (s *state) append(ctx context.Context, w Write) (Result, error) {
	ids := make([]uuid.UUID, len(w.Events))
	for i, p := range w.Events {
		ids[i] = p.ID
	}
	repeat, err := s.check(ctx, w.Stream, w.Expected, ids)
	if err != nil {
		return Result{}, err
	}
	if repeat != nil {
		return Result{Revision: repeat.Revision, Position: repeat.Position}, nil
	}
	recreated, first := s.recreates(w.Stream)
	result := Result{Revision: s.heads[w.Stream].last}
	for _, p := range w.Events {
		e := s.put(w.Stream, s.heads[w.Stream].last+1, p)
		result = Result{Revision: e.Revision, Position: e.Position}
	}
	if recreated != "" {
		s.putMetadata(recreated, recreation(s.heads[MetadataStream(recreated)].data, first))
	}
	return result, nil
}

// recreates names the soft-deleted stream that an append to a stream, or to its
// metadata, brings back, and the first revision that will be visible in it.
func (s *state) recreates(stream string) (string, int64) {
	of, ok := original(stream)
	if !ok {
		of = stream
	}
	if !s.softDeleted(of) {
		return "", 0
	}
	return of, s.heads[of].last + 1
}

// delete replaces the metadata, as EventStoreDB does: other settings go too. A
// fresh id makes sure that it is never taken for a repeat.
func (s *state) delete(ctx context.Context, w Write) (Result, error) {
	if _, err := s.check(ctx, w.Stream, w.Expected, []uuid.UUID{uuid.New()}); err != nil {
		return Result{}, err
	}
	last := s.heads[w.Stream].last
	if last == NoRevision {
		return Result{}, &WrongVersionError{Stream: w.Stream, Expected: w.Expected, Current: last}
	}
	e := s.putMetadata(w.Stream, softDeletion())
	return Result{Revision: last, Position: e.Position}, nil
}

// tombstone may also close a name that was never used.
func (s *state) tombstone(ctx context.Context, w Write) (Result, error) {
	if _, err := s.check(ctx, w.Stream, w.Expected, []uuid.UUID{uuid.New()}); err != nil {
		return Result{}, err
	}
	e := s.put(w.Stream, DeletedRevision, Proposed{ID: uuid.New(), Type: TypeTombstone})
	return Result{Revision: e.Revision, Position: e.Position}, nil
}
