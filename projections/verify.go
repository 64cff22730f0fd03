package projections

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Difference is a row that the live read model and a rebuild of it do not
// share. Key is its primary key as a JSON object; Live or Rebuilt is nil where
// the row is missing. A table that the live one lacks has no Key.
type Difference struct {
	Table   string
	Key     json.RawMessage
	Live    json.RawMessage
	Rebuilt json.RawMessage
}

// differenceCap is how many differences of one table Verify lists.
const differenceCap = 1000

var errUndo = errors.New("undo")

// Verify makes the read model again from the log, in a scratch schema up to
// the live position, and compares all tables row for row, to the byte; the
// live one stands still meanwhile. No differences: it is what the log says.
func (r *Runner) Verify(ctx context.Context, name string) ([]Difference, error) {
	m, err := r.model(name)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	var all []Difference
	err = r.withScratch(ctx, m, func(ctx context.Context, tx pgx.Tx, s *scratch) error {
		tables, err := tablesOf(ctx, tx, s.schema)
		if err != nil {
			return err
		}
		for _, t := range tables {
			found, err := t.compare(ctx, tx, name, s.schema)
			if err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
			all = append(all, found...)
		}
		return errUndo
	})
	if err != nil && !errors.Is(err, errUndo) {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return all, nil
}

// table is a table of a read model. Key lists its primary key's columns.
type table struct {
	Name string
	Key  []string
}

func tablesOf(ctx context.Context, tx pgx.Tx, schema string) ([]table, error) {
	rows, err := tx.Query(ctx, `
		SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS key
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
		WHERE n.nspname = $1 AND c.relkind = 'r'
		GROUP BY c.relname ORDER BY c.relname`, schema)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[table])
}

func (t table) compare(ctx context.Context, tx pgx.Tx, live, rebuilt string) ([]Difference, error) {
	liveTable := pgx.Identifier{live, t.Name}.Sanitize()
	exists := false
	if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, liveTable).Scan(&exists); err != nil {
		return nil, err
	}
	if !exists {
		return []Difference{{Table: t.Name}}, nil
	}
	using, key := "", ""
	for i, column := range t.Key {
		if i > 0 {
			using, key = using+", ", key+", "
		}
		name := pgx.Identifier{column}.Sanitize()
		using, key = using+name, key+fmt.Sprintf("'%s', %s", column, name)
	}
	rows, err := tx.Query(ctx, fmt.Sprintf(`
		SELECT jsonb_build_object(%s), to_jsonb(l), to_jsonb(r)
		FROM %s l FULL JOIN %s r USING (%s)
		WHERE to_jsonb(l)::text IS DISTINCT FROM to_jsonb(r)::text
		ORDER BY %s LIMIT %d`,
		key, liveTable, pgx.Identifier{rebuilt, t.Name}.Sanitize(), using, using, differenceCap))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Difference, error) {
		d := Difference{Table: t.Name}
		var liveRow, rebuiltRow *json.RawMessage
		err := row.Scan(&d.Key, &liveRow, &rebuiltRow)
		if liveRow != nil {
			d.Live = *liveRow
		}
		if rebuiltRow != nil {
			d.Rebuilt = *rebuiltRow
		}
		return d, err
	})
}
