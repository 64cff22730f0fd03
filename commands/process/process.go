// Package process is the process manager: it follows the log and makes sure
// that everything that follows from an event has happened (numbers, links,
// copies, recorded outcomes), also when the command that should have seen to it
// died half-way. It works at least once; what was done changes nothing.
package process

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"aftersales/commands"
	"aftersales/eventstore"
)

// Name is the process manager's own, under which its place in the log is kept.
const Name = "consequences"

// Cursor keeps the place in the log that a consumer has reached.
type Cursor interface {
	Load(ctx context.Context, name string) (eventstore.Position, error)
	Save(ctx context.Context, name string, p eventstore.Position) error
}

// Config is what the process manager stands on.
type Config struct {
	Commands *commands.Service
	Store    eventstore.Store
	Codec    *eventstore.Codec
	Cursor   Cursor
	Logger   *slog.Logger
}

// sliceLimit is how many events are handled between two saves of the place.
const sliceLimit = 500

// Run follows the log until the context ends. A slice that fails is handled
// again, with back-off.
func Run(ctx context.Context, cfg Config) error {
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NewSlogLogger(cfg.Logger))
	if err != nil {
		return fmt.Errorf("process manager: %w", err)
	}
	subscriber := eventstore.NewSubscriber(cfg.Store, eventstore.SubscriberConfig{
		Checkpoint: cfg.Cursor.Load, Limit: sliceLimit, Logger: watermill.NewSlogLogger(cfg.Logger),
	})
	defer subscriber.Close()
	router.AddConsumerHandler(Name, Name, subscriber, cfg.handle)
	return router.Run(ctx)
}

func (cfg Config) handle(msg *message.Message) error {
	slice, ok := eventstore.SliceOf(msg)
	if !ok {
		return fmt.Errorf("process manager: message %s is no slice of the log", msg.UUID)
	}
	for _, recorded := range slice.Events {
		if err := cfg.react(msg.Context(), recorded); err != nil {
			return err
		}
	}
	return cfg.Cursor.Save(msg.Context(), Name, slice.To)
}

func (cfg Config) react(ctx context.Context, recorded eventstore.Recorded) error {
	e, err := cfg.Codec.Decode(recorded)
	if err != nil {
		return fmt.Errorf("process manager at %s: %w", recorded.Position, err)
	}
	return cfg.Commands.React(ctx, e)
}
