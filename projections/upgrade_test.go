package projections

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// Whoever starts a new version in place reads nothing of it until it has reached
// what was read of the old one, also after another start on the way.
func TestNoReadGoesBackInTimeWhenANewVersionBeginsAnew(t *testing.T) {
	env := eventstoretest.New(t)
	older := open(t, env)
	stop := run(t, older)
	served := record(t, env, 6)
	wait(t, older, served)
	stop()

	passed := make(chan struct{}, 100) // slices that may be applied
	newer := func() *Runner {
		return open(t, env, func(c *Config) {
			c.SliceLimit = 2
			c.Projections = []Projection{counting}
			c.Projections[0].Version = 2
			c.Projections[0].Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
				select {
				case <-passed:
					return counting.Apply(ctx, tx, events)
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}
	behind := func(r *Runner) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if at, err := r.Wait(ctx, "counting", 0); !errors.Is(err, ErrBehind) {
			t.Errorf("at %s: %v, want ErrBehind", at, err)
		}
	}
	first := newer()
	behind(first)
	stop = run(t, first)
	passed <- struct{}{}
	s := until(t, first, func(s Status) bool { return s.Position > 0 })
	if s.Complete || s.State != Rebuilding || s.Position >= served {
		t.Errorf("on the way: %+v", s)
	}
	behind(first)
	stop()

	second := newer()
	behind(second)
	run(t, second)
	for range cap(passed) {
		passed <- struct{}{}
	}
	at, err := second.Wait(eventstoretest.Context(t), "counting", 0)
	if err != nil || at < served {
		t.Errorf("read at %s, %v; the old version had reached %s", at, err, served)
	}
	recount(t, env, second)
	until(t, second, func(s Status) bool { return s.Complete && s.State == Running })
}

// A data folder of the first versions has fewer columns and tables.
func TestAnOlderDataFolderIsTakenOver(t *testing.T) {
	env := eventstoretest.New(t)
	older := open(t, env)
	stop := run(t, older)
	wait(t, older, record(t, env, 4))
	stop()
	if _, err := older.Pool().Exec(t.Context(), `
		ALTER TABLE projections.checkpoint DROP COLUMN events, DROP COLUMN epoch, DROP COLUMN least;
		DROP TABLE projections.lease, projections.lane, projections.parked, projections.rebuild`); err != nil {
		t.Fatal(err)
	}
	newer := open(t, env)
	run(t, newer)
	wait(t, newer, record(t, env, 3))
	recount(t, env, newer)
	if found, err := newer.Verify(t.Context(), "counting"); err != nil || len(found) > 0 {
		t.Errorf("verify: %+v, %v", found, err)
	}
}
