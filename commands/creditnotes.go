package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
)

// home is the aggregate that a placed document lives in, by the directory.
// Without it the refusal is <kind>_not_found.
func (x *execution) home(ctx context.Context, kind, id string) (uuid.UUID, error) {
	l, err := loadStream(ctx, x, directory.Model, directory.Stream(kind, id), uuid.Nil)
	if err != nil {
		return uuid.Nil, err
	}
	_, key := aggregates.SplitStream(l.State.Home)
	home, err := uuid.Parse(key)
	if err != nil {
		return uuid.Nil, aggregates.Refuse(kind + "_not_found")
	}
	return home, nil
}

// creditNote loads the invoice that a credit note is of, for a command that the
// principal may give on it.
func (x *execution) creditNote(ctx context.Context, id uuid.UUID) (loaded[invoice.State], error) {
	if err := x.authorise(); err != nil {
		return loaded[invoice.State]{}, err
	}
	home, err := x.home(ctx, "credit_note", id.String())
	if err != nil {
		return loaded[invoice.State]{}, err
	}
	l, err := load(ctx, x, invoice.Model, home)
	if err != nil {
		return l, err
	}
	note, _ := l.State.CreditNote(id)
	return l, x.madeFrom(ctx, "credit_note", note.Ticket)
}

// changeCreditNote decides about a credit note in its invoice's stream.
func (x *execution) changeCreditNote(ctx context.Context, id uuid.UUID, rule func(invoice.State) ([]aggregates.Event, error)) error {
	l, err := x.creditNote(ctx, id)
	if err != nil {
		return err
	}
	x.match = l.Stream
	x.concerns("credit_note", id, l.Stream)
	_, err = decide(ctx, x, invoice.Model, l.ID, rule)
	return err
}

// EditCreditNote replaces the lines of a draft credit note.
type EditCreditNote struct {
	CreditNote uuid.UUID        `json:"-"`
	Lines      []CreditNoteLine `json:"lines"`
}

// CreditNoteLine names a line of the draft by id, or one of the invoice. With an
// amount it is goodwill, see invoice.CreditLineRequest.
type CreditNoteLine struct {
	ID          uuid.UUID           `json:"id"`
	InvoiceLine uuid.UUID           `json:"invoice_line"`
	Quantity    *aggregates.Decimal `json:"quantity"`
	UnitPrice   *aggregates.Decimal `json:"unit_price"`
	Amount      *aggregates.Decimal `json:"amount"`
	Taxes       []invoice.Tax       `json:"taxes"`
	Description string              `json:"description"`
	Reinvoice   *bool               `json:"reinvoice"`
}

func (l CreditNoteLine) request() invoice.CreditLineRequest {
	r := invoice.CreditLineRequest{
		ID: l.ID, InvoiceLine: l.InvoiceLine, Counted: l.Quantity != nil, UnitPrice: l.UnitPrice,
		Amount: l.Amount, Taxes: l.Taxes, Description: l.Description, Reinvoice: l.Reinvoice,
	}
	if l.Quantity != nil {
		r.Quantity = *l.Quantity
	}
	return r
}

func (EditCreditNote) commandName() string { return "edit-credit-note" }

func (c EditCreditNote) execute(ctx context.Context, x *execution) error {
	lines := make([]invoice.CreditLineRequest, len(c.Lines))
	for i, l := range c.Lines {
		lines[i] = l.request()
	}
	return x.changeCreditNote(ctx, c.CreditNote, func(s invoice.State) ([]aggregates.Event, error) {
		if x.req.IfMatch == nil {
			return nil, aggregates.Refuse("precondition_required")
		}
		events, err := s.EditCreditNote(c.CreditNote, lines, x.s.creditCap(), x.req.Principal.MayPost())
		if err == nil {
			err = x.fitting(ctx, lines, s)
		}
		return events, err
	})
}

// PostCreditNote makes a draft credit note final; the cap on what the invoice
// can be credited is held here.
type PostCreditNote struct {
	CreditNote uuid.UUID `json:"-"`
}

func (PostCreditNote) commandName() string { return "post-credit-note" }

func (c PostCreditNote) execute(ctx context.Context, x *execution) error {
	return x.changeCreditNote(ctx, c.CreditNote, x.dated(ctx, func(s invoice.State) ([]aggregates.Event, error) {
		if n, _ := s.CreditNote(c.CreditNote); n.Status == invoice.StatusDraft {
			if _, err := x.activeJournal(ctx, n.Journal.ID); err != nil {
				return nil, err
			}
		}
		return s.PostCreditNote(c.CreditNote, x.today(), x.s.creditCap())
	}))
}

// DiscardCreditNote ends a draft credit note.
type DiscardCreditNote struct {
	CreditNote uuid.UUID `json:"-"`
}

func (DiscardCreditNote) commandName() string { return "discard-credit-note" }

func (c DiscardCreditNote) execute(ctx context.Context, x *execution) error {
	return x.changeCreditNote(ctx, c.CreditNote, func(s invoice.State) ([]aggregates.Event, error) {
		return s.DiscardCreditNote(c.CreditNote)
	})
}
