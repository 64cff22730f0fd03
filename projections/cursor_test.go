package projections

import (
	"testing"
	"time"

	"aftersales/eventstore/eventstoretest"
)

// What sends mails runs in one process at a time; the next takes over.
func TestAConsumerIsHeldByOneProcessAtATime(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	ctx := eventstoretest.Context(t)
	var cursors [2]*Cursors
	for i := range cursors {
		var err error
		if cursors[i], err = OpenCursors(ctx, open(t, env).Pool()); err != nil {
			t.Fatal(err)
		}
	}
	release, err := cursors[0].Hold(ctx, "mails")
	if err != nil {
		t.Fatal(err)
	}
	other, err := cursors[1].Hold(ctx, "another")
	if err != nil {
		t.Fatal(err)
	}
	defer other()
	held := make(chan error, 1)
	go func() {
		next, err := cursors[1].Hold(ctx, "mails")
		if err == nil {
			next()
		}
		held <- err
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for waiting := 0; waiting == 0; {
		select {
		case err := <-held:
			t.Fatalf("two hold it at once (%v)", err)
		case <-ctx.Done():
			t.Fatal("the second never asked")
		case <-tick.C:
			const blocked = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
			if err := cursors[0].pool.QueryRow(ctx, blocked).Scan(&waiting); err != nil {
				t.Fatal(err)
			}
		}
	}
	release()
	if err := <-held; err != nil {
		t.Error(err)
	}
}
