package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// scratch is a second copy of a read model, made from the first event of the
// log beside the live one.
type scratch struct {
	*Runner
	*model
	schema string
	at     eventstore.Position
}

const (
	scratchSuffix = "_scratch"
	oldSuffix     = "_old"
)

// withScratch builds a second copy up to where the live one is, and calls use
// in a transaction in which both are at the same position and the live one
// stands still. The copy is gone afterwards, unless use renamed it. One
// rebuild or verification of a projection runs at a time, in all processes.
func (r *Runner) withScratch(ctx context.Context, m *model, use func(context.Context, pgx.Tx, *scratch) error) error {
	lock := "projections." + m.Name
	holder, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	defer holder.Release()
	free := false
	err = holder.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`, lock).Scan(&free)
	if err == nil && !free {
		err = ErrBusy
	}
	if err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	m.setRebuilding(true)
	// However this ends, neither the copy nor the lock stays.
	defer func() {
		end := context.WithoutCancel(ctx)
		_, _ = r.pool.Exec(end, `DROP SCHEMA IF EXISTS `+m.Name+scratchSuffix+`, `+m.Name+oldSuffix+` CASCADE`)
		_, _ = holder.Exec(end, `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, lock)
		m.setRebuilding(false)
	}()
	s := &scratch{Runner: r, model: m, schema: m.Name + scratchSuffix}
	if err := s.build(ctx, use); err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	return nil
}

func (s *scratch) build(ctx context.Context, use func(context.Context, pgx.Tx, *scratch) error) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return s.create(ctx, tx, s.schema) })
	if err != nil {
		return err
	}
	for near := false; !near; {
		live, err := s.refresh(ctx, s.model)
		if err != nil {
			return err
		}
		if near, err = s.catchUp(ctx, live); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		live, err := s.lock(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.replay(ctx, live.position, func(events []eventstore.Envelope) error {
			return s.apply(ctx, tx, s.schema, events)
		}); err != nil {
			return err
		}
		return use(ctx, tx, s)
	})
}

// catchUp applies what is missing up to the position, a transaction for each
// part. It is near the position when one part was enough.
func (s *scratch) catchUp(ctx context.Context, to eventstore.Position) (near bool, err error) {
	parts := 0
	err = s.replay(ctx, to, func(events []eventstore.Envelope) error {
		parts++
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return s.apply(ctx, tx, s.schema, events) })
	})
	return parts <= 1, err
}

// replay hands the log after the copy's position over in parts, up to and with
// the given position. An event of an unknown type is an error here: what the
// program does not know it cannot rebuild.
func (s *scratch) replay(ctx context.Context, to eventstore.Position, apply func([]eventstore.Envelope) error) error {
	if s.at >= to {
		return nil
	}
	part := make([]eventstore.Recorded, 0, s.limit)
	flush := func() error {
		events := make([]eventstore.Envelope, len(part))
		for i, rec := range part {
			var err error
			if events[i], err = s.codec.Decode(rec); err != nil {
				return fmt.Errorf("event %s of %s at %s: %w", rec.ID, rec.Stream, rec.Position, err)
			}
		}
		part = part[:0]
		if len(events) == 0 {
			return nil
		}
		return apply(events)
	}
	for rec, err := range s.store.ReadAll(ctx, s.at) {
		if err != nil {
			return err
		}
		if rec.Position > to {
			break
		}
		if part = append(part, rec); len(part) < s.limit {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	s.at = to
	return nil
}
