// Package candidates is the read model of the dialogs: the invoices, orders,
// deliveries, returns, programs, places, products, projects, worksheet
// templates and tags that an after-sales service may be started with. It keeps the
// states of their aggregates, so that a dialog asks the rules that also decide
// the command.
package candidates

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/projections"
)

//go:embed schema.sql
var schema string

// Projection is the read model "candidates".
var Projection = projections.Projection{Name: "candidates", Version: 10, Schema: schema, Reads: reads, Apply: apply}

// reads chooses the streams that hold what a dialog may offer.
func reads(category string) bool { return sources[category] != nil }

// stored is a row of the table "aggregate".
type stored struct {
	Stream   string              `json:"stream"`
	Revision int64               `json:"revision"`
	Created  eventstore.Position `json:"created"`
	State    json.RawMessage     `json:"state"`
}

// row is a row of the table "candidate".
type row struct {
	Stream   string              `json:"stream"`
	Place    int                 `json:"place"`
	Kind     string              `json:"kind"`
	ID       uuid.UUID           `json:"id"`
	Entity   *uuid.UUID          `json:"entity"`
	Order    *uuid.UUID          `json:"sales_order"`
	Ticket   *uuid.UUID          `json:"ticket"`
	Products []uuid.UUID         `json:"products"`
	Ready    bool                `json:"ready"`
	Usable   bool                `json:"usable"`
	Created  eventstore.Position `json:"created"`
}

// folding is an aggregate while events are applied to it.
type folding struct {
	stored
	state folded
}

// apply takes the next event of the stream; one that was applied already
// changes nothing.
func (f *folding) apply(e eventstore.Envelope) {
	if int64(e.Revision) <= f.Revision {
		return
	}
	if f.Revision < 0 {
		f.Created = e.Position
	}
	f.Revision = int64(e.Revision)
	f.state.evolve(e.Event)
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	open, err := load(ctx, tx, events)
	if err != nil {
		return fmt.Errorf("candidates: %w", err)
	}
	for _, e := range events {
		if f, ok := open[e.Stream]; ok {
			f.apply(e)
		}
	}
	var (
		states []stored
		rows   []row
	)
	for _, stream := range slices.Sorted(maps.Keys(open)) {
		f := open[stream]
		if f.State, err = json.Marshal(f.state); err != nil {
			return fmt.Errorf("state of %s: %w", stream, err)
		}
		states = append(states, f.stored)
		for place, o := range f.state.offers() {
			rows = append(rows, row{
				Stream: stream, Place: place, Kind: o.Kind, ID: o.ID, Entity: o.Entity, Order: o.Order, Ticket: o.Ticket,
				Products: o.Products, Ready: o.Ready, Usable: o.Usable, Created: f.Created,
			})
		}
	}
	if err := projections.Upsert(ctx, tx, "aggregate", "stream", states); err != nil {
		return err
	}
	return projections.Upsert(ctx, tx, "candidate", "stream, place", rows)
}

// load opens every aggregate that the events touch, from its row if it has one.
func load(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) (map[string]*folding, error) {
	open := map[string]*folding{}
	for _, e := range events {
		category, _ := aggregates.SplitStream(e.Stream)
		if _, ok := sources[category]; ok {
			open[e.Stream] = &folding{stored: stored{Stream: e.Stream, Revision: -1}}
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT stream, revision, created, state FROM aggregate WHERE stream = ANY ($1)`,
		slices.Collect(maps.Keys(open)))
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[stored])
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		open[s.Stream].stored = s
	}
	for stream, f := range open {
		category, _ := aggregates.SplitStream(stream)
		if f.state, err = sources[category](f.State); err != nil {
			return nil, fmt.Errorf("stored state of %s: %w", stream, err)
		}
	}
	return open, nil
}
