package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
)

// Runner keeps the projections up to date with the log. Its methods may be
// called from many goroutines.
type Runner struct {
	pool   *pgxpool.Pool
	store  eventstore.Store
	codec  *eventstore.Codec
	limit  int
	logger *slog.Logger
	models []*model
	byName map[string]*model

	partitions int
	beside     bool
	lease      time.Duration
	holder     string // this process, among those that hold leases

	life       context.Context // ends with Close
	end        context.CancelFunc
	background sync.WaitGroup
}

// spareConnections are there for reads, rebuilds and the leases, beside those
// that each projection uses.
const spareConnections = 12

// Open connects and makes what is missing: the checkpoints and each
// projection's schema. A read model that another version of the program made
// begins anew, unless the Config says otherwise, and Wait keeps readers until it
// is where the other one was; the tables of that are kept as Rebuild does.
func Open(ctx context.Context, c Config) (*Runner, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	pc, err := pgxpool.ParseConfig(c.DatabaseURL)
	if err != nil {
		return nil, fmt.Errorf("projections: database URL: %w", err)
	}
	lanes := 0
	if c.Partitions > 1 {
		lanes = c.Partitions // also of a rebuild; more wait for a connection
	}
	pc.MaxConns = max(pc.MaxConns, int32(len(c.Projections)+2*lanes+spareConnections))
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	r := &Runner{
		pool: pool, store: c.Store, codec: c.Codec, limit: c.SliceLimit, logger: c.Logger,
		byName: map[string]*model{}, partitions: c.Partitions, beside: c.Beside, lease: c.Lease, holder: processName(),
	}
	r.life, r.end = context.WithCancel(context.Background())
	for _, p := range c.Projections {
		m := newModel(p)
		r.models, r.byName[p.Name] = append(r.models, m), m
	}
	if err := r.install(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("projections: install: %w", err)
	}
	return r, nil
}

// Run follows the log until the context ends, with every projection that no
// other process follows it with, and takes over when that one dies, or shows no
// sign of life for the time of a lease. A slice that fails for a reason beside
// its events is tried again, with back-off, for ever; Status shows the error.
func (r *Runner) Run(ctx context.Context) error {
	logger := watermill.NewSlogLogger(r.logger)
	router, err := message.NewRouter(message.RouterConfig{}, logger)
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	subscriber := eventstore.NewSubscriber(r.store, eventstore.SubscriberConfig{
		Limit: r.limit, Logger: logger,
		Checkpoint: func(ctx context.Context, name string) (eventstore.Position, error) {
			m, err := r.model(name)
			if err != nil {
				return 0, err
			}
			c, err := r.place(ctx, m)
			m.advance(c.position)
			return c.position, err
		},
	})
	for _, m := range r.models {
		router.AddConsumerHandler(m.Name, m.Name, subscriber, func(msg *message.Message) error {
			slice, ok := eventstore.SliceOf(msg)
			if !ok {
				return fmt.Errorf("projection %s: message %s is no slice of the log", m.Name, msg.UUID)
			}
			err := r.follow(msg.Context(), m, slice)
			if errors.Is(err, errSettled) || errors.Is(err, ErrFenced) {
				m.tried(nil)
			} else {
				m.tried(err)
			}
			return err
		})
	}
	keeping, stop := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { r.keep(keeping) })
	err = errors.Join(router.Run(ctx), subscriber.Close())
	stop()
	keeper.Wait()
	for _, m := range r.models {
		m.hold(0)
	}
	return err
}

// Pool is where queries read; tables are named with their schema, which is
// the projection's name.
func (r *Runner) Pool() *pgxpool.Pool { return r.pool }

// Close ends rebuilds that run in the background and gives the connections
// back. Run must have returned.
func (r *Runner) Close() {
	r.end()
	r.background.Wait()
	r.pool.Close()
}

// processName tells processes apart, and people which one it is.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), uuid.NewString()[:8])
}

func (r *Runner) model(name string) (*model, error) {
	m, ok := r.byName[name]
	if !ok {
		return nil, fmt.Errorf("%q: %w", name, ErrUnknown)
	}
	return m, nil
}
