package projections

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// errSettled says that a slice which another process had applied in part was
// completed first; the log goes on from the checkpoint.
var errSettled = errors.New("a slice begun earlier was completed")

// follow brings a slice of the log into the live read model, all of it or
// nothing. What the checkpoint has passed already is left out; a slice that
// begins after the checkpoint is ErrGap.
func (r *Runner) follow(ctx context.Context, m *model, slice eventstore.Slice) error {
	reached, err := r.advance(ctx, &m.tables, m.epoch(), slice)
	m.advance(reached)
	return err
}

// advance applies a slice to tables and answers the position they are at.
func (r *Runner) advance(ctx context.Context, t *tables, epoch int64, slice eventstore.Slice) (reached eventstore.Position, err error) {
	settled := false
	err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if err := t.mark(ctx, tx); err != nil {
			return err
		}
		from, err := t.read(ctx, tx, writing)
		if err == nil {
			err = from.mine(t, epoch)
		}
		if err != nil {
			return err
		}
		reached = from.position
		lanes := r.partitions
		if settled = from.pending > 0; settled {
			if slice, err = r.between(ctx, from.position, from.pending); err != nil {
				return err
			}
			lanes = from.lanes
		}
		if from.position >= slice.To {
			return nil
		}
		if from.position < slice.After {
			return fmt.Errorf("checkpoint %s, slice after %s: %w", from.position, slice.After, ErrGap)
		}
		recorded := after(slice.Events, from.position)
		items, unknown, err := r.decode(t, recorded)
		if err != nil {
			return err
		}
		if err := r.spread(ctx, tx, t, from, slice.To, split(items, lanes)); err != nil {
			return err
		}
		reached = slice.To
		to := checkpoint{position: slice.To, events: from.events + int64(len(recorded)), unknown: from.unknown + unknown}
		return t.move(ctx, tx, from, to)
	})
	if err == nil && settled {
		err = errSettled
	}
	if err != nil {
		err = fmt.Errorf("projection %s, slice %s to %s: %w", t.schema, slice.After, slice.To, err)
	}
	return reached, err
}

// settle completes a slice that was applied in part.
func (r *Runner) settle(ctx context.Context, t *tables, epoch int64) error {
	if _, err := r.advance(ctx, t, epoch, eventstore.Slice{}); !errors.Is(err, errSettled) {
		return err
	}
	return nil
}

// between reads a part of the log again.
func (r *Runner) between(ctx context.Context, after, to eventstore.Position) (eventstore.Slice, error) {
	s := eventstore.Slice{After: after, To: to}
	for rec, err := range r.store.ReadAll(ctx, after) {
		if err != nil {
			return s, err
		}
		if rec.Position > to {
			break
		}
		s.Events = append(s.Events, rec)
	}
	return s, nil
}

// apply runs the projection's own Apply; a panic is an error.
func (t *tables) apply(ctx context.Context, tx pgx.Tx, items []item) (err error) {
	if len(items) == 0 {
		return nil
	}
	events := make([]eventstore.Envelope, len(items))
	for i, it := range items {
		events[i] = it.Envelope
	}
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p, debug.Stack()}
		}
	}()
	return t.Apply(ctx, tx, events)
}

// panicked is an Apply that panicked.
type panicked struct {
	value any
	stack []byte
}

// Error is short; the stack goes to the log alone.
func (p *panicked) Error() string { return fmt.Sprint("panic: ", p.value) }

// item is an event to apply, or why it cannot be decoded.
type item struct {
	eventstore.Envelope
	fault error
}

// decode leaves out events that the projection does not read. Those of types
// that the program does not know are left out too, and counted.
func (r *Runner) decode(t *tables, recorded []eventstore.Recorded) (items []item, unknown int64, err error) {
	items = make([]item, 0, len(recorded))
	for _, rec := range recorded {
		if !t.reads(rec.Stream) {
			continue
		}
		e, err := r.codec.Decode(rec)
		if errors.As(err, new(*eventstore.UnknownType)) {
			if t.strict {
				return nil, 0, fmt.Errorf("event %s of %s at %s: %w", rec.ID, rec.Stream, rec.Position, err)
			}
			unknown++
			continue
		}
		if err != nil {
			e = eventstore.Envelope{Recorded: rec}
		}
		items = append(items, item{e, err})
	}
	return items, unknown, nil
}

func after(events []eventstore.Recorded, p eventstore.Position) []eventstore.Recorded {
	for i, e := range events {
		if e.Position > p {
			return events[i:]
		}
	}
	return nil
}
