package commands

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// observe begins to watch a command; the result is called with its error. Names
// and outcomes are told, never what a command says.
func (s *Service) observe(ctx context.Context, req Request, command string) (context.Context, func(Outcome, error)) {
	start := time.Now() //nolint:forbidigo // how long it takes, not what time it is
	ctx, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("aftersales/commands").Start(ctx, command)
	return ctx, func(o Outcome, err error) {
		outcome := outcomeName(o, err)
		took := time.Since(start) //nolint:forbidigo // likewise
		span.SetAttributes(attribute.String("aftersales.outcome", outcome), attribute.Bool("aftersales.dry_run", req.DryRun))
		if outcome == "failed" || outcome == "unavailable" {
			span.SetStatus(codes.Error, outcome)
		}
		span.End()
		if s.Observe != nil {
			s.Observe(command, outcome, took)
		}
		s.Logger.DebugContext(ctx, "command", slog.String("command", command), slog.String("outcome", outcome),
			slog.Duration("duration", took), slog.String("request_id", req.RequestID))
	}
}

// outcomeName is done, replayed, unavailable, failed, or the code of the refusal.
func outcomeName(o Outcome, err error) string {
	refused, isRefusal := errors.AsType[*aggregates.Refusal](err)
	switch {
	case isRefusal:
		return refused.Code
	case errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "unavailable"
	case err != nil:
		return "failed"
	case o.Replayed:
		return "replayed"
	}
	return "done"
}
