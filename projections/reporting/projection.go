// Package reporting is the read model of business reports: facts and
// dimensions as typed columns, which a read-only role may query (Grant). The
// columns of its tables decide what may leave; nothing personal does.
package reporting

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/documents"
)

var (
	//go:embed schema.sql
	schema string
	//go:embed views.sql
	views string
	//go:embed comments.sql
	comments string
	//go:embed access.sql
	access string
)

// Projection is the read model "reporting".
var Projection = projections.Projection{
	Name: "reporting", Version: 6,
	Schema: documents.AggregateSchema + schema + days() + views + comments + access,
	Reads:  func(category string) bool { return categories[category] }, Apply: apply,
}

// categories are those of the streams that facts and dimensions come from.
var categories = map[string]bool{
	ticket.Model.Category: true, task.Model.Category: true, invoice.Model.Category: true,
	picking.Model.Category: true, coupon.Model.Category: true, repair.Model.Category: true,
	team.Model.Category: true, customer.Model.Category: true, product.Model.Category: true,
	program.Model.Category: true,
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	var (
		own     []eventstore.Envelope
		moments []moment
	)
	for _, e := range events {
		category, key := aggregates.SplitStream(e.Stream)
		if !categories[category] {
			continue
		}
		own = append(own, e)
		kind := momentOf(e.Event)
		if kind == "" {
			continue
		}
		id, err := uuid.Parse(key)
		if err != nil {
			return fmt.Errorf("reporting: stream %s: %w", e.Stream, err)
		}
		at := e.Meta.RecordedAt.UTC().Truncate(time.Microsecond) // what Postgres keeps
		moments = append(moments, moment{Position: e.Position, Ticket: id, Kind: kind, At: at})
	}
	changed, err := documents.Fold(ctx, tx, own)
	if err != nil {
		return fmt.Errorf("reporting: %w", err)
	}
	if err := store(ctx, tx, changed); err != nil {
		return err
	}
	return projections.InsertNew(ctx, tx, "moment", moments)
}

// moment is a row of the table "moment".
type moment struct {
	Position eventstore.Position `json:"position"`
	Ticket   uuid.UUID           `json:"ticket"`
	Kind     string              `json:"kind"`
	At       time.Time           `json:"at"`
}

// momentOf is what an event of a ticket means for its durations, "" if nothing.
func momentOf(e aggregates.Event) string {
	switch e := e.(type) {
	case ticket.Opened:
		return "opened"
	case ticket.Closed:
		return "closed"
	case ticket.Reopened:
		return "reopened"
	case ticket.MessagePosted:
		if !e.FromCustomer {
			return "answered"
		}
	}
	return ""
}
