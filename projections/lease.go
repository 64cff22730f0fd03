package projections

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// beats is how often in the time of a lease it is renewed, or asked for.
const beats = 10

// keep renews the leases of this process and takes those that are free, until
// the context ends. It does so over one session of its own: when the process
// dies, the session ends, and others need not wait for the lease to end.
func (r *Runner) keep(ctx context.Context) {
	tick := time.NewTicker(r.lease / beats)
	defer tick.Stop()
	var session *pgxpool.Conn
	defer func() {
		if session != nil {
			end(session)
		}
	}()
	for {
		err := ctx.Err()
		if session == nil && err == nil {
			session, err = r.pool.Acquire(ctx)
		}
		if err == nil {
			if err = r.claim(ctx, session); err != nil {
				end(session)
				session = nil
			}
		}
		if err != nil && ctx.Err() == nil {
			r.logger.WarnContext(ctx, "cannot renew the leases of projections", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// end closes a session at once, so that nobody takes it for a sign of life.
func end(session *pgxpool.Conn) { _ = session.Hijack().Close(context.Background()) }

// claim takes or renews the lease of every projection that no living process
// holds. A holder lives while its lease lasts and its session stands.
func (r *Runner) claim(ctx context.Context, session *pgxpool.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, r.lease)
	defer cancel()
	names := make([]string, len(r.models))
	for i, m := range r.models {
		names[i] = m.Name
	}
	rows, err := session.Query(ctx, `
		UPDATE projections.lease l SET
			epoch = CASE WHEN holder = $1 THEN epoch ELSE epoch + 1 END, holder = $1, pid = pg_backend_pid(),
			session = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()),
			until = clock_timestamp() + make_interval(secs => $2)
		WHERE name = ANY ($3) AND (holder = $1 OR until < clock_timestamp() OR NOT `+livingSession+`)
		RETURNING name, epoch`, r.holder, r.lease.Seconds(), names)
	if err != nil {
		return fmt.Errorf("lease: %w", err)
	}
	held := map[string]int64{}
	var name string
	var epoch int64
	if _, err := pgx.ForEachRow(rows, []any{&name, &epoch}, func() error { held[name] = epoch; return nil }); err != nil {
		return fmt.Errorf("lease: %w", err)
	}
	for _, m := range r.models {
		m.hold(held[m.Name])
	}
	return nil
}

// livingSession is the condition that the session of a row l stands. Who may
// not see when a session of others began takes it for the same.
const livingSession = `EXISTS (SELECT FROM pg_stat_activity a
	WHERE a.pid = l.pid AND coalesce(a.backend_start = l.session, true))`

// place waits until this process holds the projection, and answers where its
// read model is.
func (r *Runner) place(ctx context.Context, m *model) (checkpoint, error) {
	epoch, err := m.held(ctx)
	if err != nil {
		return checkpoint{}, err
	}
	if err := r.takeOver(ctx, m, epoch); err != nil {
		return checkpoint{}, err
	}
	if err := r.settle(ctx, &m.tables, epoch); err != nil {
		return checkpoint{}, err
	}
	c, err := m.read(ctx, r.pool, unlocked)
	if err == nil {
		err = c.mine(&m.tables, epoch)
	}
	return c, err
}

// takeOver fences off whoever held the projection before: it ends the
// transactions that were left open over a slice, and raises the epoch that
// every later one must have.
func (r *Runner) takeOver(ctx context.Context, m *model, epoch int64) error {
	return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		c, err := m.read(ctx, tx, unlocked)
		if err != nil || c.epoch >= epoch {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_locks
			WHERE locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`, applying+m.schema); err != nil {
			return err
		}
		if _, err := m.read(ctx, tx, alone); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE projections.checkpoint SET epoch = $1 WHERE name = $2 AND epoch < $1`, epoch, m.schema)
		return err
	})
}

// applying names the lock that marks transactions which apply a slice.
const applying = "projections.applying "

// mark lets takeOver find the transaction.
func (t *tables) mark(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, applying+t.schema)
	return err
}
