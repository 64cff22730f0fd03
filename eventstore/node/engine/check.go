package engine

import (
	"context"

	"github.com/google/uuid"
)

// check decides whether events with the given ids may follow in a stream. It
// returns a location if they are stored already, as the append is then a repeat
// and that is where its last event is; otherwise they are to be written. The
// stream's heads are loaded.
//
// The order of the tests is EventStoreDB's own: clients rely on which answer
// wins. A WrongVersionError or a DeletedError is the answer to the caller, any
// other error comes from the storage.
func (s *state) check(ctx context.Context, stream string, expected Expected, ids []uuid.UUID) (*Location, error) {
	last := s.heads[stream].last
	wrong := &WrongVersionError{Stream: stream, Expected: expected, Current: last}
	switch {
	case s.tombstoned(stream):
		return nil, &DeletedError{stream}
	case expected == ExpectExists && s.softDeleted(stream):
		return nil, &DeletedError{stream}
	case expected == ExpectExists && last == NoRevision && !s.described(stream):
		return nil, wrong
	case expected == ExpectExists, expected == ExpectAny:
		return s.cached(stream, ids, wrong)
	case int64(expected) == last:
		return nil, nil
	case int64(expected) > last:
		return nil, wrong
	}
	return s.stored(ctx, stream, expected, ids, wrong)
}

// cached looks the ids up among the newest events of the log.
func (s *state) cached(stream string, ids []uuid.UUID, wrong error) (*Location, error) {
	var found *Location
	for i, id := range ids {
		at, ok := s.ids.find(id, stream)
		switch {
		case ok:
			found = &at
		case i == 0:
			return nil, nil
		default:
			return nil, wrong
		}
	}
	return found, nil
}

// stored compares the ids with the events that follow the expected revision.
func (s *state) stored(ctx context.Context, stream string, expected Expected, ids []uuid.UUID, wrong error) (*Location, error) {
	from := int64(expected) + 1
	followers, err := s.between(ctx, stream, from, min(from+int64(len(ids))-1, s.heads[stream].last))
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if i < len(followers) && followers[i].ID == id {
			continue
		}
		if i == 0 && expected == ExpectNoStream && s.softDeleted(stream) {
			return nil, nil
		}
		return nil, wrong
	}
	if len(ids) == 0 {
		return nil, wrong
	}
	return &followers[len(ids)-1], nil
}

// between says where the events with from ≤ revision ≤ to are. Those that are
// not recent are stored, never pending.
func (s *state) between(ctx context.Context, stream string, from, to int64) ([]Location, error) {
	h := s.heads[stream]
	known := h.last - int64(len(h.recent)) + 1 // first recent revision
	var out []Location
	if from < known && from <= to {
		older, err := s.writer.IDs(ctx, stream, from, min(to, known-1))
		if err != nil {
			return nil, err
		}
		out = older
	}
	for revision := max(from, known); revision <= to; revision++ {
		out = append(out, h.recent[revision-known])
	}
	return out, nil
}

// tombstoned tells whether a stream is deleted for ever; its metadata goes with it.
func (s *state) tombstoned(stream string) bool {
	of, ok := original(stream)
	return s.heads[stream].tombstoned || ok && s.heads[of].tombstoned
}

// described tells whether a stream has metadata.
func (s *state) described(stream string) bool {
	h, ok := s.heads[MetadataStream(stream)]
	return ok && h.last != NoRevision
}

func (s *state) softDeleted(stream string) bool {
	h, ok := s.heads[MetadataStream(stream)]
	return ok && h.metadata.softDeleted()
}
