package projections

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Querier is what the read models' queries need of a pool, a connection or a
// transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Where is the condition of a filter: clauses only for what the filter names,
// so that each use has a plan and an index of its own.
type Where struct {
	clauses []string
	args    []any
}

// And adds a clause when use is true; each ? in it is one of the values.
func (w *Where) And(use bool, clause string, values ...any) {
	if !use {
		return
	}
	for _, v := range values {
		if text, ok := v.(string); ok {
			v = Text(text)
		}
		w.args = append(w.args, v)
		clause = strings.Replace(clause, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.clauses = append(w.clauses, clause)
}

// SQL is the WHERE clause, "" without a condition.
func (w *Where) SQL() string {
	if len(w.clauses) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(w.clauses, " AND ")
}

// Args are the values of the clauses.
func (w *Where) Args() []any { return w.args }

// OrNil is a value for a column that is null when there is none.
func OrNil[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// OrZero is the value of a column that may be null.
func OrZero[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
