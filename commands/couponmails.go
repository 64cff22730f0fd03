package commands

import (
	"context"
	"errors"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// requestedCoupon is the mail with a coupon's code that an event asks for, to each
// in their language (domain.md 3.2).
func (s *Service) requestedCoupon(ctx context.Context, e eventstore.Envelope, asked coupon.EmailRequested) (RequestedMail, bool, error) {
	x := s.mailing(e, "")
	c, err := load(ctx, x, coupon.Model, documentOf(e))
	if err != nil {
		return RequestedMail{}, false, err
	}
	m := RequestedMail{
		Request: e.ID, Asked: e.Meta.RecordedAt, Recipients: asked.Recipients,
		Open: c.State.Unmailed(e.ID, asked.Recipients),
	}
	if len(m.Open) == 0 {
		return RequestedMail{}, false, nil
	}
	why := c.State.Mailable(x.today())
	if why == nil {
		why = x.stillHonoured(ctx, c.State)
	}
	if refused := (*aggregates.Refusal)(nil); errors.As(why, &refused) {
		m.Unsendable = refused.Code
		return m, true, nil
	}
	if why != nil {
		return RequestedMail{}, false, why
	}
	secret, err := s.Secrets.OpenCoupon(c.State.CodeSealed, c.ID)
	if err != nil {
		m.Unsendable = err.Error() // sealed with another key: waiting does not help
		return m, true, nil
	}
	letter := mail.Coupon{Code: secret.Code, ExpiresOn: c.State.ExpiresOn, Note: asked.Message}
	if letter.Program, letter.Rewards, err = x.promised(ctx, c.State); err != nil {
		return RequestedMail{}, false, err
	}
	m.Letter = letter
	if m.Languages, err = x.languagesOn(ctx, c.State.Ticket); err != nil {
		return RequestedMail{}, false, err
	}
	m.Language, err = x.languageOf(ctx, c.State.Customer)
	return m, err == nil, err
}

// promised is the name of a coupon's program, and what the coupon gives.
func (x *execution) promised(ctx context.Context, c coupon.State) (string, []mail.Reward, error) {
	p, err := load(ctx, x, program.Model, c.Program)
	if err != nil {
		return "", nil, err
	}
	var rewards []mail.Reward
	for _, r := range p.State.Rewards {
		told := mail.Reward{Fixed: amountOf(r.Fixed), Max: amountOf(r.Max), Cheapest: r.AppliesTo == program.Cheapest}
		if r.Discount != 0 {
			told.Percent = r.Discount.String()
		}
		for _, id := range r.Products {
			off, err := x.currentProduct(ctx, "product", id)
			if err != nil {
				return "", nil, err
			}
			told.Products = append(told.Products, off.Name)
		}
		if r.Type == program.FreeProduct {
			free, err := x.currentProduct(ctx, "product", r.Product)
			if err != nil {
				return "", nil, err
			}
			told.Free, told.Quantity = free.Name, r.Quantity
		}
		rewards = append(rewards, told)
	}
	return p.State.Name, rewards, nil
}

// amountOf is an amount with its currency, "" for none.
func amountOf(m *aggregates.Money) string {
	if m == nil {
		return ""
	}
	return m.Amount() + " " + m.Currency.Code()
}
