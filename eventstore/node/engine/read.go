package engine

import (
	"context"
	"iter"
	"math"
	"time"
)

// End is the revision or position after the last event.
const End = math.MaxInt64

// pager sizes pages: small for short streams, large for long reads, smaller
// again when a page was cut because its events are big.
type pager struct{ limit int }

const (
	pageFirst = 128
	pageMax   = 1024
)

func (p *pager) next() int {
	if p.limit == 0 {
		p.limit = pageFirst
	}
	return p.limit
}

// seen adapts to a page that was read.
func (p *pager) seen(page Page) {
	if len(page.Events) < p.limit && page.More {
		p.limit = max(len(page.Events), 1)
		return
	}
	p.limit = min(4*p.limit, pageMax)
}

// pages reads a range page by page; fetch reads one, key orders its events.
func pages(r Range, count uint64, key func(*Event) int64, fetch func(Range) (Page, error)) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		var p pager
		for r.From <= r.To {
			r.Limit = int(min(uint64(p.next()), count))
			page, err := fetch(r)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range page.Events {
				if !yield(e, nil) {
					return
				}
			}
			if !page.More || len(page.Events) == 0 {
				return
			}
			p.seen(page)
			edge := key(page.Events[len(page.Events)-1])
			if r.Backwards {
				r.To = edge - 1
			} else {
				r.From = edge + 1
			}
		}
	}
}

func revisionOf(e *Event) int64 { return e.Revision }
func positionOf(e *Event) int64 { return e.Position }

// take ends a read after count events.
func take(events iter.Seq2[*Event, error], count uint64) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if count == 0 {
			return
		}
		for e, err := range events {
			if !yield(e, err) || err != nil {
				return
			}
			if count--; count == 0 {
				return
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
			yield(nil, err)
			return
		case info.Tombstoned:
			yield(nil, &DeletedError{stream})
			return
		case info.Last == NoRevision, parseMetadata(info.Metadata).softDeleted():
			yield(nil, ErrNotFound)
			return
		}
		r := Range{From: from, To: info.Last}
		if backwards {
			r = Range{From: 0, To: min(from, info.Last), Backwards: true}
		}
		take(e.visible(ctx, stream, info, r, count), count)(yield)
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
	if oldest > 0 {
		count = End // some of them will not count
	}
	events := pages(r, count, revisionOf, func(r Range) (Page, error) { return e.store.StreamPage(ctx, stream, r) })
	return only(events, func(e *Event) bool { return e.Created >= oldest })
}

// ReadAll reads up to count events of the log that match (nil: all): forwards from a
// position (inclusive), or backwards from one (exclusive), or from End.
func (e *Engine) ReadAll(ctx context.Context, from int64, backwards bool, count uint64, match func(*Event) bool) iter.Seq2[*Event, error] {
	r := Range{From: from, To: e.tail.position()}
	if backwards {
		r = Range{From: 0, To: min(from-1, r.To), Backwards: true}
	}
	fetch := func(r Range) (Page, error) { return e.store.AllPage(ctx, r) }
	if match == nil {
		return take(pages(r, count, positionOf, fetch), count)
	}
	return take(only(pages(r, End, positionOf, fetch), match), count)
}

// only drops the events that do not match.
func only(events iter.Seq2[*Event, error], match func(*Event) bool) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		for e, err := range events {
			if err != nil || match(e) {
				if !yield(e, err) {
					return
				}
			}
		}
	}
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
