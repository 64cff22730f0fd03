package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// allergic is counting, but it cannot bear the events that sick chooses: in one
// of the ways in which an Apply fails.
func allergic(sick func(eventstore.Envelope) bool) func(*Config) {
	return func(c *Config) {
		p := counting
		p.Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
			if err := counting.Apply(ctx, tx, events); err != nil {
				return err
			}
			for _, e := range events {
				switch {
				case !sick(e):
				case e.Revision%3 == 0:
					return errors.New("cannot bear it")
				case e.Revision%3 == 1:
					panic("cannot bear it")
				default:
					_, err := tx.Exec(ctx, `SELECT 1/0`)
					return err
				}
			}
			return nil
		}
		c.Projections = []Projection{p}
	}
}

// tell appends an event to a stream, of a ticket unless that is uuid.Nil.
func tell(t *testing.T, env *eventstoretest.Env, stream string, ticket uuid.UUID) eventstore.Position {
	t.Helper()
	meta := aggregates.Metadata{}
	if ticket != uuid.Nil {
		meta.Ticket = &ticket
	}
	p, err := codec(t).Encode(uuid.New(), team.ServiceEnabled{Service: team.Refunds}, meta)
	if err != nil {
		t.Fatal(err)
	}
	a, err := env.Store.Append(eventstoretest.Context(t), stream, eventstore.Any(), []eventstore.Proposed{p})
	if err != nil {
		t.Fatal(err)
	}
	return a.Position
}

// shown are the parked events as "stream/revision", those that failed with a "!".
func shown(t *testing.T, r *Runner) []string {
	t.Helper()
	all, err := r.Parked(t.Context(), "counting", 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = fmt.Sprintf("%s/%d", p.Stream, p.Revision)
		if p.Error != "" {
			texts[i] += "!"
		}
	}
	return texts
}

// What fails is parked with what follows it in its ticket and in its streams;
// the rest goes on. Retried in order, the tables are those of a rebuild.
func TestAPoisonEventParksWithItsTicketAndTheRestGoesOn(t *testing.T) {
	env := eventstoretest.New(t)
	mine, other := uuid.New(), uuid.New()
	ticket := "ticket-" + mine.String()
	well := false
	sick := func(e eventstore.Envelope) bool { return e.Stream == "invoice-1" && e.Revision == 1 && !well }
	r := open(t, env, allergic(sick))
	tell(t, env, ticket, uuid.Nil)
	tell(t, env, "invoice-1", mine)
	tell(t, env, "invoice-1", mine)  // fails
	tell(t, env, ticket, uuid.Nil)   // waits: the ticket
	tell(t, env, "invoice-2", mine)  // waits: the ticket
	tell(t, env, "invoice-1", other) // waits: the stream
	tell(t, env, "invoice-3", other) // goes on
	run(t, r)
	wait(t, r, tell(t, env, "invoice-4", uuid.Nil))
	want := []string{"invoice-1/1!", ticket + "/1", "invoice-2/0", "invoice-1/2"}
	if diff := cmp.Diff(want, shown(t, r)); diff != "" {
		t.Errorf("parked (-want +got):\n%s", diff)
	}
	s := until(t, r, func(Status) bool { return true })
	if s.Failing != 1 || s.Waiting != 3 || s.State != Running {
		t.Errorf("status %+v", s)
	}
	wait(t, r, tell(t, env, "invoice-2", uuid.Nil)) // waits: its stream, in a later slice
	want = append(want, "invoice-2/1")
	if n, err := r.Retry(t.Context(), "counting"); n != 0 || err != nil {
		t.Errorf("a retry too early applied %d, %v", n, err)
	}
	if diff := cmp.Diff(want, shown(t, r)); diff != "" {
		t.Errorf("parked after a retry too early (-want +got):\n%s", diff)
	}
	all, err := r.Parked(t.Context(), "counting", 0, 1)
	if err != nil || len(all) != 1 || all[0].Attempts != 2 || all[0].Ticket != mine || all[0].Error != "panic: cannot bear it" {
		t.Errorf("parked: %+v, %v", all, err)
	}
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) != 0 {
		t.Errorf("verify while it is parked: %+v, %v", found, err)
	}
	if err := r.Rebuild(t.Context(), "counting"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, shown(t, r)); diff != "" {
		t.Errorf("parked by a rebuild (-want +got):\n%s", diff)
	}
	well = true
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) == 0 {
		t.Errorf("verify once it could be applied: %+v, %v", found, err)
	}
	if n, err := r.Retry(t.Context(), "counting"); n != len(want) || err != nil {
		t.Errorf("the retry applied %d, %v", n, err)
	}
	recount(t, env, r)
	if found, err := r.Verify(t.Context(), "counting"); err != nil || len(found) != 0 || len(shown(t, r)) != 0 {
		t.Errorf("verify after the retry: %+v, %v", found, err)
	}
}

