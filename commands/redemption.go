package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/order"
	"aftersales/aggregates/program"
)

// couponByCode finds a coupon by what somebody typed; an unknown code is
// coupon_invalid.
func (x *execution) couponByCode(ctx context.Context, code string) (loaded[coupon.State], error) {
	if err := x.authorise(); err != nil {
		return loaded[coupon.State]{}, err
	}
	if code == "" {
		return loaded[coupon.State]{}, aggregates.Refuse("required").On("code")
	}
	id, err := x.home(ctx, "coupon_code", x.s.Secrets.HashCode(code))
	if refusedWith(err, "coupon_code_not_found") {
		return loaded[coupon.State]{}, aggregates.Refuse("coupon_invalid")
	}
	if err != nil {
		return loaded[coupon.State]{}, err
	}
	l, err := load(ctx, x, coupon.Model, id)
	if err != nil {
		return l, err
	}
	if l.State.Ticket != uuid.Nil {
		x.ticket = &l.State.Ticket
	}
	x.match, x.matchLast = l.Stream, true // whoever guesses codes learns by If-Match nothing besides
	x.concerns("coupon", id, x.match)
	return l, nil
}

// orderName is the shop's name of an order in the one form in which it is kept,
// where it is the id of an order.
func orderName(named string) string {
	if id, err := uuid.Parse(named); err == nil {
		return id.String()
	}
	return named
}

// wish is what a shop says of the use of a coupon that it asks for. Channel is
// where it sells, Amount what the cart is worth, if it says so.
type wish struct {
	Order    string
	Customer uuid.UUID
	Channel  program.Channel
	Amount   *aggregates.Money
}

// usable is the wished use of the coupon, held against all that decides about it, in
// the order of domain.md 2.9. Of an order that is known here the customer is its
// own, whoever the shop names, and the day that of its payment. For the order that
// holds the coupon the day was decided when it took it.
func (x *execution) usable(ctx context.Context, s coupon.State, w wish) (coupon.Use, error) {
	use := coupon.Use{Order: w.Order, Customer: w.Customer, Now: x.now}
	o, err := x.knownOrder(ctx, w.Order)
	if err != nil {
		return use, err
	}
	use.Today = x.decidedOn(o)
	c, err := x.customer(ctx, "customer", w.Customer)
	if err != nil {
		return use, err
	}
	use.Entity = c.Entity
	if o.ID != uuid.Nil {
		use.Entity = o.Entity
		if w.Customer == uuid.Nil {
			use.Customer = o.Customer
		}
	}
	p, err := load(ctx, x, program.Model, s.Program)
	if err != nil {
		return use, err
	}
	if s.Known() && !s.HeldBy(w.Order, x.now) {
		if err := p.State.Honours(use.Today, program.Cart{}); err != nil {
			return use, err
		}
	}
	if err := s.Check(use); err != nil {
		return use, err
	}
	switch {
	case o.Status == order.StatusCancelled:
		return use, aggregates.Refuse("order_cancelled").On("order")
	case s.Bound && w.Customer != uuid.Nil && c.Entity != use.Entity:
		return use, aggregates.Refuse("coupon_not_yours").On("customer")
	}
	if err := p.State.CheckChannel(w.Channel); err != nil {
		return use, err
	}
	if err := inCurrencyOf(o, w.Amount); err != nil {
		return use, err
	}
	return use, p.State.Rules.Met(cart(o, w.Amount))
}

// knownOrder is the order that the shop names, if it is known here: what is not is
// a cart or order of the shop alone, and the order of no id.
func (x *execution) knownOrder(ctx context.Context, named string) (order.State, error) {
	id, err := uuid.Parse(named)
	if err != nil {
		return order.State{}, nil
	}
	o, err := load(ctx, x, order.Model, id)
	return o.State, err
}

// inCurrencyOf refuses an amount told of an order that is known here in another
// currency than the order's.
func inCurrencyOf(o order.State, amount *aggregates.Money) error {
	if o.ID != uuid.Nil && amount != nil && amount.Currency != o.Currency {
		return aggregates.Refuse("currency_mismatch", "currency", o.Currency.Code()).On("amount")
	}
	return nil
}

