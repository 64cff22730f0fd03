package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"aftersales/eventstore/node/engine"
)

// lockPatience is how long a lock is waited for that the connection of a killed
// node may still hold.
const lockPatience = 2 * time.Second

// writer is an engine.Writer: a connection that holds the writer lock.
type writer struct {
	conn      *pgx.Conn
	rows, out []byte // Insert's, kept for their memory
}

// Writer implements engine.Store. It refuses a server that would acknowledge a
// commit before it is durable.
func (p *Postgres) Writer(ctx context.Context) (engine.Writer, error) {
	config := p.pool.Config().ConnConfig
	config.RuntimeParams["application_name"] = "event store writer"
	config.RuntimeParams["synchronous_commit"] = "on"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, unavailable(err)
	}
	w := &writer{conn: conn}
	if err := w.take(ctx, p); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// take checks the server's settings and takes the lock.
func (w *writer) take(ctx context.Context, p *Postgres) error {
	var commit, fsync string
	err := w.conn.QueryRow(ctx, `SELECT current_setting('synchronous_commit'), current_setting('fsync')`).
		Scan(&commit, &fsync)
	switch {
	case err != nil:
		return unavailable(err)
	case commit != "on":
		return fmt.Errorf("event store writer: synchronous_commit is %s, not on", commit)
	case fsync != "on":
		p.log.Warn("Postgres runs without fsync: a power failure may lose acknowledged events")
	}
	for deadline := time.Now().Add(lockPatience); ; {
		var held bool
		err := w.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, writerLock).Scan(&held)
		switch {
		case err != nil:
			return unavailable(err)
		case held:
			return nil
		case time.Now().After(deadline):
			return engine.ErrLocked
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close implements engine.Writer.
func (w *writer) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.conn.Close(ctx) // the server gives the lock up either way
}

// Check implements engine.Writer: the lock lasts as long as the session.
func (w *writer) Check(ctx context.Context) error { return unavailable(w.conn.Ping(ctx)) }

// Heads implements engine.Writer; only metadata events come with their data.
func (w *writer) Heads(ctx context.Context, streams []string) ([]*engine.Event, error) {
	rows, err := w.conn.Query(ctx, `
		SELECT h.* FROM unnest($1::text[]) AS s(stream) CROSS JOIN LATERAL (
			SELECT pos, stream, rev, id, type, flags, created,
			       CASE WHEN starts_with(stream, '$$') THEN data ELSE '' END, ''::bytea
			FROM es.event WHERE stream = s.stream COLLATE "C" ORDER BY rev DESC LIMIT 1) h`, streams)
	if err != nil {
		return nil, unavailable(err)
	}
	events, err := pgx.CollectRows(rows, scan)
	return events, unavailable(err)
}

// IDs implements engine.Writer.
func (w *writer) IDs(ctx context.Context, stream string, from, to int64) ([]engine.Location, error) {
	return w.locations(ctx, `SELECT id, stream, rev, pos FROM es.event
		WHERE stream = $1 AND rev BETWEEN $2 AND $3 ORDER BY rev`, stream, from, to)
}

// Recent implements engine.Writer.
func (w *writer) Recent(ctx context.Context, n int) ([]engine.Location, error) {
	return w.locations(ctx, `SELECT id, stream, rev, pos FROM (
		SELECT id, stream, rev, pos FROM es.event ORDER BY pos DESC LIMIT $1) newest ORDER BY pos`, n)
}

func (w *writer) locations(ctx context.Context, sql string, args ...any) ([]engine.Location, error) {
	rows, err := w.conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, unavailable(err)
	}
	at, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (at engine.Location, err error) {
		return at, row.Scan((*[16]byte)(&at.ID), &at.Stream, &at.Revision, &at.Position)
	})
	return at, unavailable(err)
}

// uniqueViolation is the SQLSTATE of a row in the way.
const uniqueViolation = "23505"

// Insert implements engine.Writer: one statement that is a transaction of its own.
func (w *writer) Insert(ctx context.Context, events []*engine.Event) error {
	w.rows = appendCopy(w.rows[:0], events)
	err := w.copyRows(ctx)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == uniqueViolation {
		return fmt.Errorf("%w: %w", engine.ErrSecondWriter, err)
	}
	return unavailable(err)
}

// copyRows sends the statement, its rows and their end at once, where pgx would
// take three writes and Postgres wake up for each.
func (w *writer) copyRows(ctx context.Context) error {
	pg := w.conn.PgConn()
	var err error
	w.out = w.out[:0]
	for _, message := range []pgproto3.FrontendMessage{
		&pgproto3.Query{String: copyIn}, &pgproto3.CopyData{Data: w.rows}, &pgproto3.CopyDone{},
	} {
		if w.out, err = message.Encode(w.out); err != nil {
			return err
		}
	}
	deadline, _ := ctx.Deadline() // none is the zero time, which lifts it
	if err := pg.Conn().SetWriteDeadline(deadline); err != nil {
		return err
	}
	if _, err := pg.Conn().Write(w.out); err != nil {
		return err
	}
	if err := pg.Conn().SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	var refused error
	for {
		message, err := pg.ReceiveMessage(ctx)
		if err != nil {
			return err
		}
		switch message := message.(type) {
		case *pgproto3.ErrorResponse:
			refused = pgconn.ErrorResponseToPgError(message)
		case *pgproto3.ReadyForQuery:
			return refused
		}
	}
}
