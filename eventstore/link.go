package eventstore

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// link supervises one esdb.Client. That client can die for good, block callers
// past their context and panic while it is closed; so it is connected before
// anyone uses it, replaced when it fails, closed late, and every call of it
// runs in a goroutine that its caller may leave behind. No lock is held around
// a call.
type link struct {
	settings esdb.Configuration
	patience time.Duration
	log      *slog.Logger
	life     context.Context // ends with close
	end      context.CancelFunc
	wg       sync.WaitGroup
	trouble  trouble

	mu     sync.Mutex
	closed bool
	cur    *conn // nil: the next use connects
	down   bool  // logged as unreachable
}

// conn is one esdb.Client of a link. ready is closed when it is connected or
// has failed with err; lost is closed when calls still on it are to give up.
// uses counts who holds it and the goroutines that are inside its client.
type conn struct {
	client *esdb.Client
	ready  chan struct{}
	lost   chan struct{}
	err    error
	uses   sync.WaitGroup
}

const (
	// grace is how long calls on a replaced connection may still take.
	grace = 2 * time.Second
	// stuck is when callers inside a dead client are freed by force.
	stuck = 10 * time.Minute
)

func newLink(settings esdb.Configuration, patience time.Duration, log *slog.Logger) *link {
	settings.Logger = func(level, format string, args ...any) {
		log.Debug("event store client", slog.Any("severity", level), slog.String("message", fmt.Sprintf(format, args...)))
	}
	l := &link{settings: settings, patience: patience, log: log}
	l.life, l.end = context.WithCancel(context.Background())
	return l
}

// work is something to do on a connection. It calls progress when it got on,
// which makes the next pause short again.
type work func(ctx context.Context, c *conn, progress func()) error

// keep runs do on a connection and again, after a pause and if need be on a
// new connection, for as long as its error asks for that and ctx lasts. When
// ctx ends first the error is ErrUnavailable, the context's and the last one.
func (l *link) keep(ctx context.Context, do work) error {
	return l.try(ctx, func() bool { return true }, do)
}

// try is keep, but gives up with ErrUnavailable when, unless it is to stay,
// neither it nor anybody else on the link has got on for the link's patience.
func (l *link) try(ctx context.Context, stay func() bool, do work) error {
	var wait backoff
	began, attempts := time.Now(), 0
	for {
		attempt, moved := time.Now(), false
		limit := l.patience
		if stay() {
			limit = 0
		}
		err := l.once(ctx, limit, func(ctx context.Context, c *conn) error {
			return do(ctx, c, func() {
				moved = true
				wait.reset()
			})
		})
		again, _ := verdict(err)
		if moved || !again {
			l.trouble.over()
			began, attempts = time.Now(), 0
		}
		if !again {
			return unmarked(err)
		}
		if ctx.Err() == nil {
			l.trouble.note(attempt, l.patience)
		}
		// The first attempt may have begun before the event store was back.
		attempts++
		if spent := time.Since(began) >= l.patience || attempts > 1 && l.trouble.lasts(l.patience); spent && ctx.Err() == nil && !stay() {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if ended := wait.sleep(ctx); ended != nil {
			return fmt.Errorf("%w: %w (%w)", ErrUnavailable, ended, err)
		}
		l.log.Debug("event store call is repeated", slog.Any("error", err))
	}
}

// once runs do on the current connection, with a context that ends with it,
// and lets go of a connection that turns out to be broken. It waits for a
// connection no longer than limit, or for ever if that is 0.
func (l *link) once(ctx context.Context, limit time.Duration, do func(context.Context, *conn) error) error {
	c, err := l.connected(ctx, limit)
	if err != nil {
		return err
	}
	defer c.uses.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = do(ctx, c)
	if _, rebuild := verdict(err); rebuild {
		l.retire(c)
	}
	return err
}

// connected takes the current connection, made by whoever comes first; all
// others wait for it, each no longer than its context and limit. uses is to be
// given back.
func (l *link) connected(ctx context.Context, limit time.Duration) (*conn, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, errClosed
	}
	c := l.cur
	if c == nil {
		c = &conn{ready: make(chan struct{}), lost: make(chan struct{})}
		l.cur = c
		l.wg.Go(func() { l.connect(c) })
	}
	c.uses.Add(1)
	l.mu.Unlock()
	var late <-chan time.Time
	if limit > 0 {
		late = time.After(limit)
	}
	err := error(nil)
	select {
	case <-c.ready:
		err = c.err
	case <-late:
		err = &transient{errSlow}
	case <-ctx.Done():
		err = &transient{ctx.Err()}
	}
	if err != nil {
		c.uses.Done()
		return nil, err
	}
	return c, nil
}

// connect makes c's client do its discovery before others can wait on it.
func (l *link) connect(c *conn) {
	defer close(c.ready)
	settings := l.settings
	client, err := esdb.NewClient(&settings)
	if err == nil {
		c.client = client
		_, err = call(l.life, c, (*esdb.Client).GetServerVersion)
	}
	if err != nil {
		c.err = &transient{fmt.Errorf("%w: %w", ErrUnavailable, err)}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.drop(c)
	}
	if down := err != nil; down != l.down && !l.closed {
		l.down = down
		if down {
			l.log.Warn("event store cannot be reached", slog.Any("error", err))
		} else {
			l.log.Info("event store is reached again")
		}
	}
}

func (l *link) retire(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(c)
}

// drop forgets c if it is still the current connection.
func (l *link) drop(c *conn) {
	if l.cur == c {
		l.cur = nil
		l.wg.Go(func() { l.shut(c) })
	}
}

// shut closes c's client when nobody is inside it any more: sending to a client
// that is being closed panics. After the grace, uses that still last are told
// to give up. Those that a dead client holds for good are left behind and freed
// later, by that panic, which attempt recovers.
func (l *link) shut(c *conn) {
	<-c.ready
	if c.client == nil {
		return
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		c.uses.Wait()
		_ = c.client.Close()
	}()
	select {
	case <-left:
		return
	case <-time.After(grace):
	case <-l.life.Done():
	}
	close(c.lost)
	select {
	case <-left:
	case <-time.After(grace):
		time.AfterFunc(stuck, func() { _ = c.client.Close() })
	}
}

// close ends the link and waits until its connections are closed, no longer
// than the grace.
func (l *link) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		l.end()
		if l.cur != nil {
			l.drop(l.cur)
		}
	}
	l.mu.Unlock()
	l.wg.Wait()
}
