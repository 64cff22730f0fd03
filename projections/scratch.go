package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
)

const (
	scratchSuffix = "_scratch"
	oldSuffix     = "_old"
)

// scratch is a second copy of a read model, made from the first event of the
// log beside the live one, by the same code.
type scratch struct {
	tables
	*Runner
	live *model
	tell func(ctx context.Context, done, total int64) error
}

// withScratch builds a second copy of a read model until it is close to the
// live one; use brings both to one position. The copy is gone afterwards,
// unless use renamed it. One rebuild or verification of a projection runs at a
// time, in all processes; session is what shows the others that it runs.
func (r *Runner) withScratch(ctx context.Context, m *model, use func(context.Context, *scratch, *pgxpool.Conn) error) error {
	session, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	defer session.Release()
	lock, free := "projections."+m.Name, false
	err = session.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`, lock).Scan(&free)
	if err == nil && !free {
		err = ErrBusy
	}
	if err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	s := &scratch{tables: tables{Projection: m.Projection, schema: m.Name + scratchSuffix, strict: true}, Runner: r, live: m}
	s.tell = func(context.Context, int64, int64) error { return nil }
	// However this ends, neither the copy nor the lock stays.
	defer func() {
		last := context.WithoutCancel(ctx)
		_ = pgx.BeginFunc(last, r.pool, func(tx pgx.Tx) error { return s.drop(last, tx) })
		_, _ = session.Exec(last, `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, lock)
	}()
	if err := use(ctx, s, session); err != nil {
		return fmt.Errorf("projection %s: %w", m.Name, err)
	}
	return nil
}

// build makes the copy and lets it come close to the live one.
func (s *scratch) build(ctx context.Context) error {
	if err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return s.create(ctx, tx) }); err != nil {
		return err
	}
	for {
		live, err := s.live.read(ctx, s.pool, unlocked)
		if err != nil {
			return err
		}
		parts, err := s.catchUp(ctx, live)
		if err != nil || parts <= 1 {
			return err
		}
	}
}

// meet holds the live one still, between two slices of the log, and brings the
// copy to the same position.
func (s *scratch) meet(ctx context.Context, tx pgx.Tx) (live checkpoint, err error) {
	live, err = s.live.read(ctx, tx, alone)
	if err != nil {
		return live, err
	}
	if live.pending > 0 {
		return live, fmt.Errorf("a slice is applied in part: %w", ErrBusy)
	}
	_, err = s.catchUp(ctx, live)
	return live, err
}

// catchUp applies what is missing up to where the live one is, a slice at a
// time, and answers how many there were. An event of an unknown type is an
// error here: what the program does not know it cannot rebuild.
func (s *scratch) catchUp(ctx context.Context, live checkpoint) (parts int, err error) {
	at, err := s.read(ctx, s.pool, unlocked)
	if err != nil {
		return 0, err
	}
	done := at.events
	slice := eventstore.Slice{After: at.position, To: at.position}
	flush := func() error {
		if slice.To == slice.After {
			return nil
		}
		if _, err := s.advance(ctx, &s.tables, 0, slice); err != nil {
			return err
		}
		done += int64(len(slice.Events))
		parts++
		slice = eventstore.Slice{After: slice.To, To: slice.To}
		return s.tell(ctx, done, max(done, live.events))
	}
	if at.position >= live.position {
		return 0, nil
	}
	for rec, err := range s.store.ReadAll(eventstore.Patiently(ctx), at.position) {
		if err != nil {
			return parts, err
		}
		if rec.Position > live.position {
			break
		}
		slice.Events, slice.To = append(slice.Events, rec), rec.Position
		if len(slice.Events) < s.limit {
			continue
		}
		if err := flush(); err != nil {
			return parts, err
		}
	}
	slice.To = live.position
	return parts, flush()
}

// drop removes the copy and what is noted about it.
func (s *scratch) drop(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `DROP SCHEMA IF EXISTS `+pgx.Identifier{s.schema}.Sanitize()+` CASCADE`); err != nil {
		return err
	}
	if err := s.forget(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM projections.checkpoint WHERE name = $1`, s.schema)
	return err
}
