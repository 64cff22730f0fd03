package eventstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Config says how to reach the log. URL is an EventStoreDB connection string:
// "esdb://host:2113?tls=false" for one node, "esdb://a,b,c" or
// "esdb+discover://name" for a cluster. A nil Logger is slog's default.
// Patience is how long reads, and appends that were not handed over yet, wait
// for an event store that does not answer before they are ErrUnavailable; 0
// means 3 seconds.
type Config struct {
	URL      string
	Logger   *slog.Logger
	Patience time.Duration
}

// Client is the Store over EventStore-Client-Go. It keeps one connection for
// appends and reads and further ones for subscriptions, because a connection
// carries at most 100 calls at a time, and it replaces connections that fail.
type Client struct {
	calls *link
	dial  func(purpose string) *link

	mu     sync.Mutex
	closed bool
	subs   []*shared
}

var _ Store = (*Client)(nil)

// shared is a link with the number of subscriptions on it.
type shared struct {
	*link
	users int
}

// maxShared keeps a connection of subscriptions well under its 100 calls.
const maxShared = 50

// Dial connects and waits until the log answers or ctx ends; then the error is
// ErrUnavailable. A URL that cannot be read is an error at once.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	settings, err := parse(cfg)
	if err != nil {
		return nil, err
	}
	logger := cfg.Logger
	if logger == nil {
		logger = slog.Default()
	}
	c := &Client{dial: func(purpose string) *link {
		return newLink(settings, cmp.Or(cfg.Patience, defaultPatience), logger.With(slog.String("connection", purpose)))
	}}
	c.calls = c.dial("calls")
	err = c.calls.keep(ctx, func(ctx context.Context, cn *conn, _ func()) error { return ping(ctx, cn) })
	if err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("connect to the event store: %w", err)
	}
	return c, nil
}

// parse leaves one discovery attempt to the client, because a client that has
// used up its attempts is dead and its callers hang: the link tries again.
func parse(cfg Config) (esdb.Configuration, error) {
	settings, err := esdb.ParseConnectionString(cfg.URL)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the URL, which may hold a password
		}
		return esdb.Configuration{}, fmt.Errorf("event store URL: %w", err)
	}
	settings.MaxDiscoverAttempts = 1
	return *settings, nil
}

// Close ends all calls and subscriptions and waits for the connections to be
// closed. Calls then return ErrUnavailable. It may be called again.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	subs := c.subs
	c.subs = nil
	c.mu.Unlock()
	c.calls.close()
	for _, s := range subs {
		s.close()
	}
	return nil
}

// Ready reads the end of the log. A connection found broken is replaced once.
func (c *Client) Ready(ctx context.Context) error {
	var err error
	for range 2 {
		err = c.calls.once(ctx, c.calls.patience, ping)
		if again, _ := verdict(err); !again {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// ping reads at most one event from the end of the log.
func ping(ctx context.Context, cn *conn) error {
	return recvAll(ctx, cn, 0, func(ctx context.Context, client *esdb.Client) (*esdb.ReadStream, error) {
		return client.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	}, all)
}

// subscriptions takes a link with room for one more subscription; release
// gives the place back.
func (c *Client) subscriptions() (l *link, release func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, errClosed
	}
	var s *shared
	for _, candidate := range c.subs {
		if candidate.users < maxShared {
			s = candidate
			break
		}
	}
	if s == nil {
		s = &shared{link: c.dial(fmt.Sprintf("subscriptions %d", len(c.subs)+1))}
		c.subs = append(c.subs, s)
	}
	s.users++
	return s.link, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.users--
	}, nil
}

// everything is the count of an unlimited read.
const everything = math.MaxInt64
