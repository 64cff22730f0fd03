package commands

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// holdTime is how long after its beginning a command that credits several
// invoices may have them to itself. It ends later than the command can.
const holdTime = 4 * timeLimit

// creditAll credits several invoices, all or none: it holds each, then
// turns the first one's hold into its credit note, and the others follow from
// that. A refusal before gives all holds up, and so does a timer when the command
// died before. The order of the ids is that of all commands, so of two that want
// the same invoices one gets them all.
func (c IssueRefund) creditAll(ctx context.Context, x *execution, requests []invoice.CreditNoteRequest) error {
	ticket := x.ticket
	x.ticket = nil // nothing has happened to the ticket yet
	ids := slices.SortedFunc(slices.Values(c.Invoices), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	h := invoice.Hold{Invoices: ids, Until: x.now.Add(holdTime)}
	hold := func(id uuid.UUID) error {
		n := slices.Index(c.Invoices, id)
		for {
			if id == ids[0] {
				// One that was given up stays so: this is another one.
				h.ID = aggregates.DeriveID("hold", x.commandID.String(), strconv.Itoa(x.steps[invoice.Model.Stream(id)]))
			}
			s, err := decide(ctx, x, invoice.Model, id, func(s invoice.State) ([]aggregates.Event, error) {
				h := h
				h.Replacement = c.replacement(requests[n])
				return s.HoldCredit(h, requests[n], x.today())
			})
			if err != nil || s.Took(h.ID) {
				return err
			}
		}
	}
	for _, id := range ids {
		if err := hold(id); err != nil {
			return giveUp(ctx, x, h, err)
		}
	}
	x.ticket = ticket
	c.announce(x, requests)
	_, err := decide(ctx, x, invoice.Model, ids[0], x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
		if !s.Took(h.ID) {
			return nil, aggregates.Refuse("contended") // it lapsed, or another attempt gave it up
		}
		return s.UseHold(h.ID)
	}))
	if err != nil {
		return giveUp(ctx, x, h, err)
	}
	return nil
}

// giveUp releases the holds of a refused command and answers the refusal. Any
// other error leaves them to a repeat of the command, or to the timer.
func giveUp(ctx context.Context, x *execution, h invoice.Hold, cause error) error {
	if _, refused := errors.AsType[*aggregates.Refusal](cause); !refused {
		return cause
	}
	x.ticket = nil
	for i, id := range h.Invoices {
		s, err := decide(ctx, x, invoice.Model, id, func(s invoice.State) ([]aggregates.Event, error) { return s.ReleaseHold(h.ID) })
		if err != nil {
			return err
		}
		if i == 0 && s.Took(h.ID) {
			return aggregates.Refuse("contended") // another attempt used it: a repeat hears its outcome
		}
	}
	return cause
}

// useHolds makes the credit notes of the other invoices.
func useHolds(first invoice.CreditNoteDrafted) []consequence {
	all := make([]consequence, len(first.Others))
	for i, other := range first.Others {
		all[i] = func(ctx context.Context, x *execution) error {
			use := func(s invoice.State) ([]aggregates.Event, error) { return s.UseHold(first.Hold) }
			_, err := decide(ctx, x, invoice.Model, other, x.dated(ctx, use))
			return err
		}
	}
	return all
}
