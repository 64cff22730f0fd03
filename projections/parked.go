package projections

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// Parked is an event of the log that a read model lacks. Error says why it could
// not be applied; it is "" for an event that waits for an earlier one of its
// stream or ticket. Attempts counts the first time and each retry.
type Parked struct {
	Position eventstore.Position
	Stream   string
	Revision uint64
	EventID  uuid.UUID
	Type     string
	Ticket   uuid.UUID // uuid.Nil: none
	Error    string
	Attempts int
	ParkedAt time.Time
}

// Parked lists the parked events of a projection after a position, in log
// order, at most limit.
func (r *Runner) Parked(ctx context.Context, name string, after eventstore.Position, limit int) ([]Parked, error) {
	m, err := r.model(name)
	if err != nil {
		return nil, err
	}
	all, err := parked(ctx, r.pool, m.schema, after, limit)
	if err != nil {
		return nil, fmt.Errorf("parked events of %s: %w", name, err)
	}
	return all, nil
}

// CountParked counts the parked events of a projection.
func (r *Runner) CountParked(ctx context.Context, name string) (n int, err error) {
	m, err := r.model(name)
	if err != nil {
		return 0, err
	}
	err = r.pool.QueryRow(ctx, `SELECT count(*) FROM projections.parked WHERE name = $1`, m.schema).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("parked events of %s: %w", name, err)
	}
	return n, nil
}

func parked(ctx context.Context, q Querier, schema string, after eventstore.Position, limit int) ([]Parked, error) {
	rows, err := q.Query(ctx, `SELECT position, stream, revision, event_id, type, ticket, error, attempts, parked_at
		FROM projections.parked WHERE name = $1 AND position > $2 ORDER BY position LIMIT $3`, schema, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Parked, err error) {
		var ticket *uuid.UUID
		var cause *string
		err = row.Scan(&p.Position, &p.Stream, &p.Revision, &p.EventID, &p.Type, &ticket, &cause, &p.Attempts, &p.ParkedAt)
		p.Ticket, p.Error, p.ParkedAt = OrZero(ticket), OrZero(cause), p.ParkedAt.UTC()
		return p, err
	})
}

// Retry applies the parked events of a projection, in log order; those that
// fail again, and what waits for them, stay parked. It answers how many were
// applied. The live read model waits for each part of them meanwhile.
func (r *Runner) Retry(ctx context.Context, name string) (applied int, err error) {
	m, err := r.model(name)
	if err != nil {
		return 0, err
	}
	var at eventstore.Position
	for more := true; more; {
		n := 0
		err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) (err error) {
			n, at, more, err = r.retry(ctx, tx, m, at)
			return err
		})
		if err != nil {
			return applied, fmt.Errorf("retry parked events of %s: %w", name, err)
		}
		applied += n
	}
	return applied, nil
}

// retry tries the parked events after a position, up to the limit of a slice.
func (r *Runner) retry(ctx context.Context, tx pgx.Tx, m *model, at eventstore.Position) (applied int, to eventstore.Position, more bool, err error) {
	c, err := m.read(ctx, tx, alone)
	if err == nil {
		err = c.mine(&m.tables, c.epoch)
	}
	if err != nil {
		return 0, at, false, err
	}
	rows, err := parked(ctx, tx, m.schema, at, r.limit)
	if err != nil || len(rows) == 0 {
		return 0, at, false, err
	}
	items := make([]item, 0, len(rows))
	for _, p := range rows {
		rec, err := r.recorded(ctx, p)
		if err != nil {
			return 0, at, false, err
		}
		decoded, _, err := r.decode(&m.tables, []eventstore.Recorded{rec})
		if err != nil {
			return 0, at, false, err
		}
		items = append(items, decoded...)
	}
	kept, err := r.sort(ctx, tx, &m.tables, items)
	if err != nil {
		return 0, at, false, err
	}
	var done []eventstore.Position
	for _, p := range rows {
		if !slices.Contains(kept, p.Position) {
			done = append(done, p.Position)
		}
	}
	_, err = tx.Exec(ctx, `DELETE FROM projections.parked WHERE name = $1 AND position = ANY ($2)`, m.schema, done)
	return len(done), rows[len(rows)-1].Position, len(rows) == r.limit, err
}

// recorded is a parked event as the log has it.
func (r *Runner) recorded(ctx context.Context, p Parked) (eventstore.Recorded, error) {
	for rec, err := range r.store.ReadStream(ctx, p.Stream, p.Revision) {
		if err != nil {
			return rec, err
		}
		if rec.ID == p.EventID {
			return rec, nil
		}
		break
	}
	return eventstore.Recorded{}, fmt.Errorf("event %s is not revision %d of %s", p.EventID, p.Revision, p.Stream)
}
