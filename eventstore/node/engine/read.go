package engine

import (
	"context"
	"iter"
	"math"
	"time"
)

// End is the revision or position after the last event.
const End = math.MaxInt64

// Pages are small for short streams and grow for long reads.
const (
	pageFirst = 128
	pageMax   = 1024
)

// events reads up to count events of a stream or of All that match, page by
// page. Pages that were cut because their events are big become smaller again.
func (e *Engine) events(ctx context.Context, source string, r Range, count uint64, match Match) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		limit := int(min(pageFirst, count))
		for r.From <= r.To && count > 0 {
			r.Limit = int(min(uint64(limit), max(count, pageFirst)))
			page, err := e.store.Page(ctx, source, r)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, event := range page.Events {
				if match != nil && !match(event) {
					continue
				}
				if count--; !yield(event, nil) || count == 0 {
					return
				}
			}
			n := len(page.Events)
			if !page.More || n == 0 {
				return
			}
			if n < r.Limit {
				limit = n
			} else {
				limit = min(4*limit, pageMax)
			}
			if edge := page.Events[n-1].at(source); r.Backwards {
				r.To = edge - 1
			} else {
				r.From = edge + 1
			}
		}
	}
}

// ReadStream reads up to count visible events of a stream, from a revision
// (inclusive) or End. A read ends with an error as its last element:
// ErrNotFound, DeletedError, ErrUnavailable or the context's.
func (e *Engine) ReadStream(ctx context.Context, stream string, from int64, backwards bool, count uint64) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		info, err := e.store.Info(ctx, stream)
		switch {
		case err != nil:
		case info.Tombstoned:
			err = &DeletedError{stream}
		case info.Last == NoRevision, parseMetadata(info.Metadata).softDeleted():
			err = ErrNotFound
		}
		if err != nil {
			yield(nil, err)
			return
		}
		r := Range{From: from, To: info.Last}
		if backwards {
			r = Range{From: 0, To: min(from, info.Last), Backwards: true}
		}
		e.visible(ctx, stream, info, r, count)(yield)
	}
}

// visible reads the events of a range that the stream's metadata does not hide.
func (e *Engine) visible(ctx context.Context, stream string, info Info, r Range, count uint64) iter.Seq2[*Event, error] {
	meta := parseMetadata(info.Metadata)
	if _, ok := original(stream); ok {
		meta = Metadata{MaxCount: 1} // only the newest metadata counts
	}
	r.From = max(r.From, meta.first(info.Last), 0)
	oldest := meta.oldest(time.Now())
	return e.events(ctx, stream, r, count, func(e *Event) bool { return e.Created >= oldest })
}

// ReadAll reads up to count events of the log that match: forwards from a
// position (inclusive), or backwards from one (exclusive), or from End.
func (e *Engine) ReadAll(ctx context.Context, from int64, backwards bool, count uint64, match Match) iter.Seq2[*Event, error] {
	r := Range{From: from, To: e.tail.position()}
	if backwards {
		r = Range{From: 0, To: min(from-1, r.To), Backwards: true}
	}
	return e.events(ctx, All, r, count, shown(match))
}

// Event reads one event that a link points to: nil if it is not visible any
// more.
func (e *Engine) Event(ctx context.Context, stream string, revision int64) (*Event, error) {
	info, err := e.store.Info(ctx, stream)
	if err != nil || info.Tombstoned || parseMetadata(info.Metadata).softDeleted() {
		return nil, err
	}
	for event, err := range e.visible(ctx, stream, info, Range{From: revision, To: revision}, 1) {
		return event, err
	}
	return nil, nil
}

// Metadata is the data of a stream's newest metadata event.
func (e *Engine) Metadata(ctx context.Context, stream string) ([]byte, error) {
	info, err := e.store.Info(ctx, stream)
	return info.Metadata, err
}
