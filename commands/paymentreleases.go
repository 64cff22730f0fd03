package commands

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// ReleasePayment undoes the allocation of a payment to its invoice: the money is
// open again.
type ReleasePayment struct {
	Payment uuid.UUID `json:"-"`
}

func (ReleasePayment) commandName() string { return "release-payment" }

func (c ReleasePayment) execute(ctx context.Context, x *execution) error {
	l, err := x.payment(ctx, c.Payment)
	if err != nil {
		return err
	}
	x.match = l.Stream
	x.concerns("payment", c.Payment, l.Stream)
	x.concerns("invoice", l.ID, l.Stream)
	_, err = decide(ctx, x, invoice.Model, l.ID, func(s invoice.State) ([]aggregates.Event, error) {
		return s.ReleasePayment(c.Payment)
	})
	return err
}

// RefundPayment gives open money of a payment back to the customer; that is an
// outbound payment of its own.
type RefundPayment struct {
	Payment   uuid.UUID        `json:"-"`
	ID        *uuid.UUID       `json:"id"`
	Amount    aggregates.Money `json:"amount"`
	PaidOn    aggregates.Date  `json:"paid_on"` // default: today
	Reference string           `json:"reference"`
}

func (RefundPayment) commandName() string { return "refund-payment" }

func (c RefundPayment) execute(ctx context.Context, x *execution) error {
	l, err := x.payment(ctx, c.Payment)
	if err != nil {
		return err
	}
	out := invoice.PaymentRequest{Amount: c.Amount, PaidOn: c.PaidOn, Reference: c.Reference}
	return x.payBack(ctx, l, aggregates.Ref{Kind: "payment", ID: c.Payment, Stream: l.Stream}, c.ID, out,
		func(s invoice.State, out invoice.PaymentRequest) ([]aggregates.Event, error) {
			return s.RefundPayment(c.Payment, out)
		})
}

// payBack makes a payment out of what a document in the invoice's stream has open,
// by default today.
func (x *execution) payBack(ctx context.Context, l loaded[invoice.State], of aggregates.Ref, client *uuid.UUID, out invoice.PaymentRequest,
	rule func(invoice.State, invoice.PaymentRequest) ([]aggregates.Event, error),
) error {
	out.ID, out.PaidOn = x.newID(client), cmp.Or(out.PaidOn, x.today())
	x.match = l.Stream
	x.creates("payment", out.ID, l.Stream)
	x.concerns(of.Kind, of.ID, of.Stream)
	return createWithin(ctx, x, "payment", client, l.Stream, invoice.Model, l.ID, func(s invoice.State) ([]aggregates.Event, error) {
		return rule(s, out)
	})
}

// payment loads the invoice that a payment is in, for a command that the
// principal may give on it. Money out of a credit note is the credit note's
// ticket's.
func (x *execution) payment(ctx context.Context, id uuid.UUID) (loaded[invoice.State], error) {
	if err := x.authorise(); err != nil {
		return loaded[invoice.State]{}, err
	}
	home, err := x.home(ctx, "payment", id.String())
	if err != nil {
		return loaded[invoice.State]{}, err
	}
	l, err := load(ctx, x, invoice.Model, home)
	if err != nil {
		return l, err
	}
	return l, x.madeFrom(ctx, "payment", l.State.TicketOfPayment(id))
}
