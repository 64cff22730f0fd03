package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Rebuild makes a read model again from the first event of the log while the
// live one goes on, then puts the new one in its place in one transaction.
// Readers under way end on the old one, which is kept in the schema of the
// projection's name and "_old" until DropOld or the next rebuild. Status tells
// how far it is, in every process. Errors: ErrUnknown, ErrBusy,
// *eventstore.UnknownType.
func (r *Runner) Rebuild(ctx context.Context, name string) error {
	m, err := r.model(name)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return r.rebuild(ctx, m, func() {})
}

// StartRebuild is Rebuild that returns when it has begun. It goes on in the
// background; Status tells when and how it ended, and Close waits for it.
func (r *Runner) StartRebuild(ctx context.Context, name string) error {
	m, err := r.model(name)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	begun, failed := make(chan struct{}), make(chan error, 1)
	r.background.Go(func() { failed <- r.rebuild(r.life, m, func() { close(begun) }) })
	select {
	case <-begun:
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Runner) rebuild(ctx context.Context, m *model, begun func()) error {
	err := r.withScratch(ctx, m, func(ctx context.Context, s *scratch, session *pgxpool.Conn) (err error) {
		s.tell = func(ctx context.Context, done, total int64) error { return note(ctx, session, m.Name, done, total) }
		if err := begin(ctx, session, m.Name); err != nil {
			return err
		}
		begun()
		defer func() { finish(context.WithoutCancel(ctx), session, m.Name, err) }()
		if err := s.build(ctx); err != nil {
			return err
		}
		if err := r.whole(ctx, m); err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
			live, err := s.meet(ctx, tx)
			if err != nil {
				return err
			}
			return s.switchTo(ctx, tx, live)
		})
	})
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

// whole completes a slice of the live read model that was applied in part by a
// process that died.
func (r *Runner) whole(ctx context.Context, m *model) error {
	c, err := m.read(ctx, r.pool, unlocked)
	if err != nil || c.pending == 0 || c.version != m.Version {
		return err
	}
	return r.settle(ctx, &m.tables, c.epoch)
}

// switchTo lets the copy serve. Names move, tables stay: readers under way
// finish on the old ones.
func (s *scratch) switchTo(ctx context.Context, tx pgx.Tx, live checkpoint) error {
	if err := copyGrants(ctx, tx, s.live.schema, s.schema); err != nil {
		return err
	}
	if err := s.live.keepOld(ctx, tx); err != nil {
		return err
	}
	if err := s.live.forget(ctx, tx); err != nil {
		return err
	}
	name, scratch := s.live.schema, s.schema
	_, err := tx.Exec(ctx, `ALTER SCHEMA `+pgx.Identifier{scratch}.Sanitize()+` RENAME TO `+pgx.Identifier{name}.Sanitize())
	if err != nil {
		return err
	}
	var batch pgx.Batch
	batch.Queue(`UPDATE projections.parked SET name = $1 WHERE name = $2`, name, scratch)
	batch.Queue(`UPDATE projections.checkpoint SET version = $1, unknown = 0, events = (
			SELECT events FROM projections.checkpoint WHERE name = $2)
		WHERE name = $3 AND position = $4`, s.Version, scratch, name, live.position)
	batch.Queue(`DELETE FROM projections.checkpoint WHERE name = $1`, scratch)
	return tx.SendBatch(ctx, &batch).Close()
}

// keepOld puts the tables aside, in place of what was put aside before. Roles
// that could read them no longer can: what they look for stands elsewhere.
func (t *tables) keepOld(ctx context.Context, tx pgx.Tx) error {
	there := false
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, t.schema).Scan(&there)
	if err != nil || !there {
		return err
	}
	old := pgx.Identifier{t.schema + oldSuffix}.Sanitize()
	_, err = tx.Exec(ctx, `DROP SCHEMA IF EXISTS `+old+` CASCADE;
		ALTER SCHEMA `+pgx.Identifier{t.schema}.Sanitize()+` RENAME TO `+old)
	if err != nil {
		return err
	}
	return each(ctx, tx, `
		SELECT DISTINCT format('REVOKE ALL ON SCHEMA %I FROM %s', nspname, coalesce(quote_ident(rolname), 'PUBLIC'))
		FROM pg_namespace, aclexplode(nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
		WHERE nspname = $1 AND a.grantee <> nspowner`, t.schema+oldSuffix)
}

// DropOld removes the tables that served before the last rebuild, if there are
// any.
func (r *Runner) DropOld(ctx context.Context, name string) error {
	m, err := r.model(name)
	if err != nil {
		return fmt.Errorf("drop old: %w", err)
	}
	_, err = r.pool.Exec(ctx, `DROP SCHEMA IF EXISTS `+pgx.Identifier{m.schema + oldSuffix}.Sanitize()+` CASCADE`)
	if err != nil {
		return fmt.Errorf("drop old %s: %w", name, err)
	}
	return nil
}

// copyGrants gives the roles that may read one schema the same rights in
// another, relation by relation.
func copyGrants(ctx context.Context, tx pgx.Tx, from, to string) error {
	return each(ctx, tx, `
		WITH given AS (
			SELECT a.privilege_type AS "right", a.grantee, quote_ident($2::text) AS target, 'SCHEMA ' AS kind
			FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = $1 AND a.grantee <> n.nspowner
			UNION ALL
			SELECT a.privilege_type, a.grantee, format('%I.%I', $2::text, c.relname), ''
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
			WHERE n.nspname = $1 AND a.grantee <> c.relowner AND to_regclass(format('%I.%I', $2::text, c.relname)) IS NOT NULL
		)
		SELECT format('GRANT %s ON %s%s TO %s', "right", kind, target, coalesce(quote_ident(rolname), 'PUBLIC'))
		FROM given LEFT JOIN pg_roles r ON r.oid = grantee`, from, to)
}

// each runs the statements that a query answers.
func each(ctx context.Context, tx pgx.Tx, query string, args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
