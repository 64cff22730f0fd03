package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// State of a projection.
type State string

// The states. Rebuilding is also a read model of a new version that is not yet
// where the other one was, and not read until then. Stopped means that nothing moves: no process follows the log, or
// the last slice failed and waits to be tried again.
const (
	Running    State = "running"
	Rebuilding State = "rebuilding"
	Stopped    State = "stopped"
)

// lagCap is how many events of a lag Status counts.
const lagCap = 1000

// Status is how a projection stands. LagEvents counts the events of the log
// that are not yet applied, exactly up to 1000; 1000 means "or more". Lag is
// the age of the oldest of them. Events counts those that are applied. Complete says that it may be read; see Wait. Failing
// and Waiting count the parked ones, by whether they failed themselves. Holder
// is the process that applies the log, "" when none does; Here says that it is
// this one. Old says that the tables before the last rebuild are kept.
type Status struct {
	Name          string
	Version       int
	State         State
	Position      eventstore.Position
	Head          eventstore.Position
	Events        int64
	LagEvents     int
	Lag           time.Duration
	LastError     string
	UnknownEvents int64
	Complete      bool
	Failing       int
	Waiting       int
	Holder        string
	Here          bool
	Epoch         int64
	Partitions    int
	Old           bool
	Rebuild       Progress
}

// Status tells how every projection stands, in the order of the Config.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	head, err := r.store.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("projections: status: %w", err)
	}
	rebuilds, err := r.rebuilds(ctx) // first: what has ended shows in the rest
	if err != nil {
		return nil, fmt.Errorf("projections: status: %w", err)
	}
	stored, err := r.stored(ctx)
	if err != nil {
		return nil, fmt.Errorf("projections: status: %w", err)
	}
	all := make([]Status, len(r.models))
	for i, m := range r.models {
		s := stored[m.Name]
		s.Name, s.Head, s.Partitions, s.Rebuild = m.Name, max(head, s.Position), r.partitions, rebuilds[m.Name]
		s.Here = s.Holder == r.holder && s.Holder != ""
		s.State, s.LastError = state(m, s)
		all[i] = s
	}
	if err := r.lag(ctx, all); err != nil {
		return nil, fmt.Errorf("projections: status: %w", err)
	}
	return all, nil
}

func (r *Runner) stored(ctx context.Context) (map[string]Status, error) {
	rows, err := r.pool.Query(ctx, `
		SELECT c.name, c.version, c.position, c.events, c.unknown, c.position >= c.least, c.epoch,
			CASE WHEN l.until > clock_timestamp() AND `+livingSession+` THEN l.holder ELSE '' END,
			(SELECT count(*) FROM projections.parked p WHERE p.name = c.name AND p.error IS NOT NULL),
			(SELECT count(*) FROM projections.parked p WHERE p.name = c.name AND p.error IS NULL),
			EXISTS (SELECT FROM pg_namespace WHERE nspname = c.name || $1)
		FROM projections.checkpoint c JOIN projections.lease l USING (name)`, oldSuffix)
	if err != nil {
		return nil, err
	}
	all := map[string]Status{}
	var s Status
	_, err = pgx.ForEachRow(rows, []any{
		&s.Name, &s.Version, &s.Position, &s.Events, &s.UnknownEvents, &s.Complete, &s.Epoch, &s.Holder, &s.Failing, &s.Waiting, &s.Old,
	}, func() error {
		all[s.Name] = s
		return nil
	})
	return all, err
}

func state(m *model, s Status) (State, string) {
	failure, held := m.health()
	text := ""
	if held && failure != nil {
		text = failure.Error()
	}
	switch {
	case s.Version != m.Version:
		return Stopped, ErrVersion.Error()
	case s.Rebuild.Running():
		return Rebuilding, text
	case s.Holder == "" || text != "":
		return Stopped, text
	case !s.Complete:
		return Rebuilding, ""
	}
	return Running, text
}

// lag reads on from the projection that is furthest behind, once for all.
func (r *Runner) lag(ctx context.Context, all []Status) error {
	var least, head eventstore.Position
	for i, s := range all {
		if i == 0 || s.Position < least {
			least = s.Position
		}
		head = max(head, s.Head)
	}
	if least >= head {
		return nil
	}
	for e, err := range r.store.ReadAll(ctx, least) {
		if err != nil {
			return err
		}
		more := false
		for i := range all {
			s := &all[i]
			if e.Position <= s.Position || s.LagEvents == lagCap {
				more = more || e.Position < s.Position
				continue
			}
			if s.LagEvents++; s.LagEvents == 1 {
				s.Lag = max(0, time.Since(e.Created))
			}
			more = true
		}
		if !more || e.Position >= head {
			break
		}
	}
	return nil
}
