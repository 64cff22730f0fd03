package projections

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// Lanes hold every event once, in log order, and share no stream and no ticket.
func TestLanesShareNothingAndKeepTheOrder(t *testing.T) {
	tickets := []*uuid.UUID{nil, nil, new(aggregates.DeriveID("a")), new(aggregates.DeriveID("b")), new(aggregates.DeriveID("c"))}
	rapid.Check(t, func(t *rapid.T) {
		var items []item
		for i := range rapid.IntRange(0, 30).Draw(t, "events") {
			it := item{}
			it.Position = eventstore.Position(i + 1)
			it.Stream = fmt.Sprint("invoice-", rapid.IntRange(0, 9).Draw(t, "stream"))
			it.Meta.Ticket = rapid.SampledFrom(tickets).Draw(t, "ticket")
			items = append(items, it)
		}
		n := rapid.IntRange(1, 8).Draw(t, "lanes")
		owner, count := map[string]int{}, 0
		for lane, part := range split(items, n) {
			count += len(part)
			if !slices.IsSortedFunc(part, func(a, b item) int { return int(a.Position) - int(b.Position) }) {
				t.Fatalf("lane %d is not in order", lane)
			}
			for _, it := range part {
				for _, key := range it.keys() {
					if other, taken := owner[key]; taken && other != lane {
						t.Fatalf("%s is in lanes %d and %d", key, other, lane)
					}
					owner[key] = lane
				}
			}
		}
		if count != len(items) {
			t.Fatalf("%d of %d events", count, len(items))
		}
	})
}

func TestLanesSpreadWhatIsIndependent(t *testing.T) {
	var items []item
	for i := range 40 {
		it := item{}
		it.Stream = fmt.Sprint("invoice-", i)
		items = append(items, it)
	}
	for lane, part := range split(items, 8) {
		if len(part) != 5 {
			t.Errorf("lane %d has %d events", lane, len(part))
		}
	}
}

// Connections that die in some of the lanes of a slice, and other partitions in
// the next process: every event is applied once.
func TestASliceAppliedInPartIsCompleted(t *testing.T) {
	env := eventstoretest.New(t)
	for range 12 {
		record(t, env, 2)
	}
	log := logOf(t, env)
	var dying atomic.Int32
	r := open(t, env, func(c *Config) {
		p := counting
		p.Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
			err := counting.Apply(ctx, tx, events)
			if err == nil && dying.Add(-1) >= 0 && rand.N(2) == 0 {
				_, err = tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
			}
			return err
		}
		c.Projections = []Projection{p}
	})
	m := r.models[0]
	partly := false
	for round := range 10 {
		if err := pgx.BeginFunc(t.Context(), r.pool, func(tx pgx.Tx) error { return m.create(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		dying.Store(20)
		for at := eventstore.Position(0); at < log[len(log)-1].Position; {
			r.partitions = 1 + rand.N(5)
			_ = r.follow(t.Context(), m, eventstore.Slice{After: at, To: log[len(log)-1].Position, Events: after(log, at)}) // it is tried until it succeeds
			c, err := m.read(t.Context(), r.pool, unlocked)
			if err != nil {
				t.Fatal(err)
			}
			partly = partly || c.pending > 0
			at = c.position
			// Half of what the log has so far comes first, then the rest.
			if at == 0 && round%2 == 0 {
				half := log[:len(log)/2]
				_ = r.follow(t.Context(), m, eventstore.Slice{To: half[len(half)-1].Position, Events: half}) // likewise
			}
		}
		recount(t, env, r)
	}
	if !partly {
		t.Error("no slice was applied in part")
	}
}

// Whoever verifies or rebuilds completes what a process left half done.
func TestAVerificationCompletesASliceAppliedInPart(t *testing.T) {
	env := eventstoretest.New(t)
	for range 6 {
		record(t, env, 2)
	}
	log := logOf(t, env)
	left := atomic.Int32{}
	r := open(t, env, func(c *Config) {
		c.Partitions = 3
		p := counting
		p.Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
			if left.Add(-1) == 0 {
				_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
				return err
			}
			return counting.Apply(ctx, tx, events)
		}
		c.Projections = []Projection{p}
	})
	m := r.models[0]
	for pending := false; !pending; {
		if err := pgx.BeginFunc(t.Context(), r.pool, func(tx pgx.Tx) error { return m.create(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		left.Store(3)
		if err := r.follow(t.Context(), m, eventstore.Slice{To: log[len(log)-1].Position, Events: log}); err == nil {
			t.Fatal("nothing died")
		}
		c, err := m.read(t.Context(), r.pool, unlocked)
		if err != nil {
			t.Fatal(err)
		}
		pending = c.pending > 0
	}
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) > 0 {
		t.Errorf("verify: %+v, %v", found, err)
	}
	recount(t, env, r)
}
