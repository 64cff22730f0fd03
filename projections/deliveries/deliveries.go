// Package deliveries is the queue and the log of what webhooks are told. The
// events come from the read model "timeline", the webhooks themselves from
// "documents"; what was tried is known here alone.
package deliveries

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/documents"
)

//go:embed schema.sql
var schema string

// Queue is safe for concurrent use, also by several processes.
type Queue struct{ runner *projections.Runner }

// Open makes the tables when they are missing. The runner has the projections
// timeline, tickets and documents.
func Open(ctx context.Context, runner *projections.Runner) (*Queue, error) {
	err := pgx.BeginFunc(ctx, runner.Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('deliveries.install', 0))`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, schema)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	return &Queue{runner: runner}, nil
}

// Follow begins the queue of a webhook after a position; known ones stay.
func (q *Queue) Follow(ctx context.Context, webhook uuid.UUID, after eventstore.Position) error {
	_, err := q.runner.Pool().Exec(ctx, `INSERT INTO deliveries.webhook (id, position) VALUES ($1, $2) ON CONFLICT DO NOTHING`, webhook, after)
	return wrap(err)
}

// Replay takes a webhook's queue back to a position: what happened since is
// told once more.
func (q *Queue) Replay(ctx context.Context, webhook uuid.UUID, after eventstore.Position) error {
	_, err := q.runner.Pool().Exec(ctx, `UPDATE deliveries.webhook SET position = least(position, $2) WHERE id = $1`, webhook, after)
	return wrap(err)
}

// fillPage is how many events enter a queue in one transaction.
const fillPage = 500

// Fill puts what happened since into the queues of all webhooks that are
// active, once the read models have reached the position.
func (q *Queue) Fill(ctx context.Context, reached eventstore.Position, now time.Time) error {
	var upTo eventstore.Position
	for _, name := range []string{"documents", "tickets", "timeline"} {
		at, err := q.runner.Wait(ctx, name, reached)
		if err != nil {
			return err
		}
		upTo = at // the timeline's
	}
	webhooks, err := q.active(ctx)
	if err != nil {
		return err
	}
	for _, w := range webhooks {
		for more := true; more; {
			if more, err = q.fill(ctx, w, upTo, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// wanted is what a webhook wants to be told.
type wanted struct {
	id    uuid.UUID
	Types []string    `json:"types"`
	Teams []uuid.UUID `json:"teams"`
}

func (q *Queue) active(ctx context.Context) (all []wanted, err error) {
	f := documents.Filter{Kinds: []string{"webhook"}, State: "active", Limit: fillPage}
	for {
		page, next, err := documents.List(ctx, q.runner.Pool(), f)
		if err != nil {
			return nil, err
		}
		for _, d := range page {
			w := wanted{id: d.ID}
			if err := json.Unmarshal(d.Fields, &w); err != nil {
				return nil, wrap(err)
			}
			all = append(all, w)
		}
		if f.Cursor = next; next == "" {
			return all, nil
		}
	}
}

// fill moves a webhook's queue on by at most a page; false when it is at upTo.
func (q *Queue) fill(ctx context.Context, w wanted, upTo eventstore.Position, now time.Time) (more bool, err error) {
	err = pgx.BeginFunc(ctx, q.runner.Pool(), func(tx pgx.Tx) error {
		var from eventstore.Position
		err := tx.QueryRow(ctx, `SELECT position FROM deliveries.webhook WHERE id = $1 FOR UPDATE`, w.id).Scan(&from)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && from >= upTo {
			return nil
		}
		if err != nil {
			return err
		}
		var last *int64
		var n int
		err = tx.QueryRow(ctx, `
			WITH found AS (
				SELECT position, event_id, type FROM timeline.event
				WHERE position > $2 AND position <= $3
					AND (cardinality($4::text[]) = 0 OR type = ANY ($4))
					AND (cardinality($5::uuid[]) = 0 OR ticket IN (SELECT id FROM tickets.ticket WHERE team = ANY ($5)))
				ORDER BY position LIMIT $6
			), put AS (
				INSERT INTO deliveries.message AS m (webhook, position, event_id, type, state, attempts, next_at)
				SELECT $1, position, event_id, type, 'waiting', 0, $7 FROM found
				ON CONFLICT (webhook, position) DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at
			)
			SELECT max(position), count(*) FROM found`,
			w.id, from, upTo, orEmpty(w.Types), orEmpty(w.Teams), fillPage, now).Scan(&last, &n)
		if err != nil {
			return err
		}
		to := int64(upTo)
		if more = n == fillPage; more {
			to = *last
		}
		_, err = tx.Exec(ctx, `UPDATE deliveries.webhook SET position = $2 WHERE id = $1`, w.id, to)
		return err
	})
	return more, wrap(err)
}

func orEmpty[E any](s []E) []E {
	if s == nil {
		return []E{}
	}
	return s
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("deliveries: %w", err)
}
