// Package portal is the read model of what a customer may see. It holds
// nothing else, so that no query can show too much.
package portal

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/documents"
)

//go:embed schema.sql
var schema string

// Projection is the read model "portal".
var Projection = projections.Projection{
	Name: "portal", Version: 8, Schema: documents.AggregateSchema + schema,
	Reads: func(category string) bool { return categories[category] }, Apply: apply,
}

// categories are those of the streams that hold what a customer may see.
var categories = map[string]bool{
	ticket.Model.Category: true, task.Model.Category: true, invoice.Model.Category: true,
	picking.Model.Category: true, coupon.Model.Category: true, repair.Model.Category: true,
	order.Model.Category: true,
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	var (
		own      []eventstore.Envelope
		messages []message
	)
	for _, e := range events {
		category, key := aggregates.SplitStream(e.Stream)
		if !categories[category] {
			continue
		}
		own = append(own, e)
		m := message{Kind: category, Position: e.Position, PostedAt: e.Meta.RecordedAt}
		switch said := e.Event.(type) {
		case ticket.MessagePosted:
			m.ID, m.Author, m.FromCustomer, m.Body, m.Attachments = said.Message, said.Author, said.FromCustomer, said.Body, said.Attachments
			m.Entity = projections.OrNil(said.Entity)
		case task.MessagePosted:
			m.ID, m.Author, m.FromCustomer, m.Body, m.Attachments = said.Message, said.Author, said.FromCustomer, said.Body, said.Attachments
		default:
			continue
		}
		var err error
		if m.Document, err = uuid.Parse(key); err != nil {
			return fmt.Errorf("portal: stream %s: %w", e.Stream, err)
		}
		messages = append(messages, m)
	}
	changed, err := documents.Fold(ctx, tx, own)
	if err != nil {
		return fmt.Errorf("portal: %w", err)
	}
	if err := store(ctx, tx, changed); err != nil {
		return err
	}
	return projections.InsertNew(ctx, tx, "message", messages)
}

// item is a row of the table "item".
type item struct {
	Kind       string              `json:"kind"`
	ID         uuid.UUID           `json:"id"`
	Stream     string              `json:"stream"`
	Entity     uuid.UUID           `json:"entity"`
	Customer   *uuid.UUID          `json:"customer"`
	Ticket     *uuid.UUID          `json:"ticket"`
	Number     *string             `json:"number"`
	State      string              `json:"state"`
	CreatedAt  time.Time           `json:"created_at"`
	UpdatedAt  time.Time           `json:"updated_at"`
	Created    eventstore.Position `json:"created"`
	Position   eventstore.Position `json:"position"`
	CodeSealed *string             `json:"code_sealed"`
	Fields     json.RawMessage     `json:"fields"`
}

// message is a row of the table "message".
type message struct {
	Kind         string              `json:"kind"`
	Document     uuid.UUID           `json:"document"`
	Position     eventstore.Position `json:"position"`
	ID           uuid.UUID           `json:"id"`
	Author       string              `json:"author"`
	FromCustomer bool                `json:"from_customer"`
	Body         string              `json:"body"`
	PostedAt     time.Time           `json:"posted_at"`
	Attachments  []attachment.File   `json:"attachments"`
	Entity       *uuid.UUID          `json:"entity"`
}

// store keeps of the changed documents what a customer may see, and takes away
// what no longer is.
func store(ctx context.Context, tx pgx.Tx, changed []documents.Document) error {
	var (
		items []item
		kinds []string
		ids   []uuid.UUID
	)
	for _, d := range changed {
		shown, ok, err := visible(d)
		if err != nil {
			return err
		}
		if !ok {
			kinds, ids = append(kinds, d.Kind), append(ids, d.ID)
			continue
		}
		items = append(items, item{
			Kind: d.Kind, ID: d.ID, Stream: d.Stream, Entity: d.Entity, Customer: projections.OrNil(d.Customer),
			Ticket: projections.OrNil(d.Ticket), Number: projections.OrNil(d.Number), State: d.State, CreatedAt: d.CreatedAt,
			UpdatedAt: d.UpdatedAt, Created: d.Created, Position: d.Position,
			CodeSealed: projections.OrNil(d.Sealed), Fields: shown.Fields,
		})
	}
	_, err := tx.Exec(ctx, `DELETE FROM item USING unnest($1::text[], $2::uuid[]) AS gone (kind, id)
		WHERE item.kind = gone.kind AND item.id = gone.id`, kinds, ids)
	if err != nil {
		return fmt.Errorf("portal: %w", err)
	}
	return projections.Upsert(ctx, tx, "item", "kind, id", items)
}
