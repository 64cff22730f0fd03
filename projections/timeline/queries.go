package timeline

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/projections"
)

// Item is an event on the page of a ticket. Position is the text of an
// eventstore.Position.
type Item struct {
	Position   string          `json:"position"`
	Stream     string          `json:"stream"`
	Revision   uint64          `json:"revision"`
	Type       string          `json:"type"`
	RecordedAt time.Time       `json:"recorded_at"`
	Actor      json.RawMessage `json:"actor"`
	Summary    string          `json:"summary"`
	Data       json.RawMessage `json:"data"`
}

// Event is an event for auditors, with all its metadata.
type Event struct {
	Item
	EventID  uuid.UUID       `json:"event_id"`
	Ticket   *uuid.UUID      `json:"ticket"`
	Created  time.Time       `json:"created"`
	Metadata json.RawMessage `json:"metadata"`
}

// Filter chooses events; zero fields choose all. From and To bound the time at
// which they were recorded, From inclusive, To exclusive. After is the cursor:
// the position of the last event of the page before. Language is that of the
// summaries, en or fa.
type Filter struct {
	Language string
	Stream   string
	Ticket   uuid.UUID
	Teams    []uuid.UUID // whose tickets the events belong to
	Actor    string
	Type     string
	From     time.Time
	To       time.Time
	After    eventstore.Position
	Limit    int
}

// Ticket are the events of a ticket and of the documents made from it, after a
// position, in log order. next is the position to go on after, 0 when there is
// no more.
func Ticket(ctx context.Context, q projections.Querier, language string, ticket uuid.UUID, after eventstore.Position, limit int) (items []Item, next eventstore.Position, err error) {
	events, next, err := Audit(ctx, q, Filter{Language: language, Ticket: ticket, After: after, Limit: limit})
	items = make([]Item, len(events))
	for i, e := range events {
		items[i] = e.Item
	}
	return items, next, err
}

// Audit are the events that the filter chooses, in log order, with the
// position to go on after, 0 when there is no more.
func Audit(ctx context.Context, q projections.Querier, f Filter) (events []Event, next eventstore.Position, err error) {
	var where projections.Where
	where.And(true, "position > ?", f.After)
	where.And(f.Stream != "", "stream = ?", f.Stream)
	where.And(f.Ticket != uuid.Nil, "ticket = ?", f.Ticket)
	where.And(len(f.Teams) > 0, "EXISTS (SELECT FROM tickets.ticket t WHERE t.id = event.ticket AND t.team = ANY (?))", f.Teams)
	where.And(f.Actor != "", "actor_id = ?", f.Actor)
	where.And(f.Type != "", "type = ?", f.Type)
	where.And(!f.From.IsZero(), "recorded_at >= ?", f.From)
	where.And(!f.To.IsZero(), "recorded_at < ?", f.To)
	order := "position"
	if !f.From.IsZero() {
		order += " + 0" // by time, then sorted; in log order all that came before would be read
	}
	rows, err := q.Query(ctx, fmt.Sprintf(`
		SELECT position, stream, revision, type, recorded_at, actor, data, event_id, ticket, created, metadata,
			coalesce((SELECT d.number FROM documents.document d
				WHERE d.stream = event.stream AND d.id::text = substr(event.stream, strpos(event.stream, '-') + 1)), '')
		FROM timeline.event %s ORDER BY %s LIMIT %d`, where.SQL(), order, f.Limit+1), where.Args()...)
	if err != nil {
		return nil, 0, fmt.Errorf("timeline: %w", err)
	}
	var positions []eventstore.Position
	events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Event, error) {
		var (
			e      Event
			at     int64
			number string
		)
		err := row.Scan(&at, &e.Stream, &e.Revision, &e.Type, &e.RecordedAt, &e.Actor, &e.Data,
			&e.EventID, &e.Ticket, &e.Created, &e.Metadata, &number)
		e.Summary = Summary(f.Language, e.Stream, e.Type, e.Data, number)
		p := eventstore.Position(at)
		positions = append(positions, p)
		e.Position, e.RecordedAt, e.Created = p.String(), e.RecordedAt.UTC(), e.Created.UTC()
		return e, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("timeline: %w", err)
	}
	if len(events) > f.Limit {
		events, next = events[:f.Limit], positions[f.Limit-1]
	}
	return events, next, nil
}
