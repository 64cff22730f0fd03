package commands

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/books"
	"aftersales/aggregates/invoice"
	"aftersales/eventstore"
)

// LockBooks locks the company's books up to a day and it. What is posted for a
// locked day from now on counts on the first open one.
type LockBooks struct {
	LockDate aggregates.Date `json:"lock_date"`
}

func (LockBooks) commandName() string { return "lock-books" }

func (c LockBooks) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "lock_date", books.Model, books.ID, func(s books.State) ([]aggregates.Event, error) {
		return s.Lock(c.LockDate, x.today())
	})
}

// LockDate is the last day that is locked, "" while none is, and the revision of
// the books, by the log.
func (s *Service) LockDate(ctx context.Context) (date aggregates.Date, revision uint64, err error) {
	l, err := load(ctx, s.newExecution(Request{}, ""), books.Model, books.ID)
	return l.State.LockDate, l.Revision, err
}

// dating are the commands whose answers warn of dates that were moved (domain.md
// 3.1 rule 15), also when the process manager completes them.
var dating = map[string]bool{
	DraftInvoice{}.commandName(): true, PostInvoice{}.commandName(): true, IssueRefund{}.commandName(): true,
	DraftCreditNote{}.commandName(): true, PostCreditNote{}.commandName(): true,
}

// dated lets a rule draft and post documents that count on open days only.
func (x *execution) dated(ctx context.Context, rule func(invoice.State) ([]aggregates.Event, error)) func(invoice.State) ([]aggregates.Event, error) {
	return func(s invoice.State) ([]aggregates.Event, error) {
		events, err := rule(s)
		if err != nil || len(events) == 0 {
			return events, err
		}
		l, err := load(ctx, x, books.Model, books.ID)
		return s.Dated(events, l.State.LockDate), err
	}
}

// leaveLocked moves what an event posts out of the days that were locked when it
// was appended: the books may have been locked after the rule had looked at them.
// The order of the log decides, so it does not matter when this is asked.
func leaveLocked(e eventstore.Envelope, document uuid.UUID) consequence {
	return func(ctx context.Context, x *execution) error {
		l, err := load(ctx, x, books.Model, books.ID)
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, invoice.Model, documentOf(e), func(s invoice.State) ([]aggregates.Event, error) {
			events, err := s.LeaveLocked(document, l.State.LockDate)
			if err != nil || len(events) == 0 {
				return nil, err
			}
			then, err := x.lockedBefore(ctx, e.Position)
			if err != nil {
				return nil, err
			}
			return s.LeaveLocked(document, then)
		})
		return err
	}
}

// lockedBefore is the last day that was locked at a place in the log.
func (x *execution) lockedBefore(ctx context.Context, at eventstore.Position) (aggregates.Date, error) {
	var s books.State
	for r, err := range x.s.Store.ReadStream(ctx, books.Model.Stream(books.ID), 0) {
		if err != nil {
			return "", err
		}
		if r.Position > at {
			break
		}
		e, err := x.s.Codec.Decode(r)
		if err != nil {
			return "", err
		}
		s = books.Model.Evolve(s, e.Event)
	}
	return s.LockDate, nil
}

// warnMoved warns of the answered documents that count on another day than theirs.
func (x *execution) warnMoved(ctx context.Context) error {
	for _, ref := range x.answers {
		if !dating[x.command] || ref.Kind != "invoice" && ref.Kind != "credit_note" {
			continue
		}
		l, err := loadStream(ctx, x, invoice.Model, ref.Stream, uuid.Nil)
		if err != nil {
			return err
		}
		date, moved := l.State.AccountingDateOf(ref.ID)
		told := slices.ContainsFunc(x.warnings, func(w aggregates.Warning) bool { return w.Code == "date_adjusted" && w.Params["date"] == string(date) })
		if moved && !told {
			x.warn("date_adjusted", "date", string(date))
		}
	}
	return nil
}
