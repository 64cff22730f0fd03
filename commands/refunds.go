package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// IssueRefund reverses invoices from a ticket: one credit note for each. Mode
// reverse leaves them in draft; reverse_and_create_invoice posts them and
// drafts a copy of each invoice.
type IssueRefund struct {
	Ticket       uuid.UUID       `json:"-"`
	ID           *uuid.UUID      `json:"id"`
	Invoices     []uuid.UUID     `json:"invoices"`
	ReversalDate aggregates.Date `json:"reversal_date"`
	Mode         invoice.Mode    `json:"mode"`
	Order        uuid.UUID       `json:"order"`
	Product      uuid.UUID       `json:"product"`
	Lot          uuid.UUID       `json:"lot"`
	Reason       *string         `json:"reason"`
	Journal      uuid.UUID       `json:"journal"`
	Lines        []RefundLine    `json:"lines"`
}

func (IssueRefund) commandName() string { return "issue-refund" }

func (c IssueRefund) execute(ctx context.Context, x *execution) error {
	t, err := x.service(ctx, c.Ticket, team.Refunds)
	if err != nil {
		return err
	}
	if err := c.checkFields(); err != nil {
		return err
	}
	invoices, err := c.loadInvoices(ctx, x)
	if err != nil {
		return err
	}
	if err := c.checkInvoices(ctx, x, t, invoices); err != nil {
		return err
	}
	requests, err := c.requests(ctx, x, t, invoices)
	if err != nil {
		return err
	}
	for i, l := range invoices {
		if c.did(x, i, l) {
			continue
		}
		if _, err := c.credit(x, requests[i])(l.State); err != nil {
			return err // before anything is written for another invoice
		}
	}
	for _, l := range invoices {
		if c.ReversalDate.Before(l.State.InvoiceDate) {
			x.warn("reversal_before_invoice")
		}
	}
	if c.ID == nil || *c.ID == uuid.Nil {
		return c.creditInvoices(ctx, x, invoices, requests)
	}
	return x.while(ctx, idOf("credit_note", *c.ID, invoices[0].Stream), func() error { return c.creditInvoices(ctx, x, invoices, requests) })
}

// creditInvoices makes the credit notes.
func (c IssueRefund) creditInvoices(ctx context.Context, x *execution, invoices []loaded[invoice.State], requests []invoice.CreditNoteRequest) error {
	if len(invoices) > 1 && !x.req.DryRun {
		return c.creditAll(ctx, x, requests)
	}
	c.announce(x, requests)
	for i, l := range invoices {
		if _, err := decide(ctx, x, invoice.Model, l.ID, x.dated(ctx, c.credit(x, requests[i]))); err != nil {
			return err
		}
		if x.req.DryRun && c.Mode == invoice.ReverseAndCreateInvoice {
			if err := copyInvoice(l.ID, replacement(requests[i].ID))[0](ctx, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// announce says what the command answers.
func (c IssueRefund) announce(x *execution, requests []invoice.CreditNoteRequest) {
	for i, id := range c.Invoices {
		x.creates("credit_note", requests[i].ID, invoice.Model.Stream(id))
		if copied := c.replacement(requests[i]); copied != uuid.Nil {
			x.concerns("invoice", copied, invoice.Model.Stream(copied))
		}
	}
}

// replacement is the id of the draft invoice that replaces the reversed one; nil
// in the mode without one.
func (c IssueRefund) replacement(r invoice.CreditNoteRequest) uuid.UUID {
	if c.Mode != invoice.ReverseAndCreateInvoice {
		return uuid.Nil
	}
	return replacement(r.ID)
}

// noteID is the id of the credit note of the nth invoice. The client's is the
// first one's, those of the others derive from it.
func (c IssueRefund) noteID(x *execution, n int) uuid.UUID {
	if c.ID == nil || *c.ID == uuid.Nil {
		return x.newID(nil, "credit_note", c.Invoices[n].String())
	}
	if n == 0 {
		return *c.ID
	}
	return aggregates.DeriveID("credit_note", c.ID.String(), c.Invoices[n].String())
}

// did says whether an earlier attempt of the command has credited the nth
// invoice, or holds it: checks must not be held against that.
func (c IssueRefund) did(x *execution, n int, l loaded[invoice.State]) bool {
	_, credited := l.State.CreditNote(c.noteID(x, n))
	held := l.State.Held.ID != uuid.Nil && l.State.Held.Draft.CreditNote == c.noteID(x, n)
	return x.did(l.Stream) && (credited || held)
}

// replacement is the id of the draft invoice that a credit note's copy gets.
func replacement(creditNote uuid.UUID) uuid.UUID {
	return aggregates.DeriveID("replacement", creditNote.String())
}

// credit is the decision about one invoice, in one append.
func (c IssueRefund) credit(x *execution, r invoice.CreditNoteRequest) func(invoice.State) ([]aggregates.Event, error) {
	return func(s invoice.State) ([]aggregates.Event, error) {
		if c.Mode == invoice.ReverseAndCreateInvoice {
			return s.ReverseAndCreate(r, replacement(r.ID), x.today())
		}
		return s.DraftCreditNote(r)
	}
}

// requests are what is asked of each invoice; the reason is by default the
// ticket's number.
func (c IssueRefund) requests(ctx context.Context, x *execution, t ticket.State, invoices []loaded[invoice.State]) ([]invoice.CreditNoteRequest, error) {
	book, err := c.journal(ctx, x, invoices)
	if err != nil {
		return nil, err
	}
	reason := t.Number
	if c.Reason != nil {
		reason = *c.Reason
	}
	lines, err := c.linesOf(invoices)
	if err == nil {
		err = c.fitting(ctx, x, invoices)
	}
	if err != nil {
		return nil, err
	}
	requests := make([]invoice.CreditNoteRequest, len(invoices))
	for i, l := range invoices {
		id := c.noteID(x, i)
		about, err := x.reversalOf(ctx, l.State, reason)
		if err != nil {
			return nil, err
		}
		requests[i] = invoice.CreditNoteRequest{
			ID: id, Ticket: c.Ticket, Journal: book, ReversalDate: c.ReversalDate, AutoPostOn: x.autoPostOn(c.ReversalDate),
			Reason: reason, Reference: about, Lines: lines[i], Cap: x.s.creditCap(),
		}
	}
	return requests, nil
}
