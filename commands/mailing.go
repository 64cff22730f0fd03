package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/customer"
	"aftersales/eventstore"
)

// RequestedMail is a mail about a coupon that the event Request asked for, with
// all that writing it takes. Recipients are all of them, Open those whose mail
// neither went out nor failed. Unsendable, if any, says why none is to be sent
// any more. ExpiresOn is the last valid day, "" for never.
type RequestedMail struct {
	Request    uuid.UUID
	Asked      time.Time
	Recipients []string
	Open       []string
	Language   customer.Language
	Code       string
	ExpiresOn  aggregates.Date
	Note       string
	Unsendable string
}

// RequestedMail is the mail that an event asks for, false for an event that asks
// for none. What the log says was done is not asked for again, so the log can
// be read from its beginning at any time.
func (s *Service) RequestedMail(ctx context.Context, e eventstore.Envelope) (RequestedMail, bool, error) {
	asked, ok := e.Event.(coupon.EmailRequested)
	if !ok {
		return RequestedMail{}, false, nil
	}
	x := s.mailing(e, "")
	c, err := load(ctx, x, coupon.Model, documentOf(e))
	if err != nil {
		return RequestedMail{}, false, err
	}
	m := RequestedMail{
		Request: e.ID, Asked: e.Meta.RecordedAt, Recipients: asked.Recipients, ExpiresOn: c.State.ExpiresOn,
		Open: c.State.Unmailed(e.ID, asked.Recipients), Note: asked.Message, Language: customer.English,
	}
	if len(m.Open) == 0 {
		return RequestedMail{}, false, nil
	}
	if refused := (*aggregates.Refusal)(nil); errors.As(c.State.Mailable(x.today()), &refused) {
		m.Unsendable = refused.Code
		return m, true, nil
	}
	if m.Code, err = s.Secrets.Open(c.State.CodeSealed, c.ID.String()); err != nil {
		m.Unsendable = err.Error() // sealed with another key: waiting does not help
		return m, true, nil
	}
	who, err := x.customer(ctx, "customer", c.State.Customer)
	if err != nil && !refusedWith(err, "customer_not_found") {
		return RequestedMail{}, false, err
	}
	if who.Language != "" {
		m.Language = who.Language
	}
	return m, true, nil
}

// NoteMailSent records that the mail that e asked for went out to a recipient.
func (s *Service) NoteMailSent(ctx context.Context, e eventstore.Envelope, recipient, messageID string) error {
	return s.noteMail(ctx, e, recipient, func(c coupon.State) ([]aggregates.Event, error) {
		return c.NoteEmailSent(e.ID, recipient, messageID)
	})
}

// NoteMailFailed records that the mail that e asked for will not go out to a
// recipient, and why.
func (s *Service) NoteMailFailed(ctx context.Context, e eventstore.Envelope, recipient, cause string) error {
	return s.noteMail(ctx, e, recipient, func(c coupon.State) ([]aggregates.Event, error) {
		return c.NoteEmailFailed(e.ID, recipient, cause)
	})
}

func (s *Service) noteMail(ctx context.Context, e eventstore.Envelope, recipient string, rule func(coupon.State) ([]aggregates.Event, error)) error {
	_, err := decide(ctx, s.mailing(e, recipient), coupon.Model, documentOf(e), rule)
	return err
}

// mailing is the execution that notes what became of the mail to a recipient.
func (s *Service) mailing(e eventstore.Envelope, recipient string) *execution {
	x := s.resume(e.Meta)
	x.causation, x.seed = e.ID, aggregates.DeriveID("mail", e.ID.String(), strings.ToLower(recipient))
	return x
}
