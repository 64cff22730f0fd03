package projections

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
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

// Found says what is wrong with the live row: changed, missing or surplus.
func (d Difference) Found() string {
	switch {
	case d.Live == nil:
		return "missing"
	case d.Rebuilt == nil:
		return "surplus"
	}
	return "changed"
}

// Columns are those of a changed row that differ, in order; never nil.
func (d Difference) Columns() []string {
	var live, rebuilt map[string]json.RawMessage
	names := []string{}
	if json.Unmarshal(d.Live, &live) != nil || json.Unmarshal(d.Rebuilt, &rebuilt) != nil {
		return names // one of them is not there
	}
	for _, name := range slices.Sorted(maps.Keys(rebuilt)) {
		if !bytes.Equal(live[name], rebuilt[name]) {
			names = append(names, name)
		}
	}
	return names
}

// String is a line for people, without what stands in the columns.
func (d Difference) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", d.Table, d.Key, d.Found(), strings.Join(d.Columns(), ", ")))
}

// differenceCap is how many differences of one table are listed.
const differenceCap = 1000

// Comparison is what Compare found: how many rows differ, and the first 1000 of
// each table. Parked counts the events that the rebuild could not apply either.
type Comparison struct {
	Position    eventstore.Position
	Count       int64
	Differences []Difference
	Parked      int
}

// Verify is the differences of Compare.
func (r *Runner) Verify(ctx context.Context, name string) ([]Difference, error) {
	c, err := r.Compare(ctx, name)
	return c.Differences, err
}

// Compare makes the read model again from the log, in a scratch schema up to
// the live position, and compares all tables row for row, to the byte. The live
// one goes on. No differences: it is what the log says, but for the events that
// are parked in both.
func (r *Runner) Compare(ctx context.Context, name string) (c Comparison, err error) {
	m, err := r.model(name)
	if err != nil {
		return c, fmt.Errorf("verify: %w", err)
	}
	err = r.withScratch(ctx, m, func(ctx context.Context, s *scratch, session *pgxpool.Conn) error {
		if err := s.build(ctx); err != nil {
			return err
		}
		// One moment of the database, in which both are at one position.
		tx, err := session.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
		if err := r.whole(ctx, m); err != nil {
			return err
		}
		if err := pgx.BeginFunc(ctx, r.pool, func(still pgx.Tx) error {
			live, err := s.meet(ctx, still)
			if err != nil {
				return err
			}
			c.Position = live.position
			return tx.QueryRow(ctx, `SELECT count(*) FROM projections.parked WHERE name = $1`, s.schema).Scan(&c.Parked)
		}); err != nil {
			return err
		}
		return c.compare(ctx, tx, m.schema, s.schema)
	})
	if err != nil {
		return Comparison{}, fmt.Errorf("verify: %w", err)
	}
	return c, nil
}

func (c *Comparison) compare(ctx context.Context, tx pgx.Tx, live, rebuilt string) error {
	tables, err := tablesOf(ctx, tx, rebuilt)
	if err != nil {
		return err
	}
	for _, t := range tables {
		n, found, err := t.compare(ctx, tx, live, rebuilt)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		c.Count += n
		c.Differences = append(c.Differences, found...)
	}
	return nil
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

// compare counts the rows that differ and lists the first of them.
func (t table) compare(ctx context.Context, tx pgx.Tx, live, rebuilt string) (n int64, found []Difference, err error) {
	liveTable := pgx.Identifier{live, t.Name}.Sanitize()
	exists := false
	if err := tx.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, liveTable).Scan(&exists); err != nil {
		return 0, nil, err
	}
	if !exists {
		return 1, []Difference{{Table: t.Name}}, nil
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
		SELECT count(*) OVER (), jsonb_build_object(%s), to_jsonb(l), to_jsonb(r)
		FROM %s l FULL JOIN %s r USING (%s)
		WHERE to_jsonb(l)::text IS DISTINCT FROM to_jsonb(r)::text
		ORDER BY %s LIMIT %d`,
		key, liveTable, pgx.Identifier{rebuilt, t.Name}.Sanitize(), using, using, differenceCap))
	if err != nil {
		return 0, nil, err
	}
	found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Difference, error) {
		d := Difference{Table: t.Name}
		var liveRow, rebuiltRow *json.RawMessage
		err := row.Scan(&n, &d.Key, &liveRow, &rebuiltRow)
		if liveRow != nil {
			d.Live = *liveRow
		}
		if rebuiltRow != nil {
			d.Rebuilt = *rebuiltRow
		}
		return d, err
	})
	return n, found, err
}
