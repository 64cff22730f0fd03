package process

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"aftersales/aggregates"
	"aftersales/commands"
)

// TimersConfig is what the timers stand on.
type TimersConfig struct {
	Commands *commands.Service // its clock is the timers' clock
	// Due lists the documents for which something is due at the time or on the
	// company's day; it may lag behind the log, and list what is done already.
	Due    func(ctx context.Context, now time.Time, today aggregates.Date) iter.Seq2[aggregates.Ref, error]
	Tick   <-chan time.Time // look again; what it carries is not used
	Logger *slog.Logger
}

// RunTimers does what is due at every tick, until the context ends. What fails
// stays on the list for the next tick. Any number of processes may run it.
func RunTimers(ctx context.Context, cfg TimersConfig) error {
	for {
		select {
		case <-cfg.Tick:
			cfg.fireAll(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (cfg TimersConfig) fireAll(ctx context.Context) {
	now, today := cfg.Commands.Clock()
	for due, err := range cfg.Due(ctx, now, today) {
		if err == nil {
			err = cfg.Commands.Fire(ctx, due)
		}
		switch _, refused := errors.AsType[*aggregates.Refusal](err); {
		case err == nil || ctx.Err() != nil:
		case refused: // somebody must look at the document
			cfg.Logger.WarnContext(ctx, "timer refused", slog.String("kind", due.Kind),
				slog.String("id", due.ID.String()), slog.String("refusal", err.Error()))
		default:
			cfg.Logger.ErrorContext(ctx, "timer failed", slog.String("kind", due.Kind),
				slog.String("id", due.ID.String()), slog.String("error", err.Error()))
		}
	}
}
