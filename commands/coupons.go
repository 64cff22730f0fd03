package commands

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// How a coupon reaches the customer.
const (
	deliverNone  = "none"
	deliverEmail = "email"
	deliverLink  = "share_link"
)

// GenerateCoupon gives the customer of a ticket a single-use code of an
// existing program (C-05 to C-20). The program's stream allots it; the coupon
// itself follows from that.
type GenerateCoupon struct {
	Ticket     uuid.UUID       `json:"-"`
	ID         *uuid.UUID      `json:"id"`
	Program    uuid.UUID       `json:"program"`
	ValidUntil aggregates.Date `json:"valid_until"`
	Deliver    string          `json:"deliver"`
	Recipients []string        `json:"recipients"`
	Message    string          `json:"message"`
}

func (GenerateCoupon) commandName() string { return "generate-coupon" }

func (c GenerateCoupon) execute(ctx context.Context, x *execution) error {
	t, err := x.service(ctx, c.Ticket, team.Coupons)
	if err != nil {
		return err
	}
	if c.Program == uuid.Nil {
		return aggregates.Refuse("coupon_program_required").On("program")
	}
	id := x.newID(c.ID)
	allotment, err := c.allotment(x, t, id)
	if err != nil {
		return err
	}
	if err := c.allowed(ctx, x, allotment); err != nil {
		return err
	}
	if allotment.Recipients, err = c.recipients(ctx, x, t); err != nil {
		return err
	}
	x.creates("coupon", id, coupon.Model.Stream(id))
	if _, err := decide(ctx, x, program.Model, c.Program, func(s program.State) ([]aggregates.Event, error) {
		return s.Allot(allotment, x.today())
	}); err != nil {
		return err
	}
	if x.req.DryRun {
		return x.dryCoupon(ctx, allotment)
	}
	return nil
}

// dryCoupon shows the coupon that would follow, in a dry run.
func (x *execution) dryCoupon(ctx context.Context, a program.CouponAllotted) error {
	_, err := decide(ctx, x, coupon.Model, a.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
		return s.Generate(coupon.Generated(a))
	})
	return err
}

// allotment draws the code and the token of the link, whether or not one will be
// shared: a draw that was left to what follows would differ with whoever follows
// it. An earlier attempt's, if any, stand in the log.
func (c GenerateCoupon) allotment(x *execution, t ticket.State, id uuid.UUID) (program.CouponAllotted, error) {
	drawn, err := newCouponSecrets(x.s.Random)
	if err != nil {
		return program.CouponAllotted{}, err
	}
	sealed, err := x.s.Secrets.SealCoupon(drawn, id)
	if err != nil {
		return program.CouponAllotted{}, err
	}
	return program.CouponAllotted{
		Coupon: id, Program: c.Program, Ticket: c.Ticket, Customer: t.Details.Customer, Entity: t.Details.Entity,
		Bound: true, ExpiresOn: c.ValidUntil, CodeHash: x.s.Secrets.HashCode(drawn.Code),
		LinkHash: x.s.Secrets.HashLink(drawn.Link), CodeSealed: sealed, CodeHint: drawn.hint(), Deliver: c.Deliver, Message: c.Message,
	}, nil
}

// allowed asks the program before anything about the delivery is checked
// (domain.md 3.2); the decision itself is made when the program allots.
func (c GenerateCoupon) allowed(ctx context.Context, x *execution, a program.CouponAllotted) error {
	p, err := named(ctx, x, "program", "coupon_program", program.Model, c.Program)
	if err != nil || x.did(program.Model.Stream(c.Program)) {
		return err
	}
	if _, err := p.Allot(a, x.today()); err != nil {
		return err
	}
	// What the program would take for a repetition, or learn from the coupon
	// only when it has allotted it.
	taken, err := load(ctx, x, coupon.Model, a.Coupon)
	if err == nil && (taken.Exists || slices.Contains(p.Recent, a.Coupon)) {
		err = aggregates.Refuse("already_exists")
	}
	return err
}

// recipients checks how the coupon is to reach the customer and answers the
// recipients of the mail: those named and all followers of the ticket, or the
// customer (C-14, C-15).
func (c GenerateCoupon) recipients(ctx context.Context, x *execution, t ticket.State) ([]string, error) {
	switch c.Deliver {
	case "", deliverNone:
		return nil, nil
	case deliverLink:
		return nil, onField(x.shareable(ctx, c.Program), "deliver")
	case deliverEmail:
		return x.mailTo(ctx, t, t.Details.Customer, c.Recipients)
	}
	return nil, aggregates.Refuse("invalid_value").On("deliver")
}

// addresses are the mail addresses of a ticket's customer and followers.
func (x *execution) addresses(ctx context.Context, t ticket.State) ([]string, error) {
	var all []string
	for _, f := range t.Followers {
		if f.Email != "" {
			all = append(all, f.Email)
		}
	}
	for _, id := range contactsOf(t) {
		c, err := x.customer(ctx, "customer", id)
		if err != nil {
			return nil, err
		}
		if c.Email != "" && !slices.Contains(all, c.Email) {
			all = append(all, c.Email)
		}
	}
	return all, nil
}

// contactsOf are the known people whom a ticket concerns: its customer first, then
// its followers.
func contactsOf(t ticket.State) []uuid.UUID {
	contacts := []uuid.UUID{t.Details.Customer}
	for _, f := range t.Followers {
		contacts = append(contacts, f.Contact)
	}
	return slices.DeleteFunc(contacts, func(id uuid.UUID) bool { return id == uuid.Nil })
}

// RevokeCoupon makes a coupon invalid, for a reason.
type RevokeCoupon struct {
	Coupon uuid.UUID `json:"-"`
	Reason string    `json:"reason"`
}

func (RevokeCoupon) commandName() string { return "revoke-coupon" }

func (c RevokeCoupon) execute(ctx context.Context, x *execution) error {
	if _, err := x.ownCoupon(ctx, c.Coupon); err != nil {
		return err
	}
	_, err := change(ctx, x, "coupon", coupon.Model, c.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
		return s.Revoke(c.Reason)
	})
	return err
}
