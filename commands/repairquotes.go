package commands

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/repair"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// CreateRepairQuote makes the one quotation of a repair (P-14), in the currency
// of its parts.
type CreateRepairQuote struct {
	Repair uuid.UUID `json:"-"`
}

func (CreateRepairQuote) commandName() string { return "create-repair-quote" }

func (c CreateRepairQuote) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		own, err := x.currency(ctx, x.s.Currency.Code())
		if err != nil {
			return nil, err
		}
		return s.CreateQuote(x.newID(nil, "quote"), own)
	})
	return err
}

// SendRepairQuote mails the quotation to the customer, who sees it in the portal
// from now on and can answer it, by default without end. Sent again it is mailed
// again.
type SendRepairQuote struct {
	Repair     uuid.UUID       `json:"-"`
	ValidUntil aggregates.Date `json:"valid_until"`
}

func (SendRepairQuote) commandName() string { return "send-repair-quote" }

func (c SendRepairQuote) execute(ctx context.Context, x *execution) error {
	s, err := x.repair(ctx, c.Repair)
	if err != nil {
		return err
	}
	who, err := x.customer(ctx, "customer", s.Customer)
	if err != nil {
		return err
	}
	_, err = change(ctx, x, "repair", repair.Model, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		return s.SendQuote(who.Name, who.Email, c.ValidUntil, x.today())
	})
	return err
}

// requestedQuote is the mail with the quotation as it was when it was sent.
func (s *Service) requestedQuote(ctx context.Context, e eventstore.Envelope, asked repair.QuoteSent) (RequestedMail, bool, error) {
	x := s.mailing(e, "")
	r, err := load(ctx, x, repair.Model, documentOf(e))
	if err != nil || slices.Contains(r.State.Quote.Mailed, e.ID) {
		return RequestedMail{}, false, err
	}
	to := []string{asked.Recipient}
	m := RequestedMail{Request: e.ID, Asked: e.Meta.RecordedAt, Recipients: to, Open: to}
	if refused := (*aggregates.Refusal)(nil); errors.As(r.State.QuoteMailable(), &refused) {
		m.Unsendable = refused.Code
		return m, true, nil
	}
	if m.Language, err = x.languageOf(ctx, r.State.Customer); err != nil {
		return RequestedMail{}, false, err
	}
	letter := mail.Quotation{
		Number: r.State.Number, Currency: r.State.Quote.Currency, ValidUntil: asked.ValidUntil,
		Total: aggregates.Money{Minor: asked.Total, Currency: r.State.Quote.Currency}.Amount(),
	}
	for _, l := range asked.Lines {
		p, err := x.currentProduct(ctx, "product", l.Product)
		if err != nil {
			return RequestedMail{}, false, err
		}
		letter.Lines = append(letter.Lines, mail.QuotationLine{
			Product: p.Name, Quantity: l.Quantity, Unit: p.Unit, UnitPrice: letter.Currency.Price(l.UnitPrice),
			Total: aggregates.Money{Minor: l.Total, Currency: letter.Currency}.Amount(),
		})
	}
	m.Letter = letter
	return m, true, nil
}

// AcceptRepairQuote notes the customer's yes to the quotation. Total, in whole
// currency units, is what they saw: with another the quotation has changed since.
type AcceptRepairQuote struct {
	Repair uuid.UUID           `json:"-"`
	Total  *aggregates.Decimal `json:"total"`
}

func (AcceptRepairQuote) commandName() string { return "accept-repair-quote" }

func (c AcceptRepairQuote) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		return s.AcceptQuote(c.Total, x.today(), x.evidence())
	})
	return err
}

// DeclineRepairQuote notes the customer's no, with their words if there are any.
type DeclineRepairQuote struct {
	Repair uuid.UUID `json:"-"`
	Reason string    `json:"reason"`
}

func (DeclineRepairQuote) commandName() string { return "decline-repair-quote" }

func (c DeclineRepairQuote) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) { return s.DeclineQuote(c.Reason, x.evidence()) })
	return err
}

// AcceptOwnQuote is the customer's yes, given in the portal (domain.md 4), to the
// Total that they saw, in whole currency units.
type AcceptOwnQuote struct {
	Repair uuid.UUID           `json:"-"`
	Total  *aggregates.Decimal `json:"total"`
}

func (AcceptOwnQuote) commandName() string { return "accept-own-quote" }

func (c AcceptOwnQuote) execute(ctx context.Context, x *execution) error {
	return x.answerQuote(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		return s.AcceptQuote(c.Total, x.today(), x.evidence())
	})
}

// DeclineOwnQuote is the customer's no, given in the portal, which needs a
// reason.
type DeclineOwnQuote struct {
	Repair uuid.UUID `json:"-"`
	Reason string    `json:"reason"`
}

func (DeclineOwnQuote) commandName() string { return "decline-own-quote" }

func (c DeclineOwnQuote) execute(ctx context.Context, x *execution) error {
	return x.answerQuote(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		var fields check.Fields
		fields.Required("reason", c.Reason)
		if err := fields.Err(); err != nil {
			return nil, err
		}
		return s.DeclineQuote(c.Reason, x.evidence())
	})
}

// answerQuote decides about the quotation of a customer's own repair; one that
// was not sent does not exist for them.
func (x *execution) answerQuote(ctx context.Context, id uuid.UUID, rule func(repair.State) ([]aggregates.Event, error)) error {
	entity, err := x.portalEntity(ctx)
	if err != nil {
		return err
	}
	l, err := load(ctx, x, repair.Model, id)
	if err != nil {
		return err
	}
	if !l.Exists || l.State.Entity != entity {
		return aggregates.Refuse("repair_not_found")
	}
	if l.State.Ticket != uuid.Nil {
		x.ticket = &l.State.Ticket
	}
	_, err = change(ctx, x, "repair", repair.Model, id, func(s repair.State) ([]aggregates.Event, error) {
		if s.Quote.Status == repair.QuoteStatusDraft {
			return nil, aggregates.Refuse("quote_not_found")
		}
		return rule(s)
	})
	return err
}

// portalEntity is the commercial entity of the customer who asks; the company's
// people have commands of their own.
func (x *execution) portalEntity(ctx context.Context) (uuid.UUID, error) {
	id := x.req.Principal.Customer
	if id == uuid.Nil {
		return uuid.Nil, aggregates.Refuse("forbidden")
	}
	c, err := x.customer(ctx, "", id)
	return c.Entity, err
}
