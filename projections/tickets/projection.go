// Package tickets is the read model of the ticket page: the ticket, the counts
// of its smart buttons and what the five actions depend on. The counts follow
// from the documents' own events, never from links, so that a rebuild gives
// the same.
package tickets

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/documents"
)

//go:embed schema.sql
var schema string

// Projection is the read model "tickets".
var Projection = projections.Projection{
	Name: "tickets", Version: 7, Schema: documents.AggregateSchema + schema, Reads: reads, Apply: apply,
}

// reads chooses tickets, what is made from them, and what their actions depend on.
func reads(category string) bool {
	switch category {
	case ticket.Model.Category, team.Model.Category, invoice.Model.Category, coupon.Model.Category,
		picking.Model.Category, repair.Model.Category, task.Model.Category, project.Model.Category:
		return true
	}
	return false
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	if err := applyTickets(ctx, tx, events); err != nil {
		return err
	}
	return gather(events).write(ctx, tx)
}

// row is a row of the table "ticket".
type row struct {
	ID        uuid.UUID           `json:"id"`
	Stream    string              `json:"stream"`
	Number    *string             `json:"number"`
	State     string              `json:"state"`
	Team      *uuid.UUID          `json:"team"`
	Customer  *uuid.UUID          `json:"customer"`
	Entity    *uuid.UUID          `json:"entity"`
	CreatedAt time.Time           `json:"created_at"`
	UpdatedAt time.Time           `json:"updated_at"`
	Created   eventstore.Position `json:"created"`
	Position  eventstore.Position `json:"position"`
	Fields    json.RawMessage     `json:"fields"`
}

// applyTickets folds the tickets alone: what else it needs, gather reads from
// single events.
func applyTickets(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	var own []eventstore.Envelope
	for _, e := range events {
		if category, _ := aggregates.SplitStream(e.Stream); category == ticket.Model.Category {
			own = append(own, e)
		}
	}
	changed, err := documents.Fold(ctx, tx, own)
	if err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	rows := make([]row, len(changed))
	for i, d := range changed {
		rows[i] = row{
			ID: d.ID, Stream: d.Stream, Number: projections.OrNil(d.Number), State: d.State, Team: projections.OrNil(d.Team),
			Customer: projections.OrNil(d.Customer), Entity: projections.OrNil(d.Entity), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
			Created: d.Created, Position: d.Position, Fields: d.Fields,
		}
	}
	return projections.Upsert(ctx, tx, "ticket", "id", rows)
}
