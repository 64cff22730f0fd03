package documents

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/projections"
)

// row is a row of the table "document"; what is empty in a Document is null.
type row struct {
	Kind       string              `json:"kind"`
	ID         uuid.UUID           `json:"id"`
	Stream     string              `json:"stream"`
	Number     *string             `json:"number"`
	State      string              `json:"state"`
	Ticket     *uuid.UUID          `json:"ticket"`
	Customer   *uuid.UUID          `json:"customer"`
	Entity     *uuid.UUID          `json:"entity"`
	Team       *uuid.UUID          `json:"team"`
	Source     *uuid.UUID          `json:"source"`
	CreatedAt  time.Time           `json:"created_at"`
	UpdatedAt  time.Time           `json:"updated_at"`
	Created    eventstore.Position `json:"created"`
	Position   eventstore.Position `json:"position"`
	Currency   *string             `json:"currency"`
	Untaxed    *int64              `json:"untaxed_minor"`
	Tax        *int64              `json:"tax_minor"`
	Total      *int64              `json:"total_minor"`
	Residual   *int64              `json:"residual_minor"`
	Quantity   *aggregates.Decimal `json:"quantity"`
	CodeSealed *string             `json:"code_sealed"`
	Fields     json.RawMessage     `json:"fields"`
}

// line is a row of the table "document_line".
type line struct {
	Kind     string              `json:"kind"`
	Document uuid.UUID           `json:"document"`
	Place    int                 `json:"place"`
	Line     uuid.UUID           `json:"line"`
	Product  *uuid.UUID          `json:"product"`
	Origin   *uuid.UUID          `json:"origin"`
	Quantity aggregates.Decimal  `json:"quantity"`
	Done     *aggregates.Decimal `json:"done_quantity"`
	Credited *aggregates.Decimal `json:"credited_quantity"`
	Returned *aggregates.Decimal `json:"returned_quantity"`
	Currency *string             `json:"currency"`
	Untaxed  *int64              `json:"untaxed_minor"`
	Tax      *int64              `json:"tax_minor"`
	Total    *int64              `json:"total_minor"`
}

// store replaces the rows of the changed documents and of their lines.
func store(ctx context.Context, tx pgx.Tx, changed []Document) error {
	var (
		rows  []row
		lines []line
		kinds []string
		ids   []uuid.UUID
	)
	for _, d := range changed {
		rows, kinds, ids = append(rows, d.row()), append(kinds, d.Kind), append(ids, d.ID)
		for i, l := range d.lines {
			l.Document, l.Kind, l.Place = d.ID, d.Kind, i
			lines = append(lines, l)
		}
	}
	if err := projections.Upsert(ctx, tx, "document", "kind, id", rows); err != nil {
		return err
	}
	// A draft's lines may have gone; what is there now replaces what was.
	_, err := tx.Exec(ctx, `DELETE FROM document_line l USING unnest($1::text[], $2::uuid[]) AS gone (kind, document)
		WHERE l.kind = gone.kind AND l.document = gone.document`, kinds, ids)
	if err != nil {
		return fmt.Errorf("delete lines: %w", err)
	}
	if err := projections.Upsert(ctx, tx, "document_line", "kind, document, place", lines); err != nil {
		return err
	}
	return storePlaces(ctx, tx, changed)
}

func (d Document) row() row {
	return row{
		Kind: d.Kind, ID: d.ID, Stream: d.Stream, Number: text(d.Number), State: d.State,
		Ticket: ref(d.Ticket), Customer: ref(d.Customer), Entity: ref(d.Entity), Team: ref(d.Team), Source: ref(d.source),
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, Created: d.Created, Position: d.Position,
		Currency: text(d.columns.Currency.Code()), Untaxed: d.columns.Untaxed, Tax: d.columns.Tax,
		Total: d.columns.Total, Residual: d.columns.Residual, Quantity: d.columns.Quantity,
		CodeSealed: text(d.Sealed), Fields: d.Fields,
	}
}
