package commands

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/order"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// Letter is what a mail tells.
type Letter interface {
	// Write sets the mail's content in its language.
	Write(m *mail.Message) error
}

// RequestedMail is a mail that the event Request asked for. Recipients are all of
// them, Open those whose mail neither went out nor failed. Language is that of the
// mail, Languages those of recipients who have one of their own. Unsendable, if
// any, says why none is to be sent any more; there is no Letter then.
type RequestedMail struct {
	Request    uuid.UUID
	Asked      time.Time
	Recipients []string
	Open       []string
	Language   customer.Language
	Languages  languages
	Letter     Letter
	Unsendable string
}

// LanguageFor is the language of a recipient's mail.
func (m RequestedMail) LanguageFor(recipient string) customer.Language {
	return cmp.Or(m.Languages[strings.ToLower(recipient)], m.Language)
}

// RequestedMail is the mail that an event asks for, false for an event that asks
// for none. What the log says was done is not asked for again, so the log can
// be read from its beginning at any time.
func (s *Service) RequestedMail(ctx context.Context, e eventstore.Envelope) (RequestedMail, bool, error) {
	switch asked := e.Event.(type) {
	case coupon.EmailRequested:
		return s.requestedCoupon(ctx, e, asked)
	case task.ReportRequested:
		return s.requestedReport(ctx, e, asked)
	case repair.QuoteSent:
		return s.requestedQuote(ctx, e, asked)
	case order.QuotationSent:
		return s.requestedQuotation(ctx, e, asked)
	}
	return RequestedMail{}, false, nil
}

// languageOf is the language of a customer's mails, English for want of another.
func (x *execution) languageOf(ctx context.Context, id uuid.UUID) (customer.Language, error) {
	who, err := x.customer(ctx, "customer", id)
	if err != nil && !refusedWith(err, "customer_not_found") {
		return "", err
	}
	return cmp.Or(who.Language, customer.English), nil
}

// languages are those of known people, by their address in lower case.
type languages map[string]customer.Language

// languagesOn are the languages of a ticket's customer and followers. Who has the
// address of somebody before them does not count.
func (x *execution) languagesOn(ctx context.Context, id uuid.UUID) (languages, error) {
	t, err := load(ctx, x, ticket.Model, id)
	if err != nil {
		return nil, err
	}
	all := languages{}
	for _, contact := range contactsOf(t.State) {
		c, err := load(ctx, x, customer.Model, contact)
		if err != nil {
			return nil, err
		}
		address := strings.ToLower(c.State.Email)
		if _, known := all[address]; !known && address != "" {
			all[address] = cmp.Or(c.State.Language, customer.English)
		}
	}
	return all, nil
}

// NoteMailSent records that the mail that e asked for went out to a recipient.
func (s *Service) NoteMailSent(ctx context.Context, e eventstore.Envelope, recipient, messageID string) error {
	switch e.Event.(type) {
	case task.ReportRequested:
		return noteMail(ctx, s, e, recipient, task.Model, func(t task.State) ([]aggregates.Event, error) {
			return t.NoteReportSent(e.ID, recipient, messageID)
		})
	case repair.QuoteSent:
		return noteMail(ctx, s, e, recipient, repair.Model, func(r repair.State) ([]aggregates.Event, error) {
			return r.NoteQuoteSent(e.ID, recipient, messageID)
		})
	case order.QuotationSent:
		return noteMail(ctx, s, e, recipient, order.Model, func(o order.State) ([]aggregates.Event, error) {
			return o.NoteSent(e.ID, recipient, messageID)
		})
	}
	return noteMail(ctx, s, e, recipient, coupon.Model, func(c coupon.State) ([]aggregates.Event, error) {
		return c.NoteEmailSent(e.ID, recipient, messageID)
	})
}

// NoteMailFailed records that the mail that e asked for will not go out to a
// recipient, and why.
func (s *Service) NoteMailFailed(ctx context.Context, e eventstore.Envelope, recipient, cause string) error {
	switch e.Event.(type) {
	case task.ReportRequested:
		return noteMail(ctx, s, e, recipient, task.Model, func(t task.State) ([]aggregates.Event, error) {
			return t.NoteReportFailed(e.ID, recipient, cause)
		})
	case repair.QuoteSent:
		return noteMail(ctx, s, e, recipient, repair.Model, func(r repair.State) ([]aggregates.Event, error) {
			return r.NoteQuoteFailed(e.ID, recipient, cause)
		})
	case order.QuotationSent:
		return noteMail(ctx, s, e, recipient, order.Model, func(o order.State) ([]aggregates.Event, error) {
			return o.NoteFailed(e.ID, recipient, cause)
		})
	}
	return noteMail(ctx, s, e, recipient, coupon.Model, func(c coupon.State) ([]aggregates.Event, error) {
		return c.NoteEmailFailed(e.ID, recipient, cause)
	})
}

func noteMail[S any](ctx context.Context, s *Service, e eventstore.Envelope, recipient string, m aggregates.Model[S],
	rule func(S) ([]aggregates.Event, error),
) error {
	_, err := decide(ctx, s.mailing(e, recipient), m, documentOf(e), rule)
	return err
}

// mailing is the execution that notes what became of the mail to a recipient.
func (s *Service) mailing(e eventstore.Envelope, recipient string) *execution {
	x := s.resume(e.Meta)
	x.causation, x.seed = e.ID, aggregates.DeriveID("mail", e.ID.String(), strings.ToLower(recipient))
	return x
}
