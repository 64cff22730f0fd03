package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// timer is who acts when time alone makes something happen.
var timer = Principal{Actor: aggregates.Actor{ID: accesstoken.TimerActor, Role: "system", Channel: "timer"}}

// Clock is the time now and the company's day.
func (s *Service) Clock() (now time.Time, today aggregates.Date) {
	now = s.Now().UTC()
	return now, aggregates.DateOf(now, s.Zone)
}

// Fire does what time has made due for a document that a to-do list names: a
// coupon's reservation lapses or the coupon expires, a dated draft credit note
// is posted, a held invoice is released, an overdue repair is reminded of, a ticket without activity is closed. The aggregate decides, not the
// list: where nothing is due nothing happens, as often as it is asked and by as
// many processes. Errors: *aggregates.Refusal of the rule, or as of Execute.
func (s *Service) Fire(ctx context.Context, due aggregates.Ref) error {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	switch due.Kind {
	case "coupon":
		return fire(ctx, s, "lapse-coupon", coupon.Model, due, lapseCoupon)
	case "credit_note":
		return fire(ctx, s, "post-dated-credit-note", invoice.Model, due, postDated)
	case "invoice":
		return fire(ctx, s, "release-credit-hold", invoice.Model, due, releaseHold)
	case "repair":
		return fire(ctx, s, "remind-overdue-repair", repair.Model, due, remindOverdue)
	case "ticket":
		return fire(ctx, s, "close-inactive-ticket", ticket.Model, due, closeInactive)
	}
	return fmt.Errorf("timer: nothing becomes due for a %s", due.Kind)
}

// deadline asks the rule of an aggregate, as loaded, what time has done to the
// document with the id. It answers the ticket that it was made from, if any.
type deadline[S any] func(ctx context.Context, x *execution, l loaded[S], id uuid.UUID) (ticket uuid.UUID, events []aggregates.Event, err error)

// fire appends what the rule says at the revision at which it was asked; a
// stream that moved on is left to the next tick. The ids derive from that
// revision, so processes that fire at once append the same events.
func fire[S any](ctx context.Context, s *Service, command string, m aggregates.Model[S], due aggregates.Ref, rule deadline[S]) error {
	look := s.newExecution(Request{Principal: timer}, command)
	l, err := loadStream(ctx, look, m, due.Stream, due.ID)
	if err != nil {
		return err
	}
	from, events, err := rule(ctx, look, l, due.ID)
	if err != nil || len(events) == 0 {
		return err
	}
	key := fmt.Sprintf("%s/%s/%s@%d", command, due.ID, due.Stream, l.Revision)
	x := s.newExecution(Request{Principal: timer, Key: key, Hash: key, IfMatch: &l.Revision}, command)
	x.match = due.Stream
	if from != uuid.Nil {
		x.ticket = &from
	}
	x.concerns(due.Kind, due.ID, due.Stream)
	if !s.inflight.begin(x.commandID) {
		return nil
	}
	defer s.inflight.end(x.commandID)
	_, err = decideStream(ctx, x, m, due.Stream, func(S) ([]aggregates.Event, error) { return events, nil })
	if refusedWith(err, "stale_version") {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.finish(ctx, x)
	return err
}

func lapseCoupon(_ context.Context, x *execution, l loaded[coupon.State], _ uuid.UUID) (uuid.UUID, []aggregates.Event, error) {
	events, err := l.State.Lapse(x.now, x.today())
	return l.State.Ticket, events, err
}

// postDated asks what people who post are asked. A refusal is noted on the draft
// when it is news; then it is answered, at every tick.
func postDated(ctx context.Context, x *execution, l loaded[invoice.State], id uuid.UUID) (uuid.UUID, []aggregates.Event, error) {
	note, _ := l.State.CreditNote(id)
	events, err := x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
		events, err := s.PostDue(id, x.today(), x.s.creditCap())
		if err == nil && len(events) > 0 {
			_, err = x.activeJournal(ctx, note.Journal.ID)
		}
		return events, err
	})(l.State)
	if refused, ok := errors.AsType[*aggregates.Refusal](err); ok && refused.Code != "contended" {
		news, _ := l.State.NotePostingRefused(id, refused.Code)
		if len(news) > 0 {
			return note.Ticket, news, nil
		}
	}
	return note.Ticket, events, err
}

// releaseHold frees an invoice of a command that ended without an outcome.
func releaseHold(ctx context.Context, x *execution, l loaded[invoice.State], _ uuid.UUID) (uuid.UUID, []aggregates.Event, error) {
	if l.State.Held.ID == uuid.Nil {
		return uuid.Nil, nil, nil
	}
	first, err := load(ctx, x, invoice.Model, l.State.Held.Invoices[0])
	if err != nil {
		return uuid.Nil, nil, err
	}
	events, err := l.State.LapseHold(first.State, x.now)
	return uuid.Nil, events, err
}

// remindOverdue leaves its mark on the timeline of the repair's ticket.
func remindOverdue(_ context.Context, x *execution, l loaded[repair.State], _ uuid.UUID) (uuid.UUID, []aggregates.Event, error) {
	events, err := l.State.RemindOverdue(x.now)
	return l.State.Ticket, events, err
}

// closeInactive takes every event of the ticket's stream for activity.
func closeInactive(ctx context.Context, x *execution, l loaded[ticket.State], id uuid.UUID) (uuid.UUID, []aggregates.Event, error) {
	t, err := load(ctx, x, team.Model, l.State.Details.Team)
	if err != nil || !l.Exists || t.State.AutoCloseDays == 0 {
		return id, nil, err
	}
	if x.now.Before(l.At.Add(time.Duration(t.State.AutoCloseDays) * 24 * time.Hour)) {
		return id, nil, nil
	}
	events, err := l.State.Close(t.State)
	return id, events, err
}
