package commands

import (
	"context"
	"errors"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// React makes sure that all that follows from an event has happened: what a
// command that died half-way had left undone. The process manager asks it for
// every event of the log, at least once; asked again it changes nothing.
func (s *Service) React(ctx context.Context, e eventstore.Envelope) error {
	if len(consequencesOf(e)) == 0 && len(e.Meta.Answers) == 0 {
		return nil
	}
	if err := s.inflight.wait(ctx, e.Meta.CommandID); err != nil {
		return err
	}
	if s.finished.Contains(e.Meta.CommandID) {
		return nil
	}
	x := s.resume(e.Meta)
	if _, err := x.react(ctx, e); err != nil {
		return err
	}
	if len(e.Meta.Answers) == 0 {
		return nil
	}
	if _, found, err := s.recorded(ctx, x.commandID); err != nil || found {
		return err
	}
	x.answers, x.created = e.Meta.Answers, e.Meta.Created
	o, err := x.outcome(ctx)
	if err != nil {
		return err
	}
	o.Position = max(o.Position, e.Position)
	_, err = s.record(ctx, x, o)
	return err
}

// resume is the execution of the command that an event came from.
func (s *Service) resume(meta aggregates.Metadata) *execution {
	x := s.newExecution(Request{
		Principal: Principal{Actor: meta.Actor}, Key: meta.Key, Hash: meta.RequestHash,
		RequestID: meta.RequestID, Traceparent: meta.Traceparent,
	}, meta.Command)
	x.commandID, x.seed, x.causation, x.ticket = meta.CommandID, meta.CommandID, meta.CommandID, meta.Ticket
	return x
}

// refusedWith says whether an error is a refusal with the code.
func refusedWith(err error, code string) bool {
	var r *aggregates.Refusal
	return errors.As(err, &r) && r.Code == code
}

// finishedCommands is how many commands of this process are remembered as
// done, so that the process manager need not look after them.
const finishedCommands = 1 << 16
