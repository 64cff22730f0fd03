package portal

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/attachment"
	"aftersales/projections"
	"aftersales/projections/documents"
)

// Filter chooses what to list. Entity, the customer's commercial entity, is
// always needed; zero fields besides choose all. Cursor is that of the page
// before, Limit the greatest number of documents in a page.
type Filter struct {
	Entity uuid.UUID
	Kind   string
	State  string // as it is at the moment At
	At     documents.Clock
	Ticket uuid.UUID
	Cursor string
	Limit  int
}

// Message is a part of the conversation with the customer.
type Message struct {
	ID           uuid.UUID `json:"id"`
	Author       string    `json:"author"`
	FromCustomer bool      `json:"from_customer"`
	Body         string    `json:"body"`
	PostedAt     time.Time `json:"posted_at"`
	Attachments  []File    `json:"attachments"`
}

// File is a file that came with a message; URL is where it can be fetched
// without a login, "" for nowhere.
type File struct {
	attachment.File
	URL string `json:"url,omitempty"`
}

const selectItem = `
	SELECT i.kind, i.id, i.stream, a.revision, i.number, i.state, i.ticket, i.customer, i.entity,
		i.created_at, i.updated_at, i.created, i.position, i.code_sealed, i.fields
	FROM portal.item i JOIN portal.aggregate a USING (stream) `

// Get is what the contacts of the commercial entity may see of a document, and
// whether it is anything.
func Get(ctx context.Context, q projections.Querier, entity uuid.UUID, kind string, id uuid.UUID) (documents.Document, bool, error) {
	found, err := collect(ctx, q, selectItem+`WHERE i.kind = $1 AND i.id = $2 AND i.entity = $3`, kind, id, entity)
	if err != nil || len(found) == 0 {
		return documents.Document{}, false, err
	}
	return found[0], true, nil
}

// List is a page of what the contacts of the commercial entity may see, in the
// order of its creation, open tickets before closed ones (domain.md 4), and the
// cursor of the next page, "" when there is none. A bad cursor is
// documents.ErrCursor.
func List(ctx context.Context, q projections.Querier, f Filter) (items []documents.Document, next string, err error) {
	var where projections.Where
	where.And(true, "i.entity = ?", f.Entity)
	where.And(f.Kind != "", "i.kind = ?", f.Kind)
	var kinds []string
	if f.Kind != "" {
		kinds = []string{f.Kind}
	}
	documents.AndState(&where, "i", kinds, f.State, f.At)
	where.And(f.Ticket != uuid.Nil, "i.ticket = ?", f.Ticket)
	sorted := sortingOf(f)
	if f.Cursor != "" {
		if err := sorted.after(&where, f.Cursor); err != nil {
			return nil, "", err
		}
	}
	items, err = collect(ctx, q, selectItem+where.SQL()+fmt.Sprintf(" ORDER BY %s LIMIT %d", sorted.by, f.Limit+1), where.Args()...)
	if err == nil && len(items) > f.Limit {
		items = items[:f.Limit]
		next = sorted.cursor(items[f.Limit-1])
	}
	return items, next, err
}

// Messages are the conversation of a ticket or a task of the commercial entity,
// oldest first; none when it is not theirs.
func Messages(ctx context.Context, q projections.Querier, entity uuid.UUID, kind string, id uuid.UUID) ([]Message, error) {
	rows, err := q.Query(ctx, `SELECT m.id, m.author, m.from_customer, m.body, m.posted_at, m.attachments
		FROM portal.message m JOIN portal.item i ON i.id = m.document AND i.kind = m.kind
		WHERE m.document = $1 AND m.kind = $2 AND i.entity = $3 AND coalesce(m.entity, $3) = $3 ORDER BY m.position`, id, kind, entity)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Message])
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	for i := range all {
		all[i].PostedAt = all[i].PostedAt.UTC()
		if all[i].Attachments == nil {
			all[i].Attachments = []File{}
		}
	}
	return all, nil
}

func collect(ctx context.Context, q projections.Querier, sql string, args ...any) ([]documents.Document, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	all, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return all, nil
}

func scan(rows pgx.CollectableRow) (documents.Document, error) {
	var (
		d documents.Document
		i item
	)
	err := rows.Scan(&d.Kind, &d.ID, &d.Stream, &d.Revision, &i.Number, &d.State, &i.Ticket, &i.Customer, &d.Entity,
		&d.CreatedAt, &d.UpdatedAt, &d.Created, &d.Position, &i.CodeSealed, &d.Fields)
	d.Number, d.Sealed, d.Ticket, d.Customer = projections.OrZero(i.Number), projections.OrZero(i.CodeSealed), projections.OrZero(i.Ticket), projections.OrZero(i.Customer)
	return d, err
}
