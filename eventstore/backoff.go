package eventstore

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff is a growing pause with jitter. Its zero value is ready.
type backoff struct{ pause time.Duration }

const (
	firstPause = 20 * time.Millisecond
	lastPause  = 2 * time.Second
)

func (b *backoff) reset() { b.pause = 0 }

// sleep waits, or returns the context's error if that ends first.
func (b *backoff) sleep(ctx context.Context) error {
	b.pause = min(max(2*b.pause, firstPause), lastPause)
	return pause(ctx, b.pause/2+rand.N(b.pause/2))
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
