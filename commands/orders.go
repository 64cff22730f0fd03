package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
)

// SendQuotation mails an order's quotation to the customer, who sees it in the
// portal from now on and can answer it, by default until the day told before.
// Sent again it is mailed again.
type SendQuotation struct {
	Order      uuid.UUID       `json:"-"`
	ValidUntil aggregates.Date `json:"valid_until"`
}

func (SendQuotation) commandName() string { return "send-quotation" }

func (c SendQuotation) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	l, err := load(ctx, x, order.Model, c.Order)
	if err != nil {
		return err
	}
	who, err := x.customer(ctx, "customer", l.State.Customer)
	if err != nil {
		return err
	}
	_, err = change(ctx, x, "order", order.Model, c.Order, func(s order.State) ([]aggregates.Event, error) {
		return s.Send(who.Name, who.Email, c.ValidUntil, x.today())
	})
	return err
}

// ConfirmOrder makes a quotation a sale and plans the delivery of its goods.
type ConfirmOrder struct {
	Order uuid.UUID `json:"-"`
}

func (ConfirmOrder) commandName() string { return "confirm-order" }

func (c ConfirmOrder) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, func(s order.State) ([]aggregates.Event, error) {
		return x.deliverable(ctx, s)(s.Confirm(x.newID(nil, "delivery"), x.now))
	})
}

// ReportOrderPayment says that the customer paid what a quotation asks. Amount
// and Reference are the shop's; the invoice is what takes the money.
type ReportOrderPayment struct {
	Order     uuid.UUID         `json:"-"`
	Amount    *aggregates.Money `json:"amount"`
	Reference string            `json:"reference"`
}

func (ReportOrderPayment) commandName() string { return "report-order-payment" }

func (c ReportOrderPayment) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, func(s order.State) ([]aggregates.Event, error) {
		p := order.PaymentReported{At: x.now, Amount: c.Amount, Reference: c.Reference}
		return x.deliverable(ctx, s)(s.ReportPayment(p, x.newID(nil, "delivery")))
	})
}

// CancelOrder gives an order up, its deliveries that have not left, and the
// coupons that it holds.
type CancelOrder struct {
	Order uuid.UUID `json:"-"`
}

func (CancelOrder) commandName() string { return "cancel-order" }

func (c CancelOrder) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, order.State.Cancel)
}

// SetOrderToQuotation makes a draft of a cancelled order.
type SetOrderToQuotation struct {
	Order uuid.UUID `json:"-"`
}

func (SetOrderToQuotation) commandName() string { return "set-order-to-quotation" }

func (c SetOrderToQuotation) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, order.State.SetToQuotation)
}

// LockOrder keeps a sale from being cancelled.
type LockOrder struct {
	Order uuid.UUID `json:"-"`
}

func (LockOrder) commandName() string { return "lock-order" }

func (c LockOrder) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, order.State.Lock)
}

// UnlockOrder lets a sale be cancelled again.
type UnlockOrder struct {
	Order uuid.UUID `json:"-"`
}

func (UnlockOrder) commandName() string { return "unlock-order" }

func (c UnlockOrder) execute(ctx context.Context, x *execution) error {
	return x.changeOrder(ctx, c.Order, order.State.Unlock)
}

// changeOrder decides about an order for the company's people.
func (x *execution) changeOrder(ctx context.Context, id uuid.UUID, rule func(order.State) ([]aggregates.Event, error)) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "order", order.Model, id, rule)
	return err
}

// AcceptOwnOrder is the customer's signature under a quotation, given in the
// portal (domain.md 4). Signature is a PNG data URL.
type AcceptOwnOrder struct {
	Order     uuid.UUID `json:"-"`
	Name      string    `json:"name"`
	Signature string    `json:"signature"`
}

func (AcceptOwnOrder) commandName() string { return "accept-own-order" }

func (c AcceptOwnOrder) execute(ctx context.Context, x *execution) error {
	return x.answerOrder(ctx, c.Order, func(s order.State) ([]aggregates.Event, error) {
		by := order.Signature{Name: c.Name, Image: c.Signature, Evidence: x.evidence()}
		return x.deliverable(ctx, s)(s.Accept(by, x.newID(nil, "delivery"), x.now, x.today()))
	})
}

// DeclineOwnOrder is the customer's no, given in the portal, which needs a
// reason.
type DeclineOwnOrder struct {
	Order  uuid.UUID `json:"-"`
	Reason string    `json:"reason"`
}

func (DeclineOwnOrder) commandName() string { return "decline-own-order" }

func (c DeclineOwnOrder) execute(ctx context.Context, x *execution) error {
	return x.answerOrder(ctx, c.Order, func(s order.State) ([]aggregates.Event, error) { return s.Decline(c.Reason) })
}

// answerOrder decides about the quotation of a customer's own order; a draft
// does not exist for them.
func (x *execution) answerOrder(ctx context.Context, id uuid.UUID, rule func(order.State) ([]aggregates.Event, error)) error {
	entity, err := x.portalEntity(ctx)
	if err != nil {
		return err
	}
	_, err = change(ctx, x, "order", order.Model, id, func(s order.State) ([]aggregates.Event, error) {
		if s.Entity != entity || s.Status == order.StatusDraft {
			return nil, aggregates.Refuse("order_not_found")
		}
		return rule(s)
	})
	return err
}
