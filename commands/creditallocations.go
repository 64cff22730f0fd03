package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// AllocateCredit takes open credit of a posted credit note off another posted
// invoice of the same commercial entity; by default as much as is open and due.
type AllocateCredit struct {
	CreditNote uuid.UUID         `json:"-"`
	ID         *uuid.UUID        `json:"id"`
	Invoice    uuid.UUID         `json:"invoice"`
	Amount     *aggregates.Money `json:"amount"`
}

func (AllocateCredit) commandName() string { return "allocate-credit" }

// execute reserves the credit in the stream of its credit note, where no two
// allocations can have the same; what follows takes it off the invoice.
func (c AllocateCredit) execute(ctx context.Context, x *execution) error {
	home, err := x.creditNote(ctx, c.CreditNote)
	if err != nil {
		return err
	}
	if c.Invoice == uuid.Nil {
		return aggregates.Refuse("required").On("invoice")
	}
	target, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	if !target.Exists {
		return aggregates.Refuse("invoice_not_found").On("invoice")
	}
	if target.State.Status != invoice.StatusPosted {
		return aggregates.Refuse("invoice_not_posted")
	}
	request := invoice.CreditAllocationRequest{
		ID: x.newID(c.ID), CreditNote: c.CreditNote, Invoice: c.Invoice, Amount: c.Amount,
		Entity: target.State.Entity, Currency: target.State.Currency, Due: target.State.Residual,
	}
	if taken, known := target.State.TakenCredit(request.ID); known && taken.CreditNote != c.CreditNote {
		return aggregates.Refuse("already_exists")
	}
	x.match = home.Stream
	x.concerns("credit_note", c.CreditNote, home.Stream)
	x.concerns("invoice", c.Invoice, target.Stream)
	var reserved []aggregates.Event
	_, err = decide(ctx, x, invoice.Model, home.ID, func(s invoice.State) (_ []aggregates.Event, err error) {
		reserved, err = s.AllocateCredit(request)
		return reserved, err
	})
	if err != nil || !x.req.DryRun || len(reserved) == 0 {
		return err
	}
	return allocateCredit(home.ID, reserved[0].(invoice.CreditAllocated))(ctx, x)
}

// ReleaseCredit undoes an allocation of AllocateCredit.
type ReleaseCredit struct {
	CreditNote uuid.UUID `json:"-"`
	Allocation uuid.UUID `json:"allocation"`
}

func (ReleaseCredit) commandName() string { return "release-credit" }

// execute makes it due again on the invoice first; what follows opens the credit
// again, so that at no time it counts twice.
func (c ReleaseCredit) execute(ctx context.Context, x *execution) error {
	home, err := x.creditNote(ctx, c.CreditNote)
	if err != nil {
		return err
	}
	note, _ := home.State.CreditNote(c.CreditNote)
	a, known := note.Allocation(c.Allocation)
	if !known {
		return aggregates.Refuse("allocation_not_found").On("allocation")
	}
	stream := invoice.Model.Stream(a.Invoice)
	if _, err := load(ctx, x, invoice.Model, a.Invoice); err != nil {
		return err
	}
	if x.req.IfMatch != nil && home.Revision != *x.req.IfMatch && !x.did(stream) {
		return aggregates.Refuse("stale_version")
	}
	x.concerns("credit_note", c.CreditNote, home.Stream)
	x.concerns("invoice", a.Invoice, stream)
	var released []aggregates.Event
	_, err = decide(ctx, x, invoice.Model, a.Invoice, func(s invoice.State) (_ []aggregates.Event, err error) {
		released, err = s.ReleaseCredit(c.CreditNote, c.Allocation)
		return released, err
	})
	if err != nil || !x.req.DryRun || len(released) == 0 {
		return err
	}
	return returnCredit(released[0].(invoice.CreditReleased))(ctx, x)
}

// allocateCredit takes reserved credit off the invoice that it was reserved for.
func allocateCredit(from uuid.UUID, r invoice.CreditAllocated) consequence {
	take := func(s invoice.State) ([]aggregates.Event, error) { return s.TakeCredit(from, r) }
	return settle(from, r.Invoice, take, func(home, target invoice.State) ([]aggregates.Event, error) {
		var kept int64
		if taken, _ := target.TakenCredit(r.Allocation); taken.CreditNote == r.CreditNote {
			kept = taken.Amount
		}
		return home.ReturnCredit(r.CreditNote, r.Allocation, kept)
	})
}

// returnCredit opens released credit again on its credit note.
func returnCredit(r invoice.CreditReleased) consequence {
	return func(ctx context.Context, x *execution) error {
		_, err := decide(ctx, x, invoice.Model, r.Home, func(s invoice.State) ([]aggregates.Event, error) {
			return s.ReturnCredit(r.CreditNote, r.Allocation, 0)
		})
		return err
	}
}
