package projections

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Progress is how far the last rebuild of a projection is, or how it ended.
// Done and Total count events of the log; Rate is per second. Left is zero
// while nothing is known, and once it has ended.
type Progress struct {
	StartedAt  time.Time
	FinishedAt time.Time // zero while it runs
	Done       int64
	Total      int64
	Rate       float64
	Left       time.Duration
	Error      string
}

// Running says whether the rebuild is under way.
func (p Progress) Running() bool { return !p.StartedAt.IsZero() && p.FinishedAt.IsZero() }

// begin notes that a rebuild runs over the session.
func begin(ctx context.Context, session *pgxpool.Conn, name string) error {
	_, err := session.Exec(ctx, `
		INSERT INTO projections.rebuild AS b (name, pid, session, started_at, updated_at)
		SELECT $1, pid, backend_start, clock_timestamp(), clock_timestamp() FROM pg_stat_activity WHERE pid = pg_backend_pid()
		ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, session = excluded.session, started_at = excluded.started_at,
			updated_at = excluded.updated_at, finished_at = NULL, done = 0, total = 0, error = NULL`, name)
	return err
}

func note(ctx context.Context, session *pgxpool.Conn, name string, done, total int64) error {
	_, err := session.Exec(ctx, `UPDATE projections.rebuild SET done = $1, total = $2, updated_at = clock_timestamp() WHERE name = $3`,
		done, total, name)
	return err
}

// finish notes how a rebuild ended; that it has ended shows without the note
// too, by its session.
func finish(ctx context.Context, session *pgxpool.Conn, name string, failure error) {
	var text *string
	if failure != nil {
		text = new(shorten(Text(failure.Error())))
	}
	_, _ = session.Exec(ctx, `UPDATE projections.rebuild SET finished_at = clock_timestamp(), error = $1 WHERE name = $2`, text, name)
}

// errDied is the error of a rebuild whose process ended.
var errDied = errors.New("the process that rebuilt it ended")

// rebuilds are the last rebuilds by projection.
func (r *Runner) rebuilds(ctx context.Context) (map[string]Progress, error) {
	rows, err := r.pool.Query(ctx, `SELECT name, started_at, updated_at, finished_at, done, total, error, `+livingSession+`
		FROM projections.rebuild l`)
	if err != nil {
		return nil, err
	}
	all := map[string]Progress{}
	var (
		name     string
		p        Progress
		updated  time.Time
		finished *time.Time
		failure  *string
		alive    bool
	)
	_, err = pgx.ForEachRow(rows, []any{&name, &p.StartedAt, &updated, &finished, &p.Done, &p.Total, &failure, &alive}, func() error {
		p.FinishedAt, p.Error, p.Rate, p.Left = OrZero(finished), OrZero(failure), 0, 0
		if p.Running() && !alive {
			p.FinishedAt, p.Error = updated, errDied.Error()
		}
		if spent := updated.Sub(p.StartedAt).Seconds(); spent > 0 {
			p.Rate = float64(p.Done) / spent
		}
		if p.Running() && p.Rate > 0 {
			p.Left = time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second))
		}
		all[name] = p
		return nil
	})
	return all, err
}
