package projections

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// Log is what CheckLog asks an event store.
type Log interface {
	// ReadAll yields the events after a position.
	ReadAll(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Recorded, error]
	// End is the position of the last event, of whatever kind.
	End(ctx context.Context) (eventstore.Position, error)
}

// AheadError says that a read model, or a consumer's place, is ahead of the log:
// the log was restored from an older backup.
type AheadError struct {
	Name     string
	Position eventstore.Position // of the read model
	End      eventstore.Position // of the log
}

// Error names both positions.
func (e *AheadError) Error() string {
	return fmt.Sprintf("read model %s is at position %s, but the log ends at %s: it is newer than the log", e.Name, e.Position, e.End)
}

// OtherLogError says that the read models were made from a log whose first
// event is another, or was recorded at another time: positions of one log mean
// nothing in another, not even in a copy of it.
type OtherLogError struct{ Theirs, First string }

// Error names both first events.
func (e *OtherLogError) Error() string {
	return fmt.Sprintf("the read models were made from a log that begins with %s, this one begins with %s", e.Theirs, e.First)
}

const logDDL = `
	SELECT pg_advisory_xact_lock(hashtextextended('projections.install', 0));
	CREATE SCHEMA IF NOT EXISTS projections;
	CREATE TABLE IF NOT EXISTS projections.log (one boolean PRIMARY KEY DEFAULT true CHECK (one), first text NOT NULL);
	COMMENT ON TABLE projections.log IS 'The log that the read models are made from: id and time of its first event'`

// CheckLog refuses read models that do not belong to a log: *AheadError,
// *OtherLogError. It is to be called before anything follows the log. Read
// models that belong to none yet are from now on this log's.
func CheckLog(ctx context.Context, databaseURL string, log Log) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, logDDL); err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		if err := sameLog(ctx, tx, log); err != nil {
			return err
		}
		name, position, err := foremost(ctx, tx)
		if err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		end, err := log.End(ctx) // after the positions, which may still move
		if err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		if position > end {
			return &AheadError{Name: name, Position: position, End: end}
		}
		return nil
	})
}

// sameLog compares the log's first event with the one that was noted, or notes
// it.
func sameLog(ctx context.Context, tx pgx.Tx, log Log) error {
	for first, err := range log.ReadAll(ctx, 0) {
		if err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		text := first.ID.String() + " of " + first.Created.UTC().Format(time.RFC3339Nano)
		if _, err := tx.Exec(ctx, `INSERT INTO projections.log (first) VALUES ($1) ON CONFLICT DO NOTHING`, text); err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		var noted string
		if err := tx.QueryRow(ctx, `SELECT first FROM projections.log`).Scan(&noted); err != nil {
			return fmt.Errorf("projections: %w", err)
		}
		if noted != text {
			return &OtherLogError{Theirs: noted, First: text}
		}
		break
	}
	return nil
}

// foremost is the read model or consumer that is farthest in the log.
func foremost(ctx context.Context, tx pgx.Tx) (name string, position eventstore.Position, err error) {
	for _, table := range []string{"projections.checkpoint", "projections.cursor"} {
		var there bool
		if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, table).Scan(&there); err != nil {
			return "", 0, err
		}
		if !there {
			continue
		}
		rows, err := tx.Query(ctx, `SELECT name, position FROM `+table)
		if err != nil {
			return "", 0, err
		}
		var n string
		var p int64
		if _, err := pgx.ForEachRow(rows, []any{&n, &p}, func() error {
			if eventstore.Position(p) > position {
				name, position = n, eventstore.Position(p)
			}
			return nil
		}); err != nil {
			return "", 0, err
		}
	}
	return name, position, nil
}

// Forget drops all read models, their checkpoints and the places of consumers,
// in one transaction; whoever follows the log next begins with its first event.
// Nothing may follow it meanwhile.
func Forget(ctx context.Context, databaseURL string, all []Projection) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	schemas := []string{checkpointSchema}
	for _, p := range all {
		for _, suffix := range []string{"", scratchSuffix, oldSuffix} {
			schemas = append(schemas, pgx.Identifier{p.Name + suffix}.Sanitize())
		}
	}
	if _, err := conn.Exec(ctx, `DROP SCHEMA IF EXISTS `+strings.Join(schemas, ", ")+` CASCADE`); err != nil {
		return fmt.Errorf("projections: forget: %w", err)
	}
	return nil
}
