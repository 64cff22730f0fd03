package projections

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// follow brings a slice of the log into the live read model, all of it or
// nothing. What the checkpoint has passed already is left out; a slice that
// begins after the checkpoint is ErrGap.
func (r *Runner) follow(ctx context.Context, m *model, slice eventstore.Slice) error {
	var reached eventstore.Position
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		from, err := m.lock(ctx, tx)
		if err != nil {
			return err
		}
		reached = from.position
		if from.position >= slice.To {
			return nil
		}
		if from.position < slice.After {
			return fmt.Errorf("checkpoint %s, slice after %s: %w", from.position, slice.After, ErrGap)
		}
		events, unknown, err := r.decode(after(slice.Events, from.position))
		if err != nil {
			return err
		}
		if err := m.apply(ctx, tx, m.Name, events); err != nil {
			return err
		}
		reached = slice.To
		return m.move(ctx, tx, from, checkpoint{slice.To, from.unknown + unknown})
	})
	if err != nil {
		return fmt.Errorf("projection %s, slice %s to %s: %w", m.Name, slice.After, slice.To, err)
	}
	m.advance(reached)
	return nil
}

// apply runs the projection's own Apply in a schema; a panic is an error.
func (m *model) apply(ctx context.Context, tx pgx.Tx, schema string, events []eventstore.Envelope) (err error) {
	if len(events) == 0 {
		return nil
	}
	if err := searchPath(ctx, tx, schema); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return m.Apply(ctx, tx, events)
}

// decode leaves out events of types that the program does not know, and
// counts them.
func (r *Runner) decode(recorded []eventstore.Recorded) (events []eventstore.Envelope, unknown int64, err error) {
	events = make([]eventstore.Envelope, 0, len(recorded))
	for _, rec := range recorded {
		e, err := r.codec.Decode(rec)
		if errors.As(err, new(*eventstore.UnknownType)) {
			unknown++
			continue
		}
		if err != nil {
			return nil, 0, fmt.Errorf("event %s of %s at %s: %w", rec.ID, rec.Stream, rec.Position, err)
		}
		events = append(events, e)
	}
	return events, unknown, nil
}

func after(events []eventstore.Recorded, p eventstore.Position) []eventstore.Recorded {
	for i, e := range events {
		if e.Position > p {
			return events[i:]
		}
	}
	return nil
}