// An event whose data cannot be read parks too.
func TestAnEventThatCannotBeReadIsParked(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env)
	run(t, r)
	record(t, env, 2)
	appendTo(t, env, "team-broken", eventstore.Proposed{ID: uuid.New(), Type: "team-created", Data: []byte(`[]`), Metadata: []byte("{}")})
	tell(t, env, "team-broken", uuid.Nil)
	wait(t, r, record(t, env, 2))
	if diff := cmp.Diff([]string{"team-broken/0!", "team-broken/1"}, shown(t, r)); diff != "" {
		t.Errorf("parked (-want +got):\n%s", diff)
	}
}

// However slices are cut and lanes run, the same events are parked, and what a
// retry makes of them is what a rebuild makes.
func TestWhatIsParkedDoesNotDependOnSlicesAndLanes(t *testing.T) {
	env := eventstoretest.New(t)
	tickets := []uuid.UUID{uuid.Nil, uuid.Nil, uuid.New(), uuid.New(), uuid.New()}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(0, 6).Draw(rt, "events") {
			stream := fmt.Sprint("invoice-", rapid.IntRange(0, 5).Draw(rt, "stream"))
			tell(t, env, stream, rapid.SampledFrom(tickets).Draw(rt, "ticket"))
		}
	})
	log := logOf(t, env)
	sick := map[uuid.UUID]bool{}
	r := open(t, env, allergic(func(e eventstore.Envelope) bool { return sick[e.ID] }))
	m := r.models[0]
	rapid.Check(t, func(rt *rapid.T) {
		clear(sick)
		from := rapid.IntRange(0, len(log)-1).Draw(rt, "from")
		part := log[from:min(from+12, len(log))]
		for range rapid.IntRange(0, 3).Draw(rt, "sick") {
			sick[part[rapid.IntRange(0, len(part)-1).Draw(rt, "event")].ID] = true
		}
		var first []string
		for range 2 {
			if err := pgx.BeginFunc(t.Context(), r.pool, func(tx pgx.Tx) error { return m.create(t.Context(), tx) }); err != nil {
				rt.Fatal(err)
			}
			r.partitions = rapid.SampledFrom([]int{1, 2, 8}).Draw(rt, "partitions")
			at := eventstore.Position(0)
			for rest := part; len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(rt, "slice")
				s := eventstore.Slice{After: at, To: rest[n-1].Position, Events: rest[:n]}
				if err := r.follow(t.Context(), m, s); err != nil {
					rt.Fatal(err)
				}
				at, rest = s.To, rest[n:]
			}
			if got := shown(t, r); first == nil {
				first = append([]string{}, got...)
			} else if !slices.Equal(first, got) {
				rt.Fatalf("parked %v, and %v", first, got)
			}
		}
		clear(sick)
		if n, err := r.Retry(t.Context(), "counting"); err != nil || n != len(first) {
			rt.Fatalf("retried %d of %d, %v", n, len(first), err)
		}
		var seen int
		if err := r.pool.QueryRow(t.Context(), `SELECT count(*) FROM counting.seen`).Scan(&seen); err != nil || seen != len(part) {
			rt.Fatalf("seen %d of %d, %v", seen, len(part), err)
		}
	})
}
