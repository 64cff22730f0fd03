package documents

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/projections"
)

// AggregateSchema is the table that Fold needs.
//
//go:embed aggregate.sql
var AggregateSchema string

//go:embed schema.sql
var schema string

// Projection is the read model "documents".
var Projection = projections.Projection{Name: "documents", Version: 12, Schema: AggregateSchema + schema, Reads: reads, Apply: apply}

// reads chooses the streams that hold documents.
func reads(category string) bool {
	_, ok := views[category]
	return ok
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	changed, err := Fold(ctx, tx, events)
	if err != nil {
		return err
	}
	return store(ctx, tx, changed)
}

// stored is a row of the table "aggregate".
type stored struct {
	Stream   string          `json:"stream"`
	Revision int64           `json:"revision"`
	State    json.RawMessage `json:"state"`
	Traces   json.RawMessage `json:"traces"`
}

// Fold brings the aggregates of the events up to date in the table "aggregate"
// of the current schema. It answers the documents that the events changed, as
// they are after all of them, in the order of their last change, each once. Events of
// streams that hold no documents are passed over.
func Fold(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) ([]Document, error) {
	open, err := load(ctx, tx, events)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if f, ok := open[e.Stream]; ok {
			f.apply(e)
		}
	}
	var (
		rows    []stored
		changed []Document
	)
	for _, stream := range slices.Sorted(maps.Keys(open)) {
		f := open[stream]
		row := stored{Stream: stream, Revision: f.revision}
		if row.State, err = json.Marshal(f.state); err != nil {
			return nil, fmt.Errorf("state of %s: %w", stream, err)
		}
		if row.Traces, err = json.Marshal(f.traces); err != nil {
			return nil, fmt.Errorf("traces of %s: %w", stream, err)
		}
		rows = append(rows, row)
		for key := range f.changed {
			changed = append(changed, f.stamped(f.shown[key]))
		}
	}
	slices.SortFunc(changed, func(a, b Document) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.key(), b.key()))
	})
	return last(changed), projections.Upsert(ctx, tx, "aggregate", "stream", rows)
}

// load opens every aggregate that the events touch, from its row if it has one.
func load(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) (map[string]*folding, error) {
	known := map[string]view{}
	for _, e := range events {
		category, _ := aggregates.SplitStream(e.Stream)
		if v, ok := views[category]; ok {
			known[e.Stream] = v
		}
	}
	rows, err := tx.Query(ctx, `SELECT stream, revision, state, traces FROM aggregate WHERE stream = ANY ($1)`,
		slices.Collect(maps.Keys(known)))
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[stored])
	if err != nil {
		return nil, err
	}
	open := make(map[string]*folding, len(known))
	for _, r := range found {
		if open[r.Stream], err = begin(known[r.Stream], r.Stream, r.Revision, r.State, r.Traces); err != nil {
			return nil, err
		}
	}
	for stream, v := range known {
		if open[stream] != nil {
			continue
		}
		if open[stream], err = begin(v, stream, -1, nil, nil); err != nil {
			return nil, err
		}
	}
	return open, nil
}

// last keeps of documents with one kind and id, which streams of different
// aggregates may hold when a client reuses its ids, the one changed last.
func last(changed []Document) []Document {
	at := make(map[string]int, len(changed))
	for i, d := range changed {
		at[d.key()] = i
	}
	kept := make([]Document, 0, len(at))
	for i, d := range changed {
		if at[d.key()] == i {
			kept = append(kept, d)
		}
	}
	return kept
}
