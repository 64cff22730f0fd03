// Package storage keeps the event log in Postgres, in a schema es of its own.
package storage

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore/node/engine"
)

//go:embed schema.sql
var schema string

const (
	schemaVersion = 1
	// schemaLock keeps two nodes from creating the schema at once, writerLock
	// from writing at once. Both are per database; the numbers are arbitrary.
	schemaLock = 0x65736e6f646501
	writerLock = 0x65736e6f646502
	// readConnections bounds the reads that run at once; each is one short page.
	readConnections = 8
)

// Postgres is an engine.Store.
type Postgres struct {
	pool *pgxpool.Pool
	log  *slog.Logger
}

// Open connects to a database and creates the schema when it is missing.
func Open(ctx context.Context, url string, log *slog.Logger) (*Postgres, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("event store database: %w", err)
	}
	config.MaxConns = readConnections
	config.ConnConfig.RuntimeParams["application_name"] = "event store reader"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("event store database: %w", err)
	}
	p := &Postgres{pool: pool, log: log}
	if err := pgx.BeginFunc(ctx, pool, p.migrate(ctx)); err != nil {
		pool.Close()
		return nil, fmt.Errorf("event store schema: %w", err)
	}
	return p, nil
}

// migrate makes the schema or checks its version.
func (p *Postgres) migrate(ctx context.Context) func(pgx.Tx) error {
	return func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, schemaLock); err != nil {
			return err
		}
		// Everything in it is made only if it is missing.
		if _, err := tx.Exec(ctx, schema); err != nil {
			return err
		}
		var version int
		if err := tx.QueryRow(ctx, `SELECT schema_version FROM es.node`).Scan(&version); err != nil {
			return err
		}
		if version != schemaVersion {
			return fmt.Errorf("schema es has version %d, this program knows %d", version, schemaVersion)
		}
		return nil
	}
}

// Ping implements engine.Store.
func (p *Postgres) Ping(ctx context.Context) error { return unavailable(p.pool.Ping(ctx)) }

// Close implements engine.Store.
func (p *Postgres) Close() { p.pool.Close() }

// unavailable marks every failure of the storage as one to try again, but for
// the end of the caller's own context.
func unavailable(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", engine.ErrUnavailable, err)
}
