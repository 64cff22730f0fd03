package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/invoice"
)

// RegisterPayment allocates a customer's payment to an invoice: money that came
// in, or, with Payment, what is open of a payment that a reversal released from
// another invoice; that one brings its own date and reference.
type RegisterPayment struct {
	Invoice   uuid.UUID        `json:"-"`
	ID        *uuid.UUID       `json:"id"`
	Payment   uuid.UUID        `json:"payment"`
	Amount    aggregates.Money `json:"amount"`
	PaidOn    aggregates.Date  `json:"paid_on"`
	Reference string           `json:"reference"`
}

func (RegisterPayment) commandName() string { return "register-payment" }

func (c RegisterPayment) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	i, err := load(ctx, x, invoice.Model, c.Invoice)
	if err != nil {
		return err
	}
	if !i.Exists {
		return aggregates.Refuse("invoice_not_found")
	}
	id := x.newID(c.ID)
	x.creates("payment", id, i.Stream)
	x.concerns("invoice", c.Invoice, i.Stream)
	if c.Payment != uuid.Nil {
		return c.allocate(ctx, x, id, i)
	}
	x.match = i.Stream
	return createWithin(ctx, x, "payment", c.ID, i.Stream, invoice.Model, c.Invoice, func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{ID: id, Amount: c.Amount, PaidOn: c.PaidOn, Reference: c.Reference})
	})
}

// allocate reserves the open money in the stream of the invoice that it was
// registered on, where no two allocations can have the same; what follows
// registers it on the target.
func (c RegisterPayment) allocate(ctx context.Context, x *execution, id uuid.UUID, target loaded[invoice.State]) error {
	if err := c.onlyNames(); err != nil {
		return err
	}
	from, err := x.home(ctx, "payment", c.Payment.String())
	if refusedWith(err, "payment_not_found") {
		return aggregates.Refuse("payment_not_found").On("payment")
	}
	if err != nil {
		return err
	}
	source, err := load(ctx, x, invoice.Model, from)
	if err != nil {
		return err
	}
	if !x.did(source.Stream) {
		if err := c.checkTarget(x, id, target); err != nil {
			return err
		}
	}
	request := invoice.AllocationRequest{
		ID: id, Payment: c.Payment, Invoice: c.Invoice,
		Entity: target.State.Entity, Currency: target.State.Currency, Due: target.State.Residual,
	}
	var reserved []aggregates.Event
	err = createWithin(ctx, x, "payment", c.ID, target.Stream, invoice.Model, from, func(s invoice.State) (_ []aggregates.Event, err error) {
		reserved, err = s.ReserveOpenPayment(request)
		return reserved, err
	})
	if err != nil || !x.req.DryRun || len(reserved) == 0 {
		return err
	}
	return allocate(from, reserved[0].(invoice.OpenPaymentReserved))(ctx, x)
}

// onlyNames refuses what the open payment already has.
func (c RegisterPayment) onlyNames() error {
	var fields check.Fields
	fields.Refuse(c.Amount != aggregates.Money{}, "amount", "invalid_value")
	fields.Refuse(c.PaidOn != "", "paid_on", "invalid_value")
	fields.Refuse(c.Reference != "", "reference", "invalid_value")
	return fields.Err()
}

// checkTarget holds the invoice that is to be paid to what must be so before
// anything is reserved.
func (c RegisterPayment) checkTarget(x *execution, id uuid.UUID, target loaded[invoice.State]) error {
	if x.req.IfMatch != nil && target.Revision != *x.req.IfMatch {
		return aggregates.Refuse("stale_version")
	}
	if target.State.Status != invoice.StatusPosted {
		return aggregates.Refuse("invoice_not_posted")
	}
	if p, known := target.State.Payment(id); known && p.Origin != c.Payment {
		return aggregates.Refuse("already_exists")
	}
	return nil
}

// allocate registers reserved money on the invoice it was reserved for.
func allocate(from uuid.UUID, r invoice.OpenPaymentReserved) consequence {
	take := func(s invoice.State) ([]aggregates.Event, error) { return s.TakeReserved(r) }
	return settle(from, r.Invoice, take, func(home, target invoice.State) ([]aggregates.Event, error) {
		var taken int64
		if p, _ := target.Payment(r.Allocation); p.Origin == r.Payment {
			taken = p.Amount
		}
		return home.ReturnReserved(r.Payment, r.Allocation, taken)
	})
}

// settle lets an invoice take what was reserved for it in the stream of another, its
// home; back returns there what the target could no longer take.
func settle(home, to uuid.UUID, take func(invoice.State) ([]aggregates.Event, error),
	back func(home, target invoice.State) ([]aggregates.Event, error),
) consequence {
	return func(ctx context.Context, x *execution) error {
		target, err := decide(ctx, x, invoice.Model, to, take)
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, invoice.Model, home, func(s invoice.State) ([]aggregates.Event, error) { return back(s, target) })
		return err
	}
}

// PayOutCreditNote gives open credit of a posted credit note back as money.
type PayOutCreditNote struct {
	CreditNote uuid.UUID        `json:"-"`
	ID         *uuid.UUID       `json:"id"`
	Amount     aggregates.Money `json:"amount"`
	PaidOn     aggregates.Date  `json:"paid_on"` // default: today
	Reference  string           `json:"reference"`
}

func (PayOutCreditNote) commandName() string { return "pay-out-credit-note" }

func (c PayOutCreditNote) execute(ctx context.Context, x *execution) error {
	l, err := x.creditNote(ctx, c.CreditNote)
	if err != nil {
		return err
	}
	out := invoice.PaymentRequest{Amount: c.Amount, PaidOn: c.PaidOn, Reference: c.Reference}
	return x.payBack(ctx, l, aggregates.Ref{Kind: "credit_note", ID: c.CreditNote, Stream: l.Stream}, c.ID, out,
		func(s invoice.State, out invoice.PaymentRequest) ([]aggregates.Event, error) {
			return s.PayOutCreditNote(c.CreditNote, out)
		})
}
