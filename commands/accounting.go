package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// DraftCreditNote begins a credit note from accounting, without a ticket.
// Journal defaults to the invoice's, lines to all that is left.
type DraftCreditNote struct {
	Invoice      uuid.UUID       `json:"-"`
	ID           *uuid.UUID      `json:"id"`
	ReversalDate aggregates.Date `json:"reversal_date"`
	Reason       string          `json:"reason"`
	Journal      uuid.UUID       `json:"journal"`
	Lines        []RefundLine    `json:"lines"`
}

func (DraftCreditNote) commandName() string { return "draft-credit-note" }

func (c DraftCreditNote) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	l, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	if !l.Exists {
		return aggregates.Refuse("invoice_not_found")
	}
	book := l.State.Journal
	if c.Journal != uuid.Nil {
		j, err := x.journal(ctx, "journal", c.Journal)
		if err != nil {
			return err
		}
		book = journalOf(j)
	}
	id := x.newID(c.ID)
	if err := x.unplaced(ctx, "credit_note", id, l.Stream); err != nil {
		return err
	}
	request := invoice.CreditNoteRequest{ID: id, Journal: book, ReversalDate: c.ReversalDate, Reason: c.Reason}
	for _, line := range c.Lines {
		request.Lines = append(request.Lines, invoice.CreditLineRequest{InvoiceLine: line.InvoiceLine, Quantity: line.Quantity})
	}
	if c.ReversalDate != "" && c.ReversalDate.Before(l.State.InvoiceDate) {
		x.warn("reversal_before_invoice")
	}
	x.match = l.Stream
	x.creates("credit_note", id, l.Stream)
	_, err = decide(ctx, x, invoice.Model, c.Invoice, func(s invoice.State) ([]aggregates.Event, error) {
		return s.DraftCreditNote(request)
	})
	return err
}
