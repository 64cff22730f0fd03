package commands

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/product"
)

// RegisterCustomer makes a customer known; with a parent it belongs to the
// parent's commercial entity.
type RegisterCustomer struct {
	ID       *uuid.UUID        `json:"id"`
	Name     string            `json:"name"`
	Email    string            `json:"email"`
	Phone    string            `json:"phone"`
	Language customer.Language `json:"language"`
	Parent   uuid.UUID         `json:"parent"`
	Address  string            `json:"address"`
	TimeZone string            `json:"time_zone"`
}

func (RegisterCustomer) commandName() string { return "register-customer" }

func (c RegisterCustomer) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	parent, unknown := x.customer(ctx, "parent", c.Parent)
	var nowhere error
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		nowhere = aggregates.Refuse("invalid_value").On("time_zone")
	}
	id := x.newID(c.ID)
	entity := id
	if c.Parent != uuid.Nil {
		entity = parent.Entity
	}
	_, err := create(ctx, x, "customer", customer.Model, id, func(s customer.State) ([]aggregates.Event, error) {
		events, err := s.Register(customer.Registered{
			Customer: id, Parent: c.Parent, Entity: entity, Details: customer.Details{
				Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, Address: c.Address, TimeZone: c.TimeZone,
			},
		})
		return events, together(unknown, err, nowhere)
	})
	return err
}

// RegisterProduct makes a product known. Digits is the precision of its
// quantities, by default 2.
type RegisterProduct struct {
	ID       *uuid.UUID        `json:"id"`
	Name     string            `json:"name"`
	SKU      string            `json:"sku"`
	Type     product.Type      `json:"type"`
	Tracking product.Tracking  `json:"tracking"`
	Unit     string            `json:"unit"`
	Digits   *int              `json:"digits"`
	Price    *aggregates.Money `json:"price"`
}

func (RegisterProduct) commandName() string { return "register-product" }

func (c RegisterProduct) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id, digits := x.newID(c.ID), product.DefaultDigits
	if c.Digits != nil {
		digits = *c.Digits
	}
	_, err := create(ctx, x, "product", product.Model, id, func(s product.State) ([]aggregates.Event, error) {
		return s.Register(product.Registered{
			Product: id, Name: c.Name, SKU: c.SKU, Type: c.Type, Tracking: c.Tracking,
			Unit: c.Unit, Digits: digits, Price: c.Price,
		})
	})
	return err
}

// RegisterLot makes a lot or serial number of a product known.
type RegisterLot struct {
	Product uuid.UUID  `json:"-"`
	ID      *uuid.UUID `json:"id"`
	Name    string     `json:"name"`
}

func (RegisterLot) commandName() string { return "register-lot" }

func (c RegisterLot) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	p, err := load(ctx, x, product.Model, c.Product)
	if err != nil {
		return err
	}
	if !p.Exists {
		return aggregates.Refuse("product_not_found")
	}
	id := x.newID(c.ID)
	x.match = p.Stream
	x.creates("lot", id, p.Stream)
	return createWithin(ctx, x, "lot", c.ID, p.Stream, product.Model, c.Product,
		func(s product.State) ([]aggregates.Event, error) { return s.RegisterLot(id, c.Name) })
}

// ScrapLot says that the piece with a serial number is no more. It must be here:
// neither delivered nor in repair.
type ScrapLot struct {
	Lot uuid.UUID `json:"-"`
}

func (ScrapLot) commandName() string { return "scrap-lot" }

func (c ScrapLot) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	home, err := x.home(ctx, "lot", c.Lot.String())
	if err != nil {
		return err
	}
	x.match = product.Model.Stream(home)
	x.concerns("lot", c.Lot, x.match)
	return takeSerials(ctx, x, keepingScrap, home, onLot, func(s product.State) ([]aggregates.Event, error) { return s.Scrap(c.Lot) },
		func(rule func(product.State) ([]aggregates.Event, error)) error {
			_, err := decide(ctx, x, product.Model, home, rule)
			return err
		})
}

