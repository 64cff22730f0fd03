package projections

import (
	"errors"
	"testing"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// A rebuild under load ends where the live read model is, and goes on.
func TestARebuildEqualsTheLiveReadModelWhileEventsArrive(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env, func(c *Config) { c.SliceLimit = 5 })
	run(t, r)
	record(t, env, 23)
	written := make(chan eventstore.Position)
	go func() {
		var last eventstore.Position
		for range 30 {
			last = record(t, env, 2)
		}
		written <- last
	}()
	for range 3 {
		if err := r.Rebuild(t.Context(), "counting"); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, r, <-written)
	recount(t, env, r)
	differences, err := r.Verify(t.Context(), "counting")
	if err != nil || len(differences) != 0 {
		t.Errorf("verify: %+v, %v", differences, err)
	}
	leftovers(t, r)
}

func TestVerifyFindsWhatWasChangedMissingOrAdded(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env)
	run(t, r)
	record(t, env, 1)
	wait(t, r, record(t, env, 3))
	for _, sql := range []string{
		`UPDATE counting.tally SET events = 9 WHERE events = 3`,
		`DELETE FROM counting.seen WHERE position = (SELECT min(position) FROM counting.seen)`,
		`INSERT INTO counting.tally VALUES ('team-x', 1)`,
	} {
		if _, err := r.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	found, err := r.Verify(t.Context(), "counting")
	if err != nil {
		t.Fatal(err)
	}
	var changed, missing, added int
	for _, d := range found {
		switch {
		case d.Live == nil && d.Table == "seen":
			missing++
		case d.Rebuilt == nil && d.Table == "tally" && string(d.Key) == `{"stream": "team-x"}`:
			added++
		case d.Table == "tally":
			changed++
		}
	}
	if len(found) != 3 || changed != 1 || missing != 1 || added != 1 {
		t.Errorf("found %+v", found)
	}
	if err := r.Rebuild(t.Context(), "counting"); err != nil {
		t.Fatal(err)
	}
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) != 0 {
		t.Errorf("after a rebuild: %+v, %v", found, err)
	}
	if _, err := r.Pool().Exec(t.Context(), `DROP TABLE counting.seen`); err != nil {
		t.Fatal(err)
	}
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) != 1 || found[0].Table != "seen" {
		t.Errorf("without a table: %+v, %v", found, err)
	}
	leftovers(t, r)
}

func TestOneRebuildOfAProjectionAtATime(t *testing.T) {
	env := eventstoretest.New(t)
	record(t, env, 2)
	r := open(t, env)
	ctx := eventstoretest.Context(t)
	holder, err := open(t, env).Pool().Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Release()
	if _, err := holder.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended('projections.counting', 0))`); err != nil {
		t.Fatal(err)
	}
	if err := r.Rebuild(ctx, "counting"); !errors.Is(err, ErrBusy) {
		t.Errorf("rebuild: %v", err)
	}
	if _, err := r.Verify(ctx, "counting"); !errors.Is(err, ErrBusy) {
		t.Errorf("verify: %v", err)
	}
	if _, err := r.Verify(ctx, "nothing"); !errors.Is(err, ErrUnknown) {
		t.Errorf("verify: %v", err)
	}
	if _, err := holder.Exec(ctx, `SELECT pg_advisory_unlock_all()`); err != nil {
		t.Fatal(err)
	}
}

// leftovers: a rebuild or verification leaves no schema behind but the one that
// is kept on purpose.
func leftovers(t *testing.T, r *Runner) {
	t.Helper()
	n := 0
	err := r.Pool().QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname ~ '^counting_' AND nspname <> 'counting_old'`).Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("%d schemas are left, %v", n, err)
	}
}