// cart is what the coupon is to be used for: the amount that the shop tells, and
// of an order that is known here the products and, where no amount is told, what
// it comes to without taxes (C-02).
func cart(o order.State, amount *aggregates.Money) program.Cart {
	cart := program.Cart{Amount: amount}
	if total := o.Total(); o.ID != uuid.Nil && amount == nil {
		cart.Amount = &total
	}
	for _, l := range o.Lines {
		cart.Items = append(cart.Items, program.Item{Product: l.Product, Quantity: l.Quantity})
	}
	return cart
}

// CheckCoupon asks whether a code could be used, and changes nothing. Channel is
// where the shop sells, if it says so.
type CheckCoupon struct {
	Code     string            `json:"code"`
	Customer uuid.UUID         `json:"customer"`
	Order    string            `json:"order"`
	Amount   *aggregates.Money `json:"amount"`
	Channel  program.Channel   `json:"channel"`
}

func (CheckCoupon) commandName() string { return "check-coupon" }

func (c CheckCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.couponByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	c.Order = orderName(c.Order)
	if _, err := x.usable(ctx, l.State, wish{c.Order, c.Customer, c.Channel, c.Amount}); err != nil {
		return err
	}
	return x.matches(l.Exists, l.Revision)
}

// ReserveCoupon holds a coupon for a cart.
type ReserveCoupon struct {
	Code     string          `json:"code"`
	Order    string          `json:"order"`
	Customer uuid.UUID       `json:"customer"`
	Channel  program.Channel `json:"channel"`
}

func (ReserveCoupon) commandName() string { return "reserve-coupon" }

func (c ReserveCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.couponByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	c.Order = orderName(c.Order)
	var use coupon.Use
	if !x.did(l.Stream) {
		use, err = x.usable(ctx, l.State, wish{Order: c.Order, Customer: c.Customer, Channel: c.Channel})
		if err != nil {
			return err
		}
	}
	_, err = decide(ctx, x, coupon.Model, l.ID, func(s coupon.State) ([]aggregates.Event, error) { return s.Reserve(use) })
	return err
}

// ReleaseCoupon lets a coupon go that a cart had reserved.
type ReleaseCoupon struct {
	Code  string `json:"code"`
	Order string `json:"order"`
}

func (ReleaseCoupon) commandName() string { return "release-coupon" }

func (c ReleaseCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.couponByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	_, err = decide(ctx, x, coupon.Model, l.ID, func(s coupon.State) ([]aggregates.Event, error) {
		return s.Release(orderName(c.Order), x.now)
	})
	return err
}

// RedeemCoupon uses a coupon up for a confirmed order (C-08). Amount is what it gave
// there; for an order that neither holds the coupon nor is known here it also tells
// what the cart is worth.
type RedeemCoupon struct {
	Code     string            `json:"code"`
	Order    string            `json:"order"`
	Customer uuid.UUID         `json:"customer"`
	Amount   *aggregates.Money `json:"amount"`
	Channel  program.Channel   `json:"channel"`
}

func (RedeemCoupon) commandName() string { return "redeem-coupon" }

func (c RedeemCoupon) execute(ctx context.Context, x *execution) error {
	l, err := x.couponByCode(ctx, c.Code)
	if err != nil {
		return err
	}
	c.Order = orderName(c.Order)
	o, err := x.knownOrder(ctx, c.Order)
	if err != nil {
		return err
	}
	use := coupon.Use{Order: c.Order}
	switch {
	case x.did(l.Stream):
	case l.State.UsedBy(c.Order): // it may say so again
		if err := (program.State{}).CheckChannel(c.Channel); err != nil {
			return err
		}
	default:
		w := wish{c.Order, c.Customer, c.Channel, c.Amount}
		if o.ID != uuid.Nil || l.State.HeldBy(c.Order, x.now) {
			w.Amount = nil // the rules were met when the order took it, or its own total decides
		}
		if use, err = x.usable(ctx, l.State, w); err != nil {
			return err
		}
	}
	_, err = decide(ctx, x, coupon.Model, l.ID, func(s coupon.State) ([]aggregates.Event, error) {
		events, err := s.Redeem(use, c.Amount)
		if err == nil && len(events) > 0 {
			err = inCurrencyOf(o, c.Amount)
		}
		return events, err
	})
	return err
}