// RegisterJournal makes an accounting journal known.
type RegisterJournal struct {
	ID    *uuid.UUID   `json:"id"`
	Code  string       `json:"code"`
	Title string       `json:"name"`
	Type  journal.Type `json:"type"`
}

func (RegisterJournal) commandName() string { return "register-journal" }

func (c RegisterJournal) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id := x.newID(c.ID)
	return createNamed(ctx, x, "journal", journal.Model, id, "code", c.Code, func(s journal.State) ([]aggregates.Event, error) {
		return s.Register(journal.Registered{Journal: id, Code: c.Code, Name: c.Title, Type: c.Type})
	})
}

// RegisterLocation makes a stock location known.
type RegisterLocation struct {
	ID             *uuid.UUID `json:"id"`
	Name           string     `json:"name"`
	ReturnLocation bool       `json:"return_location"`
	Kind           string     `json:"kind"`
}

func (RegisterLocation) commandName() string { return "register-location" }

func (c RegisterLocation) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id := x.newID(c.ID)
	_, err := create(ctx, x, "location", location.Model, id, func(s location.State) ([]aggregates.Event, error) {
		return s.Register(location.Registered{Location: id, Name: c.Name, ReturnLocation: c.ReturnLocation, Kind: c.Kind})
	})
	return err
}

// OrderLine is a line of an order as it is sent.
type OrderLine struct {
	ID        uuid.UUID           `json:"id"`
	Product   uuid.UUID           `json:"product"`
	Quantity  aggregates.Decimal  `json:"quantity"`
	UnitPrice *aggregates.Decimal `json:"unit_price"`
	Discount  aggregates.Decimal  `json:"discount"`
	Taxes     []order.Tax         `json:"taxes"`
}

// RegisterOrder reports a sales order. A quotation, without ConfirmedAt, is a sale
// once the customer signed it, unless RequireSignature is false, and paid, where
// RequirePayment is true; ValidUntil is the last day for it, "" for no end.
type RegisterOrder struct {
	ID          *uuid.UUID          `json:"id"`
	Number      string              `json:"number"`
	Customer    uuid.UUID           `json:"customer"`
	Currency    aggregates.Currency `json:"currency"`
	Lines       []OrderLine         `json:"lines"`
	ConfirmedAt time.Time           `json:"confirmed_at"`

	ValidUntil       aggregates.Date `json:"valid_until"`
	RequireSignature *bool           `json:"require_signature"`
	RequirePayment   bool            `json:"require_payment"`
}

func (RegisterOrder) commandName() string { return "register-order" }

func (c RegisterOrder) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	buyer, unknown := x.activeCustomer(ctx, c.Customer)
	lines := make([]order.Line, len(c.Lines))
	for i, l := range c.Lines {
		_, err := x.product(ctx, lineField(i, "product"), l.Product)
		price, untold := told(i, l.UnitPrice)
		unknown = together(unknown, err, untold)
		lines[i] = order.Line{
			ID: l.ID, Product: l.Product, Quantity: l.Quantity, UnitPrice: price,
			Discount: l.Discount, Taxes: l.Taxes,
		}
	}
	id := x.newID(c.ID)
	return createNamed(ctx, x, "order", order.Model, id, "number", strings.TrimSpace(c.Number), func(s order.State) ([]aggregates.Event, error) {
		events, err := s.Register(order.Registered{
			Order: id, Number: c.Number, Customer: c.Customer, Entity: buyer.Entity,
			Currency: c.Currency, Lines: lines, ConfirmedAt: c.ConfirmedAt, ValidUntil: c.ValidUntil,
			Terms: order.Terms{RequireSignature: c.RequireSignature == nil || *c.RequireSignature, RequirePayment: c.RequirePayment},
		})
		if err := together(unknown, err); err != nil {
			return nil, err
		}
		if _, err := x.orderedGoods(ctx, lines); err != nil {
			return nil, err
		}
		return events, nil
	})
}
