// Package due is the timers' to-do list: what becomes due by itself, and when.
// It only says where to look: the aggregates decide what has become of it.
package due

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/projections"
)

//go:embed schema.sql
var schema string

// Projection is the read model "due".
var Projection = projections.Projection{Name: "due", Version: 5, Schema: schema, Reads: reads, Apply: apply}

// reads chooses the streams in which something becomes due, or says when.
func reads(category string) bool {
	switch category {
	case ticket.Model.Category, team.Model.Category, coupon.Model.Category, invoice.Model.Category, repair.Model.Category:
		return true
	}
	return false
}

// Reasons for which something becomes due.
const (
	reservation = "reservation"
	expiry      = "expiry"
	posting     = "posting"
	overdue     = "overdue"
	hold        = "hold"
)

// deadline, active and closing are rows of the tables deadline, ticket and team.
type (
	deadline struct {
		Reason string           `json:"reason"`
		Kind   string           `json:"kind"`
		ID     uuid.UUID        `json:"id"`
		Stream string           `json:"stream"`
		DueAt  *time.Time       `json:"due_at"`
		DueOn  *aggregates.Date `json:"due_on"`
	}
	active struct {
		ID       uuid.UUID `json:"id"`
		Stream   string    `json:"stream"`
		Team     uuid.UUID `json:"team"`
		Open     bool      `json:"open"`
		ActiveAt time.Time `json:"active_at"`
	}
	closing struct {
		ID            uuid.UUID `json:"id"`
		AutoCloseDays int       `json:"auto_close_days"`
	}
)

// key is that of a deadline.
type key struct {
	reason string
	id     uuid.UUID
}

// changes are what a part of the log means for the tables: the last word on each
// row. A deadline that is nil is gone.
type changes struct {
	deadlines map[key]*deadline
	tickets   map[uuid.UUID]*active
	teams     map[uuid.UUID]closing
}

func apply(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	c := changes{deadlines: map[key]*deadline{}, tickets: map[uuid.UUID]*active{}, teams: map[uuid.UUID]closing{}}
	if err := c.loadTickets(ctx, tx, events); err != nil {
		return err
	}
	for _, e := range events {
		category, name := aggregates.SplitStream(e.Stream)
		id, err := uuid.Parse(name)
		if err != nil {
			continue // streams whose keys are no ids hold nothing that becomes due
		}
		if category == ticket.Model.Category {
			c.noteTicket(id, e)
		}
		c.note(id, e)
	}
	return c.write(ctx, tx)
}

// note takes an event of the stream with the given id.
func (c *changes) note(id uuid.UUID, e eventstore.Envelope) {
	switch event := e.Event.(type) {
	case team.Created:
		c.teams[id] = closing{id, event.AutoCloseDays}
	case team.SettingsChanged:
		c.teams[id] = closing{id, event.AutoCloseDays}
	case coupon.Generated:
		if event.ExpiresOn != "" {
			c.set(deadline{Reason: expiry, Kind: "coupon", ID: id, Stream: e.Stream, DueOn: &event.ExpiresOn})
		}
	case coupon.Restored:
		if event.ExpiresOn != "" {
			c.set(deadline{Reason: expiry, Kind: "coupon", ID: id, Stream: e.Stream, DueOn: &event.ExpiresOn})
		}
	case coupon.Reserved:
		c.set(deadline{Reason: reservation, Kind: "coupon", ID: id, Stream: e.Stream, DueAt: &event.Until})
	case coupon.ReservationPaid, coupon.Released:
		c.drop(reservation, id)
	case coupon.Redeemed, coupon.Expired, coupon.Revoked:
		c.drop(reservation, id)
		c.drop(expiry, id)
	case invoice.CreditHeld:
		c.set(deadline{Reason: hold, Kind: "invoice", ID: id, Stream: e.Stream, DueAt: &event.Until})
	case invoice.CreditHoldReleased:
		c.drop(hold, id)
	case invoice.CreditNoteDrafted:
		if event.Hold != uuid.Nil {
			c.drop(hold, id)
		}
		if event.AutoPostOn != "" {
			c.set(deadline{Reason: posting, Kind: "credit_note", ID: event.CreditNote, Stream: e.Stream, DueOn: &event.AutoPostOn})
		}
	case repair.Created:
		c.remind(id, e.Stream, event.ScheduledAt)
	case repair.DetailsChanged:
		if event.Rescheduled {
			c.remind(id, e.Stream, event.ScheduledAt)
		}
	case repair.ReturnedToDraft:
		c.remind(id, e.Stream, event.ScheduledAt)
	case repair.Ended, repair.Cancelled, repair.OverdueReminded:
		c.drop(overdue, id)
	case invoice.CreditNoteLinesChanged:
		if event.AutoPostOn == "" {
			c.drop(posting, event.CreditNote)
		}
	case invoice.CreditNotePosted:
		c.drop(posting, event.CreditNote)
	case invoice.CreditNoteDiscarded:
		c.drop(posting, event.CreditNote)
	}
}

