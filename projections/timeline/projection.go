// Package timeline is the read model of what happened: every event of the log
// in order, for the page of a ticket and for auditors.
//
// It never holds what must not leave the log: hashes and sealed codes of
// coupons, hashes of access tokens, and images such as signatures. They are
// redacted before they are written, for the audit as for the ticket's page.
package timeline

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/catalogue"
	"aftersales/eventstore"
	"aftersales/projections"
)

//go:embed schema.sql
var schema string

// Projection is the read model "timeline".
var Projection = projections.Projection{Name: "timeline", Version: 3, Schema: schema, Reads: reads, Apply: apply}

// reads leaves out the streams that only serve commands.
func reads(category string) bool { return !catalogue.Internal(category) }

var columns = []string{
	"position", "stream", "revision", "event_id", "type", "ticket",
	"actor_id", "actor", "recorded_at", "created", "summary", "data", "metadata",
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	rows := make([][]any, 0, len(events))
	for _, e := range events {
		data, err := Redact(e.Recorded)
		if err != nil {
			return err
		}
		actor, err := json.Marshal(e.Meta.Actor)
		if err != nil {
			return fmt.Errorf("event at %s: %w", e.Position, err)
		}
		rows = append(rows, []any{
			int64(e.Position), projections.Text(e.Stream), int64(e.Revision), e.ID, projections.Text(e.Type), TicketOf(e),
			projections.Text(e.Meta.Actor.ID), projections.JSON(actor), e.Meta.RecordedAt, e.Created,
			projections.Text(Summary("en", e.Stream, e.Type, data, "")), projections.JSON(data), projections.JSON(e.Metadata),
		})
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"event"}, columns, pgx.CopyFromRows(rows))
	return err
}

// TicketOf is the ticket that an event belongs to, nil for none: that in its
// metadata, else the one whose stream it is.
func TicketOf(e eventstore.Envelope) *uuid.UUID {
	if e.Meta.Ticket != nil {
		return e.Meta.Ticket
	}
	category, key := aggregates.SplitStream(e.Stream)
	if id, err := uuid.Parse(key); err == nil && category == "ticket" {
		return &id
	}
	return nil
}
