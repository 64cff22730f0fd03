package tickets

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/team"
	"aftersales/projections"
	"aftersales/projections/documents"
)

// Filter chooses tickets; zero fields choose all. Cursor is that of the page
// before, Limit the greatest number of tickets in a page.
type Filter struct {
	Team     uuid.UUID
	Teams    []uuid.UUID // any of these; none for all
	Customer uuid.UUID
	State    string
	Number   string
	Cursor   string
	Limit    int
}

const selectTicket = `
	SELECT t.id, t.stream, a.revision, t.number, t.state, t.team, t.customer, t.entity,
		t.created_at, t.updated_at, t.created, t.position, t.fields,
		(SELECT coalesce(json_object_agg(s.service, s.enabled), '{}') FROM tickets.service s WHERE s.team = t.team),
		(SELECT coalesce(json_object_agg(m.kind || 's', m.n), '{}') FROM (
			SELECT kind, count(*) AS n FROM tickets.made WHERE ticket = t.id AND counted GROUP BY kind) m),
		(SELECT coalesce(json_agg(json_build_object('type', 'review_and_post', 'kind', m.kind, 'id', m.id) ORDER BY m.id), '[]')
			FROM tickets.made m WHERE m.ticket = t.id AND m.review),
		coalesce((SELECT true FROM tickets.field_service f JOIN tickets.archived_project p ON p.id = f.project WHERE f.team = t.team), false),
		coalesce((SELECT true FROM tickets.delivery d WHERE d.entity = t.entity AND d.done LIMIT 1), false) -- as EXISTS it is hashed whole
	FROM tickets.ticket t JOIN tickets.aggregate a USING (stream) `

// Get is the page of a ticket, and whether there is one.
func Get(ctx context.Context, q projections.Querier, id uuid.UUID) (Ticket, bool, error) {
	found, err := collect(ctx, q, selectTicket+`WHERE t.id = $1`, id)
	if err != nil || len(found) == 0 {
		return Ticket{}, false, err
	}
	return found[0], true, nil
}

// List is a page of tickets in the order in which they were opened, and the
// cursor of the next page, "" when there is none. A bad cursor is
// documents.ErrCursor.
func List(ctx context.Context, q projections.Querier, f Filter) (items []Ticket, next string, err error) {
	where := projections.Where{}
	where.And(f.Team != uuid.Nil, "t.team = ?", f.Team)
	where.And(len(f.Teams) > 0, "t.team = ANY (?)", f.Teams)
	where.And(f.Customer != uuid.Nil, "t.customer = ?", f.Customer)
	where.And(f.State != "", "t.state = ?", f.State)
	where.And(f.Number != "", "t.number = ?", f.Number)
	if f.Cursor != "" {
		created, id, err := documents.ParseCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		where.And(true, "(t.created, t.id) > (?, ?)", created, id)
	}
	items, err = collect(ctx, q, selectTicket+where.SQL()+fmt.Sprintf(" ORDER BY t.created, t.id LIMIT %d", f.Limit+1), where.Args()...)
	if err == nil && len(items) > f.Limit {
		items = items[:f.Limit]
		next = items[f.Limit-1].Cursor()
	}
	return items, next, err
}

func collect(ctx context.Context, q projections.Querier, sql string, args ...any) ([]Ticket, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	all, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	return all, nil
}

func scan(rows pgx.CollectableRow) (Ticket, error) {
	var (
		t         = Ticket{Document: documents.Document{Kind: "ticket"}}
		d         = &t.Document
		r         row
		offered   map[team.Service]bool
		archived  bool // the team's project for visits
		delivered bool
	)
	err := rows.Scan(&d.ID, &d.Stream, &d.Revision, &r.Number, &d.State, &r.Team, &r.Customer, &r.Entity,
		&d.CreatedAt, &d.UpdatedAt, &d.Created, &d.Position, &d.Fields, &offered, &t.SmartButtons, &t.Activities, &archived, &delivered)
	if err != nil {
		return Ticket{}, err
	}
	d.Number, d.Team, d.Customer, d.Entity = projections.OrZero(r.Number), projections.OrZero(r.Team), projections.OrZero(r.Customer), projections.OrZero(r.Entity)
	var fields struct {
		AfterClosing []Activity `json:"after_closing"`
	}
	if err := json.Unmarshal(d.Fields, &fields); err != nil {
		return Ticket{}, err
	}
	for _, a := range fields.AfterClosing {
		a.Type = FollowUp
		t.Activities = append(t.Activities, a)
	}
	t.Actions = actions(offered, d.Customer, delivered, archived)
	return t, nil
}

// Open is how many tickets of a team are open.
func Open(ctx context.Context, q projections.Querier, team uuid.UUID) (n int, err error) {
	if err = q.QueryRow(ctx, `SELECT count(*) FROM tickets.ticket WHERE team = $1 AND state = 'open'`, team).Scan(&n); err != nil {
		err = fmt.Errorf("tickets: %w", err)
	}
	return n, err
}

// Teams are the teams that tickets belong to now; unknown tickets are missing.
func Teams(ctx context.Context, q projections.Querier, of []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	rows, err := q.Query(ctx, `SELECT id, team FROM tickets.ticket WHERE id = ANY($1) AND team IS NOT NULL`, of)
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	teams := map[uuid.UUID]uuid.UUID{}
	var id, team uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&id, &team}, func() error {
		teams[id] = team
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	return teams, nil
}
