package tickets

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/eventstore"
	"aftersales/projections"
)

// made, service and delivery are rows of the tables of those names.
type (
	made struct {
		Kind    string    `json:"kind"`
		ID      uuid.UUID `json:"id"`
		Ticket  uuid.UUID `json:"ticket"`
		Counted bool      `json:"counted"`
	}
	service struct {
		Team    uuid.UUID    `json:"team"`
		Service team.Service `json:"service"`
		Enabled bool         `json:"enabled"`
	}
	delivery struct {
		ID     uuid.UUID `json:"id"`
		Entity uuid.UUID `json:"entity"`
		Done   bool      `json:"done"`
	}
)

// facts are what a part of the log says about buttons and actions.
type facts struct {
	made       []made
	posted     []uuid.UUID // credit notes
	services   map[service]bool
	deliveries []delivery
	done       []uuid.UUID // deliveries
}

// gather passes over streams whose keys are no ids: no fact is told there.
func gather(events []eventstore.Envelope) facts {
	f := facts{services: map[service]bool{}}
	for _, e := range events {
		_, key := aggregates.SplitStream(e.Stream)
		id, err := uuid.Parse(key)
		if err != nil {
			continue
		}
		f.note(id, e.Event)
	}
	return f
}

// note takes an event of the stream with the given id.
func (f *facts) note(id uuid.UUID, e aggregates.Event) {
	switch e := e.(type) {
	case invoice.CreditNoteDrafted:
		f.make("credit_note", e.CreditNote, e.Ticket, false)
	case invoice.CreditNotePosted:
		f.posted = append(f.posted, e.CreditNote)
	case coupon.Generated:
		f.make("coupon", e.Coupon, e.Ticket, true)
	case picking.ReturnCreated:
		f.make("return", e.Return, e.Ticket, true)
	case repair.Created:
		f.make("repair", e.Repair, e.Ticket, true)
	case task.Created:
		f.make("task", e.Task, e.Ticket, true)
	case team.ServiceEnabled:
		f.services[service{Team: id, Service: e.Service}] = true
	case team.ServiceDisabled:
		f.services[service{Team: id, Service: e.Service}] = false
	case picking.DeliveryPlanned:
		f.deliveries = append(f.deliveries, delivery{ID: id, Entity: e.Entity})
	case picking.DeliveryValidated:
		f.done = append(f.done, id)
	}
}

// make notes a document, unless it was made without a ticket.
func (f *facts) make(kind string, id, ticket uuid.UUID, counted bool) {
	if ticket != uuid.Nil {
		f.made = append(f.made, made{kind, id, ticket, counted})
	}
}

// write stores beginnings before what became of them.
func (f facts) write(ctx context.Context, tx pgx.Tx) error {
	if err := projections.InsertNew(ctx, tx, "made", f.made); err != nil {
		return err
	}
	if err := projections.InsertNew(ctx, tx, "delivery", f.deliveries); err != nil {
		return err
	}
	rows := make([]service, 0, len(f.services))
	for s, enabled := range f.services {
		s.Enabled = enabled
		rows = append(rows, s)
	}
	if err := projections.Upsert(ctx, tx, "service", "team, service", rows); err != nil {
		return err
	}
	var batch pgx.Batch
	batch.Queue(`UPDATE made SET counted = true WHERE kind = 'credit_note' AND id = ANY ($1)`, f.posted)
	batch.Queue(`UPDATE delivery SET done = true WHERE id = ANY ($1)`, f.done)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return nil
}
