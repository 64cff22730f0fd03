package projections

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// reads says whether the projection wants the events of a stream.
func (t *tables) reads(stream string) bool {
	category, _ := aggregates.SplitStream(stream)
	return t.Reads == nil || t.Reads(category)
}

// keys are what an event keeps its order with: its stream, and its ticket if
// it has one.
func (it item) keys() []string {
	keys := []string{"stream " + it.Stream}
	if ticket := it.ticket(); ticket != uuid.Nil {
		keys = append(keys, ticketKey(ticket))
	}
	return keys
}

func ticketKey(id uuid.UUID) string { return "ticket " + id.String() }

// ticket is the one in the metadata, else the one whose stream it is.
func (it item) ticket() uuid.UUID {
	if it.Meta.Ticket != nil {
		return *it.Meta.Ticket
	}
	category, key := aggregates.SplitStream(it.Stream)
	if id, err := uuid.Parse(key); err == nil && category == "ticket" {
		return id
	}
	return uuid.Nil
}

// split distributes events over at most n lanes, so that events that share a
// stream or a ticket, directly or through others, are in one lane and in order.
// The same events give the same lanes. Empty lanes are possible.
func split(items []item, n int) [][]item {
	if n <= 1 || len(items) <= 1 {
		return [][]item{items}
	}
	group := make([]int, len(items)) // of each event, the number of an earlier one or its own
	find := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	first := map[string]int{}
	for i, it := range items {
		group[i] = i
		for _, key := range it.keys() {
			j, seen := first[key]
			if !seen {
				first[key] = i
				continue
			}
			a, b := find(i), find(j)
			group[max(a, b)] = min(a, b)
		}
	}
	size := map[int]int{}
	for i := range items {
		size[find(i)]++
	}
	lanes, load, laneOf := make([][]item, n), make([]int, n), map[int]int{}
	for i, it := range items {
		g := find(i)
		lane, placed := laneOf[g]
		if !placed {
			for l := range load {
				if load[l] < load[lane] {
					lane = l
				}
			}
			laneOf[g] = lane
			load[lane] += size[g]
		}
		lanes[lane] = append(lanes[lane], it)
	}
	return lanes
}

// spread applies the lanes of a slice, side by side in transactions of their
// own when there are several; a lane that was applied before is left out. The
// transaction holds the checkpoint meanwhile.
func (r *Runner) spread(ctx context.Context, tx pgx.Tx, t *tables, from checkpoint, upto eventstore.Position, lanes [][]item) error {
	if busy(lanes) <= 1 && from.pending == 0 {
		for _, items := range lanes {
			if err := r.absorb(ctx, tx, t, items); err != nil {
				return err
			}
		}
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT lane FROM projections.lane WHERE name = $1`, t.schema)
	if err != nil {
		return err
	}
	done, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return err
	}
	for _, lane := range done {
		lanes[lane] = nil
	}
	group, inner := errgroup.WithContext(ctx)
	for lane, items := range lanes {
		if len(items) == 0 {
			continue
		}
		group.Go(func() error {
			return pgx.BeginFunc(inner, r.pool, func(tx pgx.Tx) error {
				return r.lane(inner, tx, t, from, func() error {
					if err := r.absorb(inner, tx, t, items); err != nil {
						return err
					}
					_, err := tx.Exec(inner, `INSERT INTO projections.lane (name, lane, lanes, upto) VALUES ($1, $2, $3, $4)`,
						t.schema, lane, len(lanes), upto)
					return err
				})
			})
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM projections.lane WHERE name = $1`, t.schema)
	return err
}

// lane runs a part of a slice if the slice still is what comes next.
func (r *Runner) lane(ctx context.Context, tx pgx.Tx, t *tables, from checkpoint, use func() error) error {
	if err := t.mark(ctx, tx); err != nil {
		return err
	}
	now, err := t.read(ctx, tx, part)
	if err == nil {
		err = now.mine(t, from.epoch)
	}
	if err == nil && now.position != from.position {
		err = ErrGap
	}
	if err != nil {
		return err
	}
	return use()
}

// busy counts lanes with events.
func busy(lanes [][]item) (n int) {
	for _, items := range lanes {
		if len(items) > 0 {
			n++
		}
	}
	return n
}
