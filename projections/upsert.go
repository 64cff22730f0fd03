package projections

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Upsert writes rows into a table of the projection, in one statement; a row
// whose key is there replaces the old one. R is a struct whose json tags name
// all columns of the table; key are those of its primary key, comma-separated.
// No two rows have the same key.
func Upsert[R any](ctx context.Context, tx pgx.Tx, table, key string, rows []R) error {
	columns := strings.Join(columnsOf(reflect.TypeFor[R]()), ", ")
	return write(ctx, tx, table, columns, rows,
		fmt.Sprintf("ON CONFLICT (%s) DO UPDATE SET (%s) = ROW (excluded.*)", key, columns))
}

// InsertNew is Upsert that leaves the rows alone that are there already.
func InsertNew[R any](ctx context.Context, tx pgx.Tx, table string, rows []R) error {
	return write(ctx, tx, table, strings.Join(columnsOf(reflect.TypeFor[R]()), ", "), rows, "ON CONFLICT DO NOTHING")
}

// write sends the rows as one JSON array, which Postgres reads by the types of
// the table.
func write[R any](ctx context.Context, tx pgx.Tx, table, columns string, rows []R, conflict string) error {
	if len(rows) == 0 {
		return nil
	}
	array, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("rows of %s: %w", table, err)
	}
	_, err = tx.Exec(ctx, fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM json_populate_recordset(NULL::%[1]s, $1) %[3]s",
		table, columns, conflict), JSON(array))
	if err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

func columnsOf(row reflect.Type) []string {
	columns := make([]string, 0, row.NumField())
	for f := range row.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		columns = append(columns, name)
	}
	return columns
}
