package reporting

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/projections"
	"aftersales/projections/documents"
)

// kinds are the documents that have a table of their kind's name; true: and one
// of their lines, by that name and "_line".
var kinds = map[string]bool{
	"team": false, "customer": false, "product": false, "coupon_program": false, "ticket": false,
	"credit_note": true, "payment": false, "coupon": false, "return": true, "repair": false, "task": false,
}

// store replaces the rows of the changed documents.
func store(ctx context.Context, tx pgx.Tx, changed []documents.Document) error {
	ids, all := map[string][]uuid.UUID{}, map[string][]documents.Document{}
	for _, d := range changed {
		if _, ok := kinds[d.Kind]; !ok {
			continue
		}
		d, err := withoutWords(d)
		if err != nil {
			return fmt.Errorf("reporting: %s %s: %w", d.Kind, d.ID, err)
		}
		ids[d.Kind], all[d.Kind] = append(ids[d.Kind], d.ID), append(all[d.Kind], d)
	}
	var batch pgx.Batch
	for kind, rows := range all {
		array, err := json.Marshal(rows)
		if err != nil {
			return fmt.Errorf("reporting: %s: %w", kind, err)
		}
		array = projections.JSON(array)
		table := pgx.Identifier{kind}.Sanitize()
		batch.Queue(`DELETE FROM `+table+` WHERE id = ANY ($1)`, ids[kind])
		batch.Queue(`INSERT INTO `+table+` SELECT * FROM json_populate_recordset(NULL::`+table+`, $1)`, array)
		if kinds[kind] {
			lines := pgx.Identifier{kind + "_line"}.Sanitize()
			batch.Queue(`DELETE FROM `+lines+` WHERE document = ANY ($1)`, ids[kind])
			// What a line has from its document is the record that its own fields fill.
			batch.Queue(fmt.Sprintf(`INSERT INTO %[1]s SELECT row.* FROM json_array_elements($1::json) d,
				jsonb_array_elements((d->'lines')::jsonb || coalesce((d->'goodwill')::jsonb, '[]')) WITH ORDINALITY AS l (line, place),
				jsonb_populate_record(jsonb_populate_record(NULL::%[1]s, jsonb_build_object(
					'document', d->'id', 'place', place - 1, 'currency', d->'currency')), line) AS row`, lines), array)
		}
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("reporting: %w", err)
	}
	return nil
}

// ticketNumber is what a reason is unless somebody writes another.
var ticketNumber = regexp.MustCompile(`^T[0-9]+$`)

// withoutWords is the document with the reason by kind alone, as in the table
// "reason": people write about people in it.
func withoutWords(d documents.Document) (documents.Document, error) {
	if d.Kind != "credit_note" && d.Kind != "return" {
		return d, nil
	}
	var of struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(d.Fields, &of); err != nil {
		return d, err
	}
	switch {
	case of.Reason == "":
		return d.Set("reason", "none")
	case ticketNumber.MatchString(of.Reason):
		return d.Set("reason", "ticket")
	}
	return d.Set("reason", "stated")
}