// remind makes a repair due when it will be overdue.
func (c *changes) remind(id uuid.UUID, stream string, scheduled time.Time) {
	at := scheduled.Add(repair.OverdueAfter)
	c.set(deadline{Reason: overdue, Kind: "repair", ID: id, Stream: stream, DueAt: &at})
}

func (c *changes) set(d deadline) { c.deadlines[key{d.Reason, d.ID}] = &d }

func (c *changes) drop(reason string, id uuid.UUID) { c.deadlines[key{reason, id}] = nil }

// noteTicket takes every event of a ticket for activity, as the timer does.
func (c *changes) noteTicket(id uuid.UUID, e eventstore.Envelope) {
	t := c.tickets[id]
	if t == nil {
		t = &active{ID: id, Stream: e.Stream}
		c.tickets[id] = t
	}
	t.ActiveAt = e.Meta.RecordedAt
	switch event := e.Event.(type) {
	case ticket.Opened:
		t.Team, t.Open = event.Team, true
	case ticket.DetailsChanged:
		t.Team = event.Team
	case ticket.Closed:
		t.Open = false
	case ticket.Reopened:
		t.Open = true
	}
}

// loadTickets are the rows of the tickets that the events touch.
func (c *changes) loadTickets(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
	var ids []uuid.UUID
	for _, e := range events {
		category, name := aggregates.SplitStream(e.Stream)
		if id, err := uuid.Parse(name); err == nil && category == ticket.Model.Category {
			ids = append(ids, id)
		}
	}
	rows, err := tx.Query(ctx, `SELECT id, stream, team, open, active_at FROM ticket WHERE id = ANY ($1)`, ids)
	if err != nil {
		return fmt.Errorf("due: %w", err)
	}
	known, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByPos[active])
	if err != nil {
		return fmt.Errorf("due: %w", err)
	}
	for _, t := range known {
		c.tickets[t.ID] = t
	}
	return nil
}

func (c *changes) write(ctx context.Context, tx pgx.Tx) error {
	var (
		set     []deadline
		reasons []string
		ids     []uuid.UUID
		tickets []active
	)
	for k, d := range c.deadlines {
		if d != nil {
			set = append(set, *d)
			continue
		}
		reasons, ids = append(reasons, k.reason), append(ids, k.id)
	}
	for _, t := range c.tickets {
		tickets = append(tickets, *t)
	}
	_, err := tx.Exec(ctx, `DELETE FROM deadline USING unnest($1::text[], $2::uuid[]) AS gone (reason, id)
		WHERE deadline.reason = gone.reason AND deadline.id = gone.id`, reasons, ids)
	if err != nil {
		return fmt.Errorf("due: %w", err)
	}
	if err := projections.Upsert(ctx, tx, "deadline", "reason, id", set); err != nil {
		return err
	}
	if err := projections.Upsert(ctx, tx, "ticket", "id", tickets); err != nil {
		return err
	}
	return projections.Upsert(ctx, tx, "team", "id", slices.Collect(maps.Values(c.teams)))
}
