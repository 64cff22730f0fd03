package tickets

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/eventstore"
	"aftersales/projections"
)

// made, service, visits and delivery are rows of the tables of those names, but
// for visits, which is field_service.
type (
	made struct {
		Kind    string    `json:"kind"`
		ID      uuid.UUID `json:"id"`
		Ticket  uuid.UUID `json:"ticket"`
		Counted bool      `json:"counted"`
		Review  bool      `json:"review"`
	}
	service struct {
		Team    uuid.UUID    `json:"team"`
		Service team.Service `json:"service"`
		Enabled bool         `json:"enabled"`
	}
	visits struct {
		Team    uuid.UUID `json:"team"`
		Project uuid.UUID `json:"project"`
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
	discarded  []uuid.UUID // credit notes
	review     []uuid.UUID // credit notes that are not posted by themselves any more
	visits     map[uuid.UUID]visits
	archived   map[uuid.UUID]bool // projects, by whether they are now
	services   map[service]bool
	deliveries []delivery
	done       []uuid.UUID // deliveries
}

// gather passes over streams whose keys are no ids: no fact is told there.
func gather(events []eventstore.Envelope) facts {
	f := facts{services: map[service]bool{}, visits: map[uuid.UUID]visits{}, archived: map[uuid.UUID]bool{}}
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

// Count counts what was made from a ticket, by the events of the documents' streams.
func Count(ticket uuid.UUID, events []eventstore.Envelope) SmartButtons {
	f, counted := gather(events), map[string]int{}
	for _, m := range f.made {
		if m.Ticket == ticket && (m.Counted || slices.Contains(f.posted, m.ID)) {
			counted[m.Kind]++
		}
	}
	return SmartButtons{
		CreditNotes: counted["credit_note"], Coupons: counted["coupon"], Returns: counted["return"],
		Repairs: counted["repair"], Tasks: counted["task"],
	}
}

// note takes an event of the stream with the given id.
func (f *facts) note(id uuid.UUID, e aggregates.Event) {
	switch e := e.(type) {
	case invoice.CreditNoteDrafted:
		if e.Ticket != uuid.Nil { // nobody need look at what is posted by itself
			f.made = append(f.made, made{Kind: "credit_note", ID: e.CreditNote, Ticket: e.Ticket, Review: e.AutoPostOn == ""})
		}
	case invoice.CreditNoteLinesChanged:
		if e.AutoPostOn == "" {
			f.review = append(f.review, e.CreditNote)
		}
	case invoice.CreditNotePostingRefused:
		f.review = append(f.review, e.CreditNote)
	case invoice.CreditNotePosted:
		f.posted = append(f.posted, e.CreditNote)
	case invoice.CreditNoteDiscarded:
		f.discarded = append(f.discarded, e.CreditNote)
	case coupon.Generated:
		f.make("coupon", e.Coupon, e.Ticket)
	case picking.ReturnCreated:
		f.make("return", e.Return, e.Ticket)
	case repair.Created:
		f.make("repair", e.Repair, e.Ticket)
	case task.Created:
		f.make("task", e.Task, e.Ticket)
	case team.ServiceEnabled:
		f.services[service{Team: id, Service: e.Service}] = true
	case team.ServiceDisabled:
		f.services[service{Team: id, Service: e.Service}] = false
	case team.FieldServiceProjectSet:
		f.visits[id] = visits{Team: id, Project: e.Project}
	case project.Archived:
		f.archived[id] = true
	case project.Unarchived:
		f.archived[id] = false
	case picking.DeliveryPlanned:
		f.deliveries = append(f.deliveries, delivery{ID: id, Entity: e.Entity})
	case picking.DeliveryValidated:
		f.done = append(f.done, id)
	}
}

// make notes a document that counts at once, unless it was made without a ticket.
func (f *facts) make(kind string, id, ticket uuid.UUID) {
	if ticket != uuid.Nil {
		f.made = append(f.made, made{Kind: kind, ID: id, Ticket: ticket, Counted: true})
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
	if err := projections.Upsert(ctx, tx, "field_service", "team", slices.Collect(maps.Values(f.visits))); err != nil {
		return err
	}
	var batch pgx.Batch
	for id, archived := range f.archived {
		if archived {
			batch.Queue(`INSERT INTO archived_project VALUES ($1) ON CONFLICT DO NOTHING`, id)
		} else {
			batch.Queue(`DELETE FROM archived_project WHERE id = $1`, id)
		}
	}
	batch.Queue(`UPDATE made SET review = true WHERE kind = 'credit_note' AND id = ANY ($1)`, f.review)
	batch.Queue(`UPDATE made SET counted = true, review = false WHERE kind = 'credit_note' AND id = ANY ($1)`, f.posted)
	batch.Queue(`UPDATE made SET review = false WHERE kind = 'credit_note' AND id = ANY ($1)`, f.discarded)
	batch.Queue(`UPDATE delivery SET done = true WHERE id = ANY ($1)`, f.done)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return nil
}
