package projections

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

const checkpointSchema = "projections"

//go:embed checkpoint.sql
var checkpointDDL string

// install makes the checkpoints and, for each projection whose stored version
// is not the program's, an empty schema at position 0. Processes that start
// together take turns.
func (r *Runner) install(ctx context.Context) error {
	return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('projections.install', 0))`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, checkpointDDL); err != nil {
			return err
		}
		for _, m := range r.models {
			if err := m.install(ctx, tx); err != nil {
				return fmt.Errorf("projection %s: %w", m.Name, err)
			}
		}
		return nil
	})
}

func (m *model) install(ctx context.Context, tx pgx.Tx) error {
	c, err := m.checkpoint(ctx, tx)
	if err == nil {
		m.advance(c.position)
		return nil
	}
	// Whoever still applies the other version must be done, and come too late.
	if errors.Is(err, ErrVersion) {
		_, err = m.lock(ctx, tx)
	}
	if !errors.Is(err, pgx.ErrNoRows) && !errors.Is(err, ErrVersion) {
		return err
	}
	if err := m.create(ctx, tx, m.Name); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO projections.checkpoint (name, version) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET version = $2, position = 0, unknown = 0`, m.Name, m.Version)
	return err
}

// create makes an empty copy of the tables in a schema of the given name,
// which replaces what stood there.
func (m *model) create(ctx context.Context, tx pgx.Tx, schema string) error {
	name := pgx.Identifier{schema}.Sanitize()
	if _, err := tx.Exec(ctx, `DROP SCHEMA IF EXISTS `+name+` CASCADE; CREATE SCHEMA `+name); err != nil {
		return err
	}
	if err := searchPath(ctx, tx, schema); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, m.Schema)
	return err
}

type checkpoint struct {
	position eventstore.Position
	unknown  int64
}

// checkpoint reads how far the projection is. pgx.ErrNoRows: it was never
// installed. ErrVersion: by another version of the program.
func (m *model) checkpoint(ctx context.Context, q Querier) (checkpoint, error) {
	return m.read(ctx, q, `SELECT version, position, unknown FROM projections.checkpoint WHERE name = $1`)
}

// lock is checkpoint, and holds it until the transaction ends, so that one
// process at a time moves it.
func (m *model) lock(ctx context.Context, tx pgx.Tx) (checkpoint, error) {
	return m.read(ctx, tx, `SELECT version, position, unknown FROM projections.checkpoint WHERE name = $1 FOR UPDATE`)
}

func (m *model) read(ctx context.Context, q Querier, sql string) (c checkpoint, err error) {
	version := 0
	err = q.QueryRow(ctx, sql, m.Name).Scan(&version, &c.position, &c.unknown)
	if err == nil && version != m.Version {
		err = fmt.Errorf("version %d, not %d: %w", version, m.Version, ErrVersion)
	}
	return c, err
}

// move sets the checkpoint from what lock read; the condition repeats the
// fence for whoever holds no lock.
func (m *model) move(ctx context.Context, tx pgx.Tx, from, to checkpoint) error {
	tag, err := tx.Exec(ctx, `UPDATE projections.checkpoint SET position = $1, unknown = $2
		WHERE name = $3 AND version = $4 AND position = $5`,
		to.position, to.unknown, m.Name, m.Version, from.position)
	if err == nil && tag.RowsAffected() != 1 {
		err = fmt.Errorf("the checkpoint is no longer %s: %w", from.position, ErrGap)
	}
	return err
}

// searchPath lets unqualified names mean the given schema until the
// transaction ends. Commits wait for the disk: a reader that was told of a
// position must find it again after a crash of Postgres.
func searchPath(ctx context.Context, tx pgx.Tx, schema string) error {
	_, err := tx.Exec(ctx, `SELECT set_config('search_path', $1, true)`, pgx.Identifier{schema}.Sanitize())
	return err
}
