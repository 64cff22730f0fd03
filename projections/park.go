package projections

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"aftersales/eventstore"
)

// attempts is how often an event that fails alone is tried before it is parked.
const attempts = 3

// longestError bounds what is kept of an error, in bytes.
const longestError = 2000

// absorption applies events to tables in one transaction and parks those that
// fail, with all that share their stream or ticket and come later.
type absorption struct {
	*tables
	tx      pgx.Tx
	logger  *slog.Logger
	blocked map[string]eventstore.Position // by key, after which position
	parked  []eventstore.Position
}

// absorb applies the events, in order, or parks them.
func (r *Runner) absorb(ctx context.Context, tx pgx.Tx, t *tables, items []item) error {
	_, err := r.sort(ctx, tx, t, items)
	return err
}

// sort is absorb, and answers the positions of what it parked.
func (r *Runner) sort(ctx context.Context, tx pgx.Tx, t *tables, items []item) (parked []eventstore.Position, err error) {
	if len(items) == 0 {
		return nil, nil
	}
	a := &absorption{tables: t, tx: tx, logger: r.logger}
	if err := searchPath(ctx, tx, t.schema); err != nil {
		return nil, err
	}
	if err := a.load(ctx, items); err != nil {
		return nil, err
	}
	err = a.absorb(ctx, items)
	return a.parked, err
}

// load finds what is blocked by events that were parked before these.
func (a *absorption) load(ctx context.Context, items []item) error {
	var streams []string
	var tickets []uuid.UUID
	for _, it := range items {
		streams, tickets = append(streams, Text(it.Stream)), append(tickets, it.ticket())
	}
	rows, err := a.tx.Query(ctx, `SELECT stream, CASE WHEN error IS NOT NULL THEN ticket END
		FROM projections.parked WHERE name = $1 AND position < $2 AND (stream = ANY ($3) OR ticket = ANY ($4))`,
		a.schema, items[0].Position, streams, tickets)
	if err != nil {
		return err
	}
	a.blocked = map[string]eventstore.Position{}
	var stream string
	var ticket *uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&stream, &ticket}, func() error {
		a.blocked["stream "+stream] = 0
		if ticket != nil {
			a.blocked[ticketKey(*ticket)] = 0
		}
		return nil
	})
	return err
}

// absorb finds the events that fail by halving. Apply does not depend on how
// the log is cut, so the halves mean what the whole does.
func (a *absorption) absorb(ctx context.Context, items []item) error {
	free, err := a.free(ctx, items)
	if err != nil || len(free) == 0 {
		return err
	}
	err = a.try(ctx, free)
	if err == nil || !a.permanent(ctx, err) {
		return err
	}
	if len(free) > 1 {
		middle := len(free) / 2
		if err := a.absorb(ctx, free[:middle]); err != nil {
			return err
		}
		return a.absorb(ctx, free[middle:])
	}
	for range attempts - 1 {
		if err = a.try(ctx, free); err == nil || !a.permanent(ctx, err) {
			return err
		}
	}
	return a.park(ctx, free[0], err)
}

// free parks what must wait and what cannot be decoded, and answers the rest.
func (a *absorption) free(ctx context.Context, items []item) ([]item, error) {
	var free []item
	for _, it := range items {
		if it.fault == nil && !a.waits(it) {
			free = append(free, it)
			continue
		}
		if err := a.park(ctx, it, it.fault); err != nil {
			return nil, err
		}
	}
	return free, nil
}

func (a *absorption) waits(it item) bool {
	for _, key := range it.keys() {
		if since, blocked := a.blocked[key]; blocked && since < it.Position {
			return true
		}
	}
	return false
}

// try applies the events in a savepoint; a failure leaves nothing of them.
func (a *absorption) try(ctx context.Context, items []item) error {
	return pgx.BeginFunc(ctx, a.tx, func(tx pgx.Tx) error { return a.apply(ctx, tx, items) })
}

// park notes an event that failed, or that waits for one when there is no
// cause, and lets what follows it wait.
func (a *absorption) park(ctx context.Context, it item, cause error) error {
	var text *string
	var ticket *uuid.UUID
	a.block("stream "+it.Stream, it.Position)
	if id := it.ticket(); id != uuid.Nil {
		ticket = &id
	}
	if cause != nil {
		text = new(shorten(Text(cause.Error())))
		if ticket != nil {
			a.block(ticketKey(*ticket), it.Position)
		}
		a.report(ctx, it, cause)
	}
	a.parked = append(a.parked, it.Position)
	_, err := a.tx.Exec(ctx, `INSERT INTO projections.parked AS p
			(name, position, stream, revision, event_id, type, ticket, error, attempts)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text, CASE WHEN $8::text IS NULL THEN 0 ELSE 1 END)
		ON CONFLICT (name, position) DO UPDATE SET error = excluded.error, attempts = p.attempts + excluded.attempts`,
		a.schema, it.Position, Text(it.Stream), int64(it.Revision), it.ID, Text(it.Type), ticket, text)
	return err
}

// block lets what comes after the position wait. Halving does not find what
// blocks a key in order, so the earliest counts.
func (a *absorption) block(key string, since eventstore.Position) {
	if known, blocked := a.blocked[key]; !blocked || since < known {
		a.blocked[key] = since
	}
}

func (a *absorption) report(ctx context.Context, it item, cause error) {
	attrs := []slog.Attr{
		slog.String("projection", a.schema), slog.String("position", it.Position.String()), slog.String("stream", it.Stream),
		slog.String("type", it.Type), slog.Any("error", cause),
	}
	if p, ok := errors.AsType[*panicked](cause); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	a.logger.LogAttrs(ctx, slog.LevelError, "event parked", attrs...)
}

// permanent says whether an error is the fault of the events: not of the
// database, of the connection, of what else runs there, or of tables that are
// not as the program made them.
func (a *absorption) permanent(ctx context.Context, err error) bool {
	if ctx.Err() != nil || a.tx.Conn().IsClosed() || Unavailable(err) {
		return false
	}
	answer, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return true
	}
	for _, passing := range []string{
		"25006",                // read only
		"40", "53", "54", "55", // rolled back, resources, limits, locks
		"57", "58", "F0", "XX", // intervention, system, internal
		"3F", "42501", "42P01", "42703", // schema, rights, table, column
	} {
		if strings.HasPrefix(answer.Code, passing) {
			return false
		}
	}
	return true
}

func shorten(s string) string {
	if len(s) <= longestError {
		return s
	}
	s = s[:longestError]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
