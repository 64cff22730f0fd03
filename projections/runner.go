package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5/pgxpool"

	"aftersales/eventstore"
)

// Runner keeps the projections up to date with the log. Its methods may be
// called from many goroutines.
type Runner struct {
	pool    *pgxpool.Pool
	store   eventstore.Store
	codec   *eventstore.Codec
	limit   int
	logger  *slog.Logger
	models  []*model
	byName  map[string]*model
	running atomic.Bool
}

// spareConnections are there for reads, beside one for each projection.
const spareConnections = 8

// Open connects and makes what is missing: the checkpoints and each
// projection's schema. A read model that another version of the program made
// is dropped and begins anew.
func Open(ctx context.Context, c Config) (*Runner, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	pc, err := pgxpool.ParseConfig(c.DatabaseURL)
	if err != nil {
		return nil, fmt.Errorf("projections: database URL: %w", err)
	}
	pc.MaxConns = max(pc.MaxConns, int32(len(c.Projections)+spareConnections))
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	r := &Runner{
		pool: pool, store: c.Store, codec: c.Codec, limit: c.SliceLimit, logger: c.Logger,
		byName: map[string]*model{},
	}
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

// Run follows the log with every projection until the context ends. A slice
// that fails is tried again, with back-off, for ever; Status shows the error.
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
			return r.refresh(ctx, m)
		},
	})
	for _, m := range r.models {
		router.AddConsumerHandler(m.Name, m.Name, subscriber, func(msg *message.Message) error {
			slice, ok := eventstore.SliceOf(msg)
			if !ok {
				return fmt.Errorf("projection %s: message %s is no slice of the log", m.Name, msg.UUID)
			}
			err := r.follow(msg.Context(), m, slice)
			m.tried(err)
			return err
		})
	}
	r.running.Store(true)
	defer r.running.Store(false)
	return errors.Join(router.Run(ctx), subscriber.Close())
}

// Pool is where queries read; tables are named with their schema, which is
// the projection's name.
func (r *Runner) Pool() *pgxpool.Pool { return r.pool }

// Close gives the connections back. Run must have returned.
func (r *Runner) Close() { r.pool.Close() }

func (r *Runner) model(name string) (*model, error) {
	m, ok := r.byName[name]
	if !ok {
		return nil, fmt.Errorf("%q: %w", name, ErrUnknown)
	}
	return m, nil
}
