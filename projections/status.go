package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// State of a projection in this process.
type State string

// The states. Stopped means that nothing moves: Run is not at work, or the
// last slice failed and waits to be tried again.
const (
	Running    State = "running"
	Rebuilding State = "rebuilding"
	Stopped    State = "stopped"
)

// lagCap is how many events of a lag Status counts.
const lagCap = 1000

// Status is how a projection stands. LagEvents counts the events of the log
// that are not yet applied, exactly up to 1000; 1000 means "or more". Lag is
// the age of the oldest of them.
type Status struct {
	Name          string
	Version       int
	State         State
	Position      eventstore.Position
	Head          eventstore.Position
	LagEvents     int
	Lag           time.Duration
	LastError     string
	UnknownEvents int64
}

// Status tells how every projection stands, in the order of the Config.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	head, err := r.store.Head(ctx)
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
		s.Head = head
		s.State, s.LastError = r.state(m)
		if s.Version != m.Version {
			s.State, s.LastError = Stopped, ErrVersion.Error()
		}
		if err := r.lag(ctx, &s); err != nil {
			return nil, fmt.Errorf("projections: status: %w", err)
		}
		all[i] = s
	}
	return all, nil
}

func (r *Runner) stored(ctx context.Context) (map[string]Status, error) {
	rows, err := r.pool.Query(ctx, `SELECT name, version, position, unknown FROM projections.checkpoint`)
	if err != nil {
		return nil, err
	}
	all := map[string]Status{}
	var s Status
	_, err = pgx.ForEachRow(rows, []any{&s.Name, &s.Version, &s.Position, &s.UnknownEvents}, func() error {
		all[s.Name] = s
		return nil
	})
	return all, err
}

func (r *Runner) state(m *model) (State, string) {
	failure, rebuilding := m.health()
	text := ""
	if failure != nil {
		text = failure.Error()
	}
	switch {
	case rebuilding:
		return Rebuilding, text
	case failure != nil || !r.running.Load():
		return Stopped, text
	}
	return Running, text
}

func (r *Runner) lag(ctx context.Context, s *Status) error {
	if s.Position >= s.Head {
		return nil
	}
	for e, err := range r.store.ReadAll(ctx, s.Position) {
		if err != nil {
			return err
		}
		if s.LagEvents++; s.LagEvents == 1 {
			s.Lag = max(0, time.Since(e.Created))
		}
		if s.LagEvents == lagCap {
			break
		}
	}
	return nil
}
