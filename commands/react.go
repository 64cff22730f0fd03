package commands

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

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
	if s.finished.Contains(attempt{e.Meta.CommandID, e.Meta.RequestHash}) {
		return nil
	}
	past, found, err := s.recorded(ctx, e.Meta.CommandID)
	if err != nil || found && past.hash == e.Meta.RequestHash {
		return err // an outcome is recorded only after all that follows
	}
	x := s.resume(e.Meta)
	if len(e.Meta.Answers) == 0 {
		x.appended = []eventstore.Envelope{e}
		return x.follow(ctx)
	}
	x.answers, x.created, x.warnings = e.Meta.Answers, e.Meta.Created, slices.Clip(e.Meta.Warnings)
	if err := x.gather(ctx, e); err != nil {
		return err
	}
	if err := x.follow(ctx); err != nil {
		return err
	}
	o, err := x.outcome(ctx)
	if err != nil || len(o.Documents) < len(x.answers) {
		return err // it died between two documents: the client's repeat makes the rest
	}
	_, err = s.record(ctx, x, o)
	return err
}

// gather takes all that the command itself appended, by its first event: in
// that event's stream and in those of the answered documents.
func (x *execution) gather(ctx context.Context, first eventstore.Envelope) error {
	from := map[string]uint64{}
	for _, ref := range first.Meta.Answers {
		from[ref.Stream] = 0
	}
	from[first.Stream] = first.Revision
	for stream, revision := range from {
		for r, err := range x.s.Store.ReadStream(ctx, stream, revision) {
			if err != nil {
				return err
			}
			e, err := x.s.Codec.Decode(r)
			if err != nil {
				return err
			}
			if e.Meta.CausationID == x.commandID {
				x.appended = append(x.appended, e)
				x.position = max(x.position, e.Position)
			}
		}
	}
	return nil
}

// resume is the execution of the command that an event came from.
func (s *Service) resume(meta aggregates.Metadata) *execution {
	x := s.newExecution(Request{
		Principal: Principal{Actor: meta.Actor}, Key: meta.Key, Hash: meta.RequestHash,
		RequestID: meta.RequestID, Traceparent: meta.Traceparent,
	}, meta.Command)
	x.commandID, x.seed, x.causation = meta.CommandID, meta.CommandID, meta.CommandID
	x.ticket, x.madeFor = meta.Ticket, meta.TicketCustomer
	return x
}

// refusedWith says whether an error is a refusal with the code.
func refusedWith(err error, code string) bool {
	var r *aggregates.Refusal
	return errors.As(err, &r) && r.Code == code
}

// attempt is a command with its content: a client may wrongly send another under
// the same key before an outcome is recorded.
type attempt struct {
	command uuid.UUID
	hash    string
}

// finishedCommands is how many commands of this process are remembered as
// done, so that the process manager need not look after them.
const finishedCommands = 1 << 16
