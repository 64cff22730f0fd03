package documents

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/projections"
)

// Filter chooses documents; zero fields choose all. Teams chooses these teams
// and what was made from their tickets, as the tickets are now; with Unticketed
// also what was made from no ticket. RepairsOf leaves out the repairs that this
// user has no grant for that holds (P-16), and the links to them. Cursor is that of the
// page before, Limit the greatest number of documents in a page.
type Filter struct {
	Kinds    []string
	Number   string
	Ticket   uuid.UUID
	Customer uuid.UUID
	Entity   uuid.UUID
	Team     uuid.UUID
	Source   uuid.UUID // see Sources
	State    string    // as it is at the moment At
	At       Clock

	Teams      []uuid.UUID
	Unticketed bool
	RepairsOf  string

	Cursor string
	Limit  int
}

// ErrCursor says that a text is no cursor of a list.
var ErrCursor = errors.New("not a cursor")

const selectDocument = `
	SELECT d.kind, d.id, d.stream, a.revision, d.number, d.state, d.ticket, d.customer, d.entity, d.team,
		d.created_at, d.updated_at, d.created, d.position, d.code_sealed, d.fields
	FROM documents.document d JOIN documents.aggregate a USING (stream) `

// ticketOf begins a condition on the ticket t that a document d was made from.
const ticketOf = "EXISTS (SELECT FROM documents.document t WHERE t.kind = 'ticket' AND t.id = d.ticket AND "

// Get is the document of a kind with an id, and whether there is one.
func Get(ctx context.Context, q projections.Querier, kind string, id uuid.UUID) (Document, bool, error) {
	found, err := GetByIDs(ctx, q, kind, []uuid.UUID{id})
	if err != nil || len(found) == 0 {
		return Document{}, false, err
	}
	return found[0], true, nil
}

// GetByIDs are the documents of a kind with these ids, in the order of their
// creation; an id without a document is left out.
func GetByIDs(ctx context.Context, q projections.Querier, kind string, ids []uuid.UUID) ([]Document, error) {
	return collect(ctx, q, selectDocument+`WHERE d.kind = $1 AND d.id = ANY ($2) ORDER BY d.created, d.id`, kind, ids)
}

// List is a page of documents in the order of their creation, and the cursor of
// the next page, "" when there is none. Pages neither skip nor repeat a
// document because of writes in between. A bad cursor is ErrCursor.
func List(ctx context.Context, q projections.Querier, f Filter) (items []Document, next string, err error) {
	var where projections.Where
	if len(f.Kinds) == 1 {
		where.And(true, "d.kind = ?", f.Kinds[0]) // in the order of its index
	}
	where.And(len(f.Kinds) > 1, "d.kind = ANY (?)", f.Kinds)
	where.And(f.Number != "", "d.number = ?", f.Number)
	where.And(f.Ticket != uuid.Nil, "d.ticket = ?", f.Ticket)
	where.And(f.Customer != uuid.Nil, "d.customer = ?", f.Customer)
	where.And(f.Entity != uuid.Nil, "d.entity = ?", f.Entity)
	where.And(f.Team != uuid.Nil, "d.team = ?", f.Team)
	where.And(f.Source != uuid.Nil, "d.source = ?", f.Source)
	AndState(&where, "d", f.Kinds, f.State, f.At)
	// As EXISTS the tickets of the teams would all be read, for every page.
	switch ofTeam := "(SELECT t.team FROM documents.document t WHERE t.kind = 'ticket' AND t.id = d.ticket) = ANY (?)"; {
	case len(f.Teams) == 0:
	case slices.Equal(f.Kinds, []string{"team"}):
		where.And(true, "d.id = ANY (?)", f.Teams)
	case f.Unticketed:
		where.And(true, "(d.ticket IS NULL OR "+ofTeam+")", f.Teams)
	default: // a link to an order is of no team, as orders are
		where.And(true, "(d.kind = 'portal_link' AND d.fields->>'document_kind' = 'order' OR "+ofTeam+")", f.Teams)
	}
	// Access is a field of the folded repair.State.
	where.And(f.RepairsOf != "", "(d.kind <> 'repair' OR "+ticketOf+`
		(a.state->'Access')::jsonb @> jsonb_build_array(jsonb_build_object('User', ?::text, 'Team', t.team))))`, f.RepairsOf)
	where.And(f.RepairsOf != "" && slices.Contains(f.Kinds, "portal_link"), `(d.kind <> 'portal_link' OR d.fields->>'document_kind' <> 'repair' OR `+ticketOf+`
		(SELECT r.state->'Access' FROM documents.aggregate r WHERE r.stream = 'repair-' || (d.fields->>'document'))::jsonb
			@> jsonb_build_array(jsonb_build_object('User', ?::text, 'Team', t.team))))`, f.RepairsOf)
	if f.Cursor != "" {
		created, id, err := ParseCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		where.And(true, "(d.created, d.id) > (?, ?)", created, id)
	}
	items, err = collect(ctx, q, selectDocument+where.SQL()+fmt.Sprintf(" ORDER BY d.created, d.id LIMIT %d", f.Limit+1), where.Args()...)
	if err == nil && len(items) > f.Limit {
		items = items[:f.Limit]
		next = items[f.Limit-1].Cursor()
	}
	return items, next, err
}

// Cursor is the place of the document in lists, to go on after.
func (d Document) Cursor() string { return d.Created.String() + d.ID.String() }

// ParseCursor reads the cursor of a list: the place in the log where the last
// document of a page was created, and its id. The error is ErrCursor.
func ParseCursor(s string) (eventstore.Position, uuid.UUID, error) {
	const digits = 16
	if len(s) <= digits {
		return 0, uuid.Nil, fmt.Errorf("%q: %w", s, ErrCursor)
	}
	created, err := eventstore.ParsePosition(s[:digits])
	id, idErr := uuid.Parse(s[digits:])
	if err != nil || idErr != nil {
		return 0, uuid.Nil, fmt.Errorf("%q: %w", s, ErrCursor)
	}
	return created, id, nil
}

func collect(ctx context.Context, q projections.Querier, sql string, args ...any) ([]Document, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	all, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	return all, nil
}

func scan(rows pgx.CollectableRow) (Document, error) {
	var (
		d Document
		r row
	)
	err := rows.Scan(&d.Kind, &d.ID, &d.Stream, &d.Revision, &r.Number, &d.State, &r.Ticket, &r.Customer, &r.Entity, &r.Team,
		&d.CreatedAt, &d.UpdatedAt, &d.Created, &d.Position, &r.CodeSealed, &d.Fields)
	if err != nil {
		return Document{}, err
	}
	d.CreatedAt, d.UpdatedAt = d.CreatedAt.UTC(), d.UpdatedAt.UTC()
	d.Number, d.Sealed = projections.OrZero(r.Number), projections.OrZero(r.CodeSealed)
	d.Ticket, d.Customer, d.Entity, d.Team = projections.OrZero(r.Ticket), projections.OrZero(r.Customer), projections.OrZero(r.Entity), projections.OrZero(r.Team)
	return d, nil
}
