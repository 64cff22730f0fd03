package deliveries

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/webhook"
	"aftersales/eventstore"
)

// Take are messages whose time has come, of webhooks that are active, and lends
// them to the caller until the lease is over: if it does not say what became of
// them, somebody else takes them.
func (q *Queue) Take(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]webhook.Delivery, error) {
	rows, err := q.runner.Pool().Query(ctx, `
		WITH due AS (
			SELECT m.webhook, m.position FROM deliveries.message m
			WHERE m.state = 'waiting' AND m.next_at <= $1
				AND m.webhook IN (SELECT id FROM documents.document WHERE kind = 'webhook' AND state = 'active')
				AND EXISTS (SELECT FROM timeline.event e WHERE e.position = m.position)
			ORDER BY m.next_at, m.position LIMIT $3 FOR UPDATE OF m SKIP LOCKED
		), taken AS (
			UPDATE deliveries.message m SET attempts = m.attempts + 1, next_at = $2
			FROM due WHERE m.webhook = due.webhook AND m.position = due.position
			RETURNING m.webhook, m.position, m.attempts
		)
		SELECT t.webhook, t.position, t.attempts, e.event_id, e.type, e.recorded_at, e.stream, e.revision, e.ticket, e.actor, e.summary, e.data
		FROM taken t JOIN timeline.event e USING (position) ORDER BY t.position`, now, now.Add(lease), limit)
	if err != nil {
		return nil, wrap(err)
	}
	messages, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d webhook.Delivery, err error) {
		var at eventstore.Position
		err = row.Scan(&d.Webhook, &at, &d.Attempt, &d.Event, &d.Type, &d.RecordedAt, &d.Stream, &d.Revision,
			&d.Ticket, &d.Actor, &d.Summary, &d.Data)
		d.Position, d.RecordedAt = at.String(), d.RecordedAt.UTC()
		return d, err
	})
	return messages, wrap(err)
}

// Settle records what became of a message that Take lent. It does nothing when
// the message was taken again since.
func (q *Queue) Settle(ctx context.Context, d webhook.Delivery, o webhook.Outcome) error {
	state, again := "waiting", &o.Again
	switch {
	case o.Error == "":
		state, again = "delivered", nil
	case o.Again.IsZero():
		state, again = "failed", nil
	}
	at, err := eventstore.ParsePosition(d.Position)
	if err != nil {
		return wrap(err)
	}
	_, err = q.runner.Pool().Exec(ctx, `
		UPDATE deliveries.message SET state = $4, next_at = $5, last_at = $6, last_status = nullif($7, 0), last_error = nullif($8, '')
		WHERE webhook = $1 AND position = $2 AND attempts = $3 AND state = 'waiting'`,
		d.Webhook, at, d.Attempt, state, again, o.At, o.Status, o.Error)
	return wrap(err)
}

// Item is a message in the log of a webhook's deliveries.
type Item struct {
	Position   string     `json:"position"`
	EventID    uuid.UUID  `json:"event_id"`
	Type       string     `json:"type"`
	State      string     `json:"state"`
	Attempts   int        `json:"attempts"`
	NextAt     *time.Time `json:"next_at"`
	LastAt     *time.Time `json:"last_at"`
	LastStatus *int       `json:"last_status"`
	LastError  *string    `json:"last_error"`
}

// List are a webhook's messages in log order after a position, all or those of a
// state, and the position to go on after, 0 when there are no more.
func (q *Queue) List(ctx context.Context, id uuid.UUID, state string, after eventstore.Position, limit int) (items []Item, next eventstore.Position, err error) {
	rows, err := q.runner.Pool().Query(ctx, `
		SELECT position, event_id, type, state, attempts, next_at, last_at, last_status, last_error FROM deliveries.message
		WHERE webhook = $1 AND position > $2 AND ($3 = '' OR state = $3) ORDER BY position LIMIT $4`, id, after, state, limit+1)
	if err != nil {
		return nil, 0, wrap(err)
	}
	var positions []eventstore.Position
	items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Item, err error) {
		var p eventstore.Position
		err = row.Scan(&p, &i.EventID, &i.Type, &i.State, &i.Attempts, &i.NextAt, &i.LastAt, &i.LastStatus, &i.LastError)
		i.Position = p.String()
		positions = append(positions, p)
		return i, err
	})
	if err != nil {
		return nil, 0, wrap(err)
	}
	if len(items) > limit {
		items, next = items[:limit], positions[limit-1]
	}
	return items, next, nil
}
