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

// install makes the runner's own tables and, for each projection whose stored
// version is not the program's, an empty schema at position 0. Processes that
// start together take turns.
func (r *Runner) install(ctx context.Context) error {
	return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('projections.install', 0))`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, checkpointDDL); err != nil {
			return err
		}
		for _, m := range r.models {
			if err := r.installModel(ctx, tx, m); err != nil {
				return fmt.Errorf("projection %s: %w", m.Name, err)
			}
		}
		return nil
	})
}

func (r *Runner) installModel(ctx context.Context, tx pgx.Tx, m *model) error {
	_, err := tx.Exec(ctx, `INSERT INTO projections.lease (name) VALUES ($1) ON CONFLICT DO NOTHING`, m.Name)
	if err != nil {
		return err
	}
	c, err := m.read(ctx, tx, unlocked)
	if err == nil && (c.version == m.Version || r.beside) {
		m.begin(c)
		return nil
	}
	// Whoever still applies the other version must be done, and come too late.
	if err == nil {
		c, err = m.read(ctx, tx, alone)
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if err := m.keepOld(ctx, tx); err != nil {
		return err
	}
	if err := m.create(ctx, tx); err != nil {
		return err
	}
	c.least = max(c.least, c.position) // no read goes back in time
	m.begin(checkpoint{least: c.least})
	_, err = tx.Exec(ctx, `UPDATE projections.checkpoint SET least = $1 WHERE name = $2`, c.least, m.Name)
	return err
}

// tables are one set of a projection's tables: those that serve, or a second
// copy beside them.
type tables struct {
	Projection
	schema string // of Postgres; also the name in the runner's own tables
	strict bool   // an event of an unknown type is an error, not counted
}

// create makes the tables, empty and at position 0, in place of what stood in
// their schema.
func (t *tables) create(ctx context.Context, tx pgx.Tx) error {
	name := pgx.Identifier{t.schema}.Sanitize()
	if _, err := tx.Exec(ctx, `DROP SCHEMA IF EXISTS `+name+` CASCADE; CREATE SCHEMA `+name); err != nil {
		return err
	}
	if err := searchPath(ctx, tx, t.schema); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, t.Schema); err != nil {
		return err
	}
	if err := t.forget(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO projections.checkpoint (name, version) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET version = $2, position = 0, events = 0, unknown = 0`, t.schema, t.Version)
	return err
}

// forget deletes what is noted about the tables besides their checkpoint.
func (t *tables) forget(ctx context.Context, tx pgx.Tx) error {
	var batch pgx.Batch
	batch.Queue(`DELETE FROM projections.lane WHERE name = $1`, t.schema)
	batch.Queue(`DELETE FROM projections.parked WHERE name = $1`, t.schema)
	return tx.SendBatch(ctx, &batch).Close()
}

// checkpoint is how far tables are. pending is where a slice ends that is
// applied in part, which happens only when a process died or failed over it.
// least is what another version that served before had reached.
type checkpoint struct {
	version  int
	position eventstore.Position
	events   int64
	unknown  int64
	epoch    int64
	least    eventstore.Position
	pending  eventstore.Position
	lanes    int
}

// locking is how a transaction reads a checkpoint. Who applies a slice holds it
// as writing; the parts of the slice share it with that; alone waits for all of
// them and keeps them out.
type locking string

const (
	unlocked locking = ""
	part     locking = "KEY SHARE"
	writing  locking = "NO KEY UPDATE"
	alone    locking = "UPDATE"
)

// batcher is a pool or a transaction.
type batcher interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// read reads the checkpoint, in a statement after that which locks it: what
// ended while the lock was waited for is seen. pgx.ErrNoRows: the tables were
// never made.
func (t *tables) read(ctx context.Context, db batcher, l locking) (c checkpoint, err error) {
	var batch pgx.Batch
	if l != unlocked {
		batch.Queue(`SELECT FROM projections.checkpoint WHERE name = $1 FOR `+string(l), t.schema)
	}
	batch.Queue(`SELECT version, position, events, unknown, epoch, least,
			(SELECT max(upto) FROM projections.lane l WHERE l.name = c.name),
			(SELECT max(lanes) FROM projections.lane l WHERE l.name = c.name)
		FROM projections.checkpoint c WHERE name = $1`, t.schema).QueryRow(func(row pgx.Row) error {
		var pending, lanes *int64
		err := row.Scan(&c.version, &c.position, &c.events, &c.unknown, &c.epoch, &c.least, &pending, &lanes)
		c.pending, c.lanes = eventstore.Position(OrZero(pending)), int(OrZero(lanes))
		return err
	})
	return c, db.SendBatch(ctx, &batch).Close()
}

// mine is nil when the tables are of this version of the program and nobody
// took them over since the epoch.
func (c checkpoint) mine(t *tables, epoch int64) error {
	switch {
	case c.version != t.Version:
		return fmt.Errorf("version %d, not %d: %w", c.version, t.Version, ErrVersion)
	case c.epoch != epoch:
		return fmt.Errorf("epoch %d, not %d: %w", c.epoch, epoch, ErrFenced)
	}
	return nil
}

// move sets the checkpoint from what was read under a lock; the condition
// repeats the fence for whoever holds none.
func (t *tables) move(ctx context.Context, tx pgx.Tx, from, to checkpoint) error {
	tag, err := tx.Exec(ctx, `UPDATE projections.checkpoint SET position = $1, events = $2, unknown = $3
		WHERE name = $4 AND version = $5 AND position = $6 AND epoch = $7`,
		to.position, to.events, to.unknown, t.schema, t.Version, from.position, from.epoch)
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
