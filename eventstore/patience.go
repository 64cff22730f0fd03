package eventstore

import (
	"context"
	"sync"
	"time"
)

// defaultPatience is Config.Patience when that is not set.
const defaultPatience = 3 * time.Second

type patientKey struct{}

// Patiently is a context under which reads and appends wait for the event store
// until the context ends, whatever Config.Patience says. It is for long work in
// the background, which nobody waits for and which would have to begin again.
func Patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patientKey{}, true)
}

func patient(ctx context.Context) bool { return ctx.Value(patientKey{}) != nil }

// trouble is for how long nothing has worked on a link. Its zero value says
// that all is well.
type trouble struct {
	mu          sync.Mutex
	since, last time.Time
}

// note takes down a failure. One that comes long after the one before may have
// another cause, so it begins anew.
func (t *trouble) note(began time.Time, patience time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since.IsZero() || began.Sub(t.last) > patience {
		t.since = began
	}
	t.last = time.Now()
}

func (t *trouble) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since = time.Time{}
}

func (t *trouble) lasts(d time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.since.IsZero() && time.Since(t.since) >= d
}
