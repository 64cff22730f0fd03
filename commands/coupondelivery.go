package commands

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
	"aftersales/aggregates/ticket"
)

// EmailCoupon sends the code of a coupon again (C-13): to the recipients named,
// all followers of the ticket and the customer (C-14, C-15).
type EmailCoupon struct {
	Coupon     uuid.UUID `json:"-"`
	Recipients []string  `json:"recipients"`
	Message    string    `json:"message"`
}

func (EmailCoupon) commandName() string { return "email-coupon" }

func (c EmailCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.ownCoupon(ctx, c.Coupon)
	if err != nil {
		return err
	}
	if !x.did(l.Stream) {
		if err := x.stillHonoured(ctx, l.State); err != nil {
			return err
		}
	}
	t, err := load(ctx, x, ticket.Model, l.State.Ticket)
	if err != nil {
		return err
	}
	to, err := x.mailTo(ctx, t.State, l.State.Customer, c.Recipients)
	var fields check.Fields
	fields.Within(check.MaxText, "message", c.Message)
	if err := together(err, fields.Err()); err != nil {
		return err
	}
	_, err = change(ctx, x, "coupon", coupon.Model, c.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
		return s.RequestEmail(to, c.Message, x.today())
	})
	return err
}

// ShareCoupon makes the link that applies the coupon in the shop (C-17), to the
// page Redirect of it, by default coupon.DefaultRedirect.
type ShareCoupon struct {
	Coupon   uuid.UUID `json:"-"`
	Redirect string    `json:"redirect"`
}

func (ShareCoupon) commandName() string { return "share-coupon" }

func (c ShareCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.ownCoupon(ctx, c.Coupon)
	if err != nil {
		return err
	}
	if !x.did(l.Stream) {
		if err := x.stillHonoured(ctx, l.State); err != nil {
			return err
		}
	}
	if err := x.shareable(ctx, l.State.Program); err != nil {
		return err
	}
	_, err = change(ctx, x, "coupon", coupon.Model, c.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
		return s.ShareLink(c.Redirect, x.today())
	})
	return err
}

// shareable refuses a link where there is no shop (C-04), or the program is not
// available on the website that it leads to.
func (x *execution) shareable(ctx context.Context, id uuid.UUID) error {
	if x.s.ShopURL == "" {
		return aggregates.Refuse("ecommerce_required")
	}
	p, err := load(ctx, x, program.Model, id)
	if err == nil {
		err = p.State.CheckChannel(program.Website)
	}
	return err
}

// stillHonoured refuses to hand out a coupon that its program does not honour any
// more (domain.md 2.11), for whatever cart.
func (x *execution) stillHonoured(ctx context.Context, s coupon.State) error {
	p, err := load(ctx, x, program.Model, s.Program)
	if err == nil {
		err = p.State.Honours(x.today(), program.Cart{})
	}
	return err
}

// ownCoupon loads a coupon that the principal's teams may handle.
func (x *execution) ownCoupon(ctx context.Context, id uuid.UUID) (loaded[coupon.State], error) {
	if err := x.authorise(); err != nil {
		return loaded[coupon.State]{}, err
	}
	l, err := load(ctx, x, coupon.Model, id)
	if err != nil {
		return l, err
	}
	if !l.Exists {
		return l, aggregates.Refuse("coupon_not_found")
	}
	return l, x.madeFrom(ctx, "coupon", l.State.Ticket)
}

// mailTo are the recipients of a mail about a coupon: those named, and the
// customer and all followers of the ticket (C-14, C-15).
func (x *execution) mailTo(ctx context.Context, t ticket.State, customer uuid.UUID, named []string) ([]string, error) {
	addresses, err := x.addresses(ctx, t)
	if err != nil {
		return nil, err
	}
	to := append(slices.Clone(named), addresses...)
	if len(to) == 0 {
		who, err := x.customer(ctx, "customer", customer)
		if err != nil {
			return nil, err
		}
		return nil, aggregates.Refuse("recipient_without_email", "name", who.Name).On("recipients")
	}
	return coupon.Recipients(to)
}

// OpenCouponLink is the page of the shop that the public link with the token
// leads to, and the code to apply there (C-19). It changes nothing. Every token
// that cannot be used, for whatever reason, is the refusal coupon_invalid;
// another error is a failure.
func (s *Service) OpenCouponLink(ctx context.Context, token string) (redirect, code string, err error) {
	x := s.newExecution(Request{}, "open-coupon-link")
	id, err := x.home(ctx, "coupon_link", s.Secrets.HashLink(token))
	if err != nil && !refusedWith(err, "coupon_link_not_found") {
		return "", "", err
	}
	c, err := load(ctx, x, coupon.Model, id) // an unknown token costs as many reads as a known one
	if err != nil {
		return "", "", err
	}
	p, err := load(ctx, x, program.Model, c.State.Program)
	if err != nil {
		return "", "", err
	}
	page, err := c.State.OpenLink(x.now, x.today())
	if err != nil {
		return "", "", err
	}
	if p.State.Honours(x.today(), program.Cart{}) != nil || p.State.CheckChannel(program.Website) != nil { // what the cart lacks is the shop's to say
		return "", "", aggregates.Refuse("coupon_invalid")
	}
	secret, err := s.Secrets.OpenCoupon(c.State.CodeSealed, id)
	return page, secret.Code, err
}
