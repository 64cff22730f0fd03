package copying

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"aftersales/eventstore"
)

// Report counts what a copy did.
type Report struct {
	Present  int                 // events and deletions that the target had already
	Copied   int                 // events and deletions that it has now
	Metadata int                 // streams whose metadata was written
	End      eventstore.Position // in the source: all up to and with it was copied
}

// ErrDiffers says that the target holds something that the source does not, or
// holds it otherwise.
var ErrDiffers = errors.New("the logs differ")

// Copy brings the target to the source's state and checks it event by event.
// The target must be empty, or the result of an earlier copy from this source,
// whole or not; otherwise ErrDiffers, before anything is written. What the
// source gets meanwhile may be left to the next copy. Nobody else may write to
// the target. progress is called after each append.
func Copy(ctx context.Context, source, target *eventstore.Client, progress func(Report)) (Report, error) {
	ctx = eventstore.Patiently(ctx)
	c := &copier{target: target, progress: progress}
	from := read(source, 0)
	if err := c.events(ctx, from); err != nil {
		return c.report, err
	}
	if err := c.metadata(ctx, from); err != nil {
		return c.report, err
	}
	c.report.End = from.end
	return c.report, Check(ctx, source, target, from.end)
}

// copier appends to the target.
type copier struct {
	target   *eventstore.Client
	progress func(Report)
	report   Report
	batch    batch
}

// events copies what the target lacks, once the rest was found the same.
func (c *copier) events(ctx context.Context, from *history) error {
	there, stop := iter.Pull2(read(c.target, 0).entries(ctx))
	defer stop()
	ended := false
	for r, err := range from.entries(ctx) {
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if !ended {
			t, err, some := there()
			if some {
				if err := match(r, t, err); err != nil {
					return err
				}
				c.report.Present++
				continue
			}
			ended = true
		}
		if err := c.add(ctx, r); err != nil {
			return err
		}
	}
	if t, err, some := there(); some {
		return extra(t, err)
	}
	return c.flush(ctx)
}

// add appends an event with its neighbours of the same stream, a deletion by
// itself.
func (c *copier) add(ctx context.Context, r eventstore.Recorded) error {
	if !c.batch.takes(r) {
		if err := c.flush(ctx); err != nil {
			return err
		}
	}
	if !isDeletion(r) {
		c.batch.add(r)
		return nil
	}
	if err := c.target.Tombstone(ctx, r.Stream); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	c.count(1)
	return nil
}

func (c *copier) flush(ctx context.Context) error {
	b := c.batch
	if len(b.events) == 0 {
		return nil
	}
	c.batch = batch{}
	if _, err := c.target.Append(ctx, b.stream, after(b.first), b.events); err != nil {
		if _, ok := errors.AsType[*eventstore.Conflict](err); ok {
			err = fmt.Errorf("%w: %w; the source lacks earlier events of that stream, or something else writes to the target", ErrDiffers, err)
		}
		return fmt.Errorf("target: revision %d of %s: %w", b.first, b.stream, err)
	}
	c.count(len(b.events))
	return nil
}

func (c *copier) count(n int) {
	c.report.Copied += n
	c.progress(c.report)
}

// metadata writes the newest metadata of each stream where the target's is
// another. It comes last, because a deleted or truncated stream takes events
// otherwise than a whole one.
func (c *copier) metadata(ctx context.Context, from *history) error {
	for _, stream := range slices.Sorted(maps.Keys(from.metadata)) {
		if from.deleted[stream] {
			continue // its metadata cannot be read nor written any more
		}
		want, expected := from.metadata[stream], eventstore.NoStream()
		written := false
		for have, err := range c.target.ReadStreamBackwards(ctx, metadataPrefix+stream) {
			if err != nil {
				return fmt.Errorf("target: %w", err)
			}
			expected, written = eventstore.At(have.Revision), sameMetadata(want.Data, have.Data)
			break
		}
		if written {
			continue
		}
		if _, err := c.target.Append(ctx, metadataPrefix+stream, expected, []eventstore.Proposed{proposed(want)}); err != nil {
			return fmt.Errorf("target: metadata of %s: %w", stream, err)
		}
		c.report.Metadata++
		c.progress(c.report)
	}
	return nil
}
