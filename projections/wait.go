package projections

import (
	"context"
	"fmt"
	"time"

	"aftersales/eventstore"
)

// pollInterval is how often Wait looks for what another process applied.
const pollInterval = 250 * time.Millisecond

// Wait returns as soon as the projection has reached the position p, with the
// position that it is at. Tables that were begun anew, for another version of the
// projection, are first waited for until they have reached what was served
// before: no read goes back in time. When the context ends before, the error is
// ErrBehind and the position what was reached until then.
func (r *Runner) Wait(ctx context.Context, name string, p eventstore.Position) (eventstore.Position, error) {
	return r.wait(ctx, name, p, func(at eventstore.Position) bool { return at >= p })
}

// WaitPast is Wait for any position after p.
func (r *Runner) WaitPast(ctx context.Context, name string, p eventstore.Position) (eventstore.Position, error) {
	return r.wait(ctx, name, p, func(at eventstore.Position) bool { return at > p })
}

func (r *Runner) wait(ctx context.Context, name string, p eventstore.Position, reached func(eventstore.Position) bool) (eventstore.Position, error) {
	m, err := r.model(name)
	if err != nil {
		return 0, err
	}
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		at, moved, complete := m.watch()
		if complete && reached(at) {
			return at, nil
		}
		select {
		case <-moved:
		case <-tick.C:
			if _, err := r.refresh(ctx, m); err != nil && ctx.Err() == nil {
				return at, err
			}
		case <-ctx.Done():
			return at, fmt.Errorf("projection %s is at %s, not %s: %w", name, at, p, ErrBehind)
		}
	}
}

// refresh reads the checkpoint from the database.
func (r *Runner) refresh(ctx context.Context, m *model) (eventstore.Position, error) {
	c, err := m.read(ctx, r.pool, unlocked)
	if err == nil && c.version != m.Version {
		err = ErrVersion
	}
	if err != nil {
		return 0, fmt.Errorf("projection %s: %w", m.Name, err)
	}
	m.advance(c.position)
	return c.position, nil
}
