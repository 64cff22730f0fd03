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
	x.concerns("coupon", id, l.Stream)
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

// use is a wish to use a coupon, with the customer's commercial entity. Where
// the shop names no customer but an order that is known here, it is the order's.
func (x *execution) use(ctx context.Context, named string, buyer uuid.UUID) (coupon.Use, error) {
	use := coupon.Use{Order: named, Customer: buyer, Now: x.now, Today: x.today()}
	if id, err := uuid.Parse(named); err == nil && buyer == uuid.Nil {
		o, err := load(ctx, x, order.Model, id)
		use.Customer, use.Entity = o.State.Customer, o.State.Entity
		return use, err
	}
	c, err := x.customer(ctx, "customer", buyer)
	use.Entity = c.Entity
	return use, err
}

// honoured holds the coupon's program against the channel, the day and the cart.
// For the order that holds the coupon the day was decided when it took it.
func (x *execution) honoured(ctx context.Context, s coupon.State, channel program.Channel, order string, amount *aggregates.Money) error {
	p, err := load(ctx, x, program.Model, s.Program)
	if err == nil {
		err = p.State.CheckChannel(channel)
	}
	if err != nil {
		return err
	}
	cart, err := x.cart(ctx, order, amount)
	if err != nil {
		return err
	}
	if r := s.Reservation; r != nil && r.Order == order && x.now.Before(r.Until) {
		return p.State.Rules.Met(cart)
	}
	return p.State.Honours(x.today(), cart)
}

// cart is what the coupon is to be used for: the amount that the shop tells, and
// of an order that is known here the products and, where no amount is told, what
// it comes to without taxes (C-02).
func (x *execution) cart(ctx context.Context, named string, amount *aggregates.Money) (program.Cart, error) {
	cart := program.Cart{Amount: amount}
	id, err := uuid.Parse(named)
	if err != nil {
		return cart, nil // a cart or order of the shop alone
	}
	o, err := load(ctx, x, order.Model, id)
	if total := o.State.Total(); o.Exists && amount == nil {
		cart.Amount = &total
	}
	for _, l := range o.State.Lines {
		cart.Items = append(cart.Items, program.Item{Product: l.Product, Quantity: l.Quantity})
	}
	return cart, err
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
	use, err := x.use(ctx, c.Order, c.Customer)
	if err != nil {
		return err
	}
	if err := l.State.Check(use); err != nil {
		return err
	}
	return x.honoured(ctx, l.State, c.Channel, c.Order, c.Amount)
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
	use, err := x.use(ctx, c.Order, c.Customer)
	if err != nil {
		return err
	}
	if err := x.honoured(ctx, l.State, c.Channel, c.Order, nil); err != nil {
		return err
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

// RedeemCoupon uses a coupon up for a confirmed order (C-08).
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
	use, err := x.use(ctx, c.Order, c.Customer)
	if err != nil {
		return err
	}
	if l.State.Status != coupon.StatusRedeemed && l.State.Status != coupon.StatusRevoked {
		if err := l.State.Check(use); err != nil {
			return err
		}
		if err := x.honoured(ctx, l.State, c.Channel, c.Order, c.Amount); err != nil {
			return err
		}
	}
	_, err = decide(ctx, x, coupon.Model, l.ID, func(s coupon.State) ([]aggregates.Event, error) {
		return s.Redeem(use, c.Amount)
	})
	return err
}
