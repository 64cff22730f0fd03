package due

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/projections"
)

// pageLimit is how many entries one query answers.
const pageLimit = 200

// entry is what is due, in the order of reason and id.
type entry struct {
	Reason string
	aggregates.Ref
}

// List is what is due at the time, or since the day, in the company's time zone.
// It is read page by page, and no connection is held in between. An entry may
// have been dealt with already: the read model follows the log.
func List(ctx context.Context, q projections.Querier, now time.Time, today aggregates.Date) iter.Seq2[aggregates.Ref, error] {
	return func(yield func(aggregates.Ref, error) bool) {
		var last entry
		for {
			page, err := read(ctx, q, now, today, last)
			if err != nil {
				yield(aggregates.Ref{}, fmt.Errorf("due: %w", err))
				return
			}
			for _, e := range page {
				if !yield(e.Ref, nil) {
					return
				}
			}
			if len(page) < pageLimit {
				return
			}
			last = page[len(page)-1]
		}
	}
}

func read(ctx context.Context, q projections.Querier, now time.Time, today aggregates.Date, after entry) ([]entry, error) {
	rows, err := q.Query(ctx, `
		SELECT reason, kind, id, stream FROM due.deadline
		WHERE (due_at <= $1 OR due_on < $2::text::date OR due_on = $2::text::date AND reason = 'posting')
			AND (reason, id) > ($3::text, $4::uuid)
		UNION ALL
		SELECT 'inactivity', 'ticket', t.id, t.stream
		FROM due.team, LATERAL (SELECT id, stream FROM due.ticket WHERE team = team.id AND open
			AND active_at <= $1::timestamptz - make_interval(hours => 24 * auto_close_days)
			OFFSET 0) t -- by the index of each team, instead of through all open tickets
		WHERE auto_close_days > 0 AND ('inactivity'::text, t.id) > ($3::text, $4::uuid)
		ORDER BY 1, 3 LIMIT $5`, now, string(today), after.Reason, after.ID, pageLimit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e entry, err error) {
		return e, row.Scan(&e.Reason, &e.Kind, &e.ID, &e.Stream)
	})
}
