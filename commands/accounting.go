package commands

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
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

// RefundLine credits a part of an invoice line or, with an amount, goodwill (see
// invoice.CreditLineRequest) of the Invoice, which is needed where a command
// credits several.
type RefundLine struct {
	InvoiceLine uuid.UUID           `json:"invoice_line"`
	Quantity    *aggregates.Decimal `json:"quantity"`
	Amount      *aggregates.Decimal `json:"amount"`
	Taxes       []invoice.Tax       `json:"taxes"`
	Description string              `json:"description"`
	Invoice     uuid.UUID           `json:"invoice"`
	Reinvoice   *bool               `json:"reinvoice"`
}

func (l RefundLine) request() invoice.CreditLineRequest {
	return CreditNoteLine{
		InvoiceLine: l.InvoiceLine, Quantity: l.Quantity, Amount: l.Amount, Taxes: l.Taxes, Description: l.Description,
		Reinvoice: l.Reinvoice,
	}.request()
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
	wanted := l.State.Journal.ID
	if c.Journal != uuid.Nil {
		wanted = c.Journal
	}
	book, err := x.activeJournal(ctx, wanted)
	if err != nil {
		return err
	}
	id := x.newID(c.ID)
	request := invoice.CreditNoteRequest{
		ID: id, Journal: journalOf(book), ReversalDate: c.ReversalDate, AutoPostOn: x.autoPostOn(c.ReversalDate),
		Reason: c.Reason, Cap: x.s.creditCap(),
	}
	if request.Reference, err = x.reversalOf(ctx, l.State, c.Reason); err != nil {
		return err
	}
	for _, line := range c.Lines {
		request.Lines = append(request.Lines, line.request())
	}
	if c.ReversalDate != "" && c.ReversalDate.Before(l.State.InvoiceDate) {
		x.warn("reversal_before_invoice")
	}
	x.match = l.Stream
	x.creates("credit_note", id, l.Stream)
	return createWithin(ctx, x, "credit_note", c.ID, l.Stream, invoice.Model, c.Invoice,
		x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
			events, err := s.DraftCreditNote(request)
			if err == nil {
				err = x.fitting(ctx, request.Lines, s)
			}
			return events, err
		}))
}

// autoPostOn is the day on which a draft of that date is posted by itself, "" for
// never: nobody gets posted by the timer what they may not post.
func (x *execution) autoPostOn(date aggregates.Date) aggregates.Date {
	if date.After(x.today()) && x.req.Principal.MayPost() {
		return date
	}
	return ""
}

// reversalOf is the sentence that a credit note is stored with: which invoice it
// reverses and why, in the customer's language (domain.md 2.5).
func (x *execution) reversalOf(ctx context.Context, s invoice.State, reason string) (string, error) {
	language, err := x.languageOf(ctx, s.Customer)
	begin, comma := "Reversal of ", ", "
	if language == customer.Persian {
		begin, comma = "برگشت ", "، "
	}
	if reason == "" {
		comma = ""
	}
	return begin + cmp.Or(s.Number, s.ID.String()) + comma + reason, err
}
