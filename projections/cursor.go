package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
)

// Cursors keeps the places in the log of consumers that have no read model,
// such as process managers. Losing them costs a second, harmless reading.
type Cursors struct{ pool *pgxpool.Pool }

// OpenCursors makes their table when it is missing.
func OpenCursors(ctx context.Context, pool *pgxpool.Pool) (*Cursors, error) {
	_, err := pool.Exec(ctx, `
		CREATE TABLE IF NOT EXISTS projections.cursor (
			name     text PRIMARY KEY,
			position bigint NOT NULL
		);
		COMMENT ON TABLE projections.cursor IS 'How far consumers without a read model have handled the log'`)
	if err != nil {
		return nil, fmt.Errorf("projections: cursors: %w", err)
	}
	return &Cursors{pool: pool}, nil
}

// Load is the consumer's place, the beginning of the log when it has none.
func (c *Cursors) Load(ctx context.Context, name string) (eventstore.Position, error) {
	var at int64
	err := c.pool.QueryRow(ctx, `SELECT position FROM projections.cursor WHERE name = $1`, name).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("projections: cursor %s: %w", name, err)
	}
	return eventstore.Position(at), nil
}

// Save moves the consumer's place forward; it never goes back.
func (c *Cursors) Save(ctx context.Context, name string, p eventstore.Position) error {
	_, err := c.pool.Exec(ctx, `
		INSERT INTO projections.cursor AS c (name, position) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET position = greatest(c.position, excluded.position)`, name, int64(p))
	if err != nil {
		return fmt.Errorf("projections: cursor %s: %w", name, err)
	}
	return nil
}

// Hold waits until no other process holds the consumer's name and holds it until
// release, so that what cannot be taken back is done by one process at a time.
// The database forgets a process whose connection is lost: then, for a while,
// two may think that they hold it.
func (c *Cursors) Hold(ctx context.Context, name string) (release func(), err error) {
	conn, err := c.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("projections: hold %s: %w", name, err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended('cursor ' || $1, 0))`, name); err != nil {
		conn.Release()
		return nil, fmt.Errorf("projections: hold %s: %w", name, err)
	}
	return func() {
		// The lock ends with its connection, which is not used again.
		_ = conn.Hijack().Close(context.WithoutCancel(ctx))
	}, nil
}
