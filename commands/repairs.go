package commands

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// CreateRepair sends a product to repair, and confirms and quotes it when
// Submit says so, all in one step (P-01 to P-16).
type CreateRepair struct {
	Ticket        uuid.UUID           `json:"-"`
	ID            *uuid.UUID          `json:"id"`
	Product       uuid.UUID           `json:"product"`
	Customer      uuid.UUID           `json:"customer"`
	Lot           uuid.UUID           `json:"lot"`
	Quantity      *aggregates.Decimal `json:"quantity"`
	Unit          string              `json:"unit"`
	Return        uuid.UUID           `json:"return"`
	UnderWarranty bool                `json:"under_warranty"`
	ScheduledAt   *time.Time          `json:"scheduled_at"`
	Responsible   string              `json:"responsible"`
	Tags          []string            `json:"tags"`
	Priority      int                 `json:"priority"`
	Parts         []RepairPart        `json:"parts"`
	Notes         string              `json:"notes"`
	Submit        repair.Submit       `json:"submit"`
	Currency      aggregates.Currency `json:"currency"`
	Override      bool                `json:"override"`
}

// RepairPart is a part of a repair as it is sent.
type RepairPart struct {
	ID        uuid.UUID           `json:"id"`
	Kind      repair.Kind         `json:"kind"`
	Product   uuid.UUID           `json:"product"`
	Quantity  *aggregates.Decimal `json:"quantity"`
	Unit      string              `json:"unit"`
	UnitPrice *aggregates.Decimal `json:"unit_price"`
}

// repairLocation is where products are repaired.
const repairLocation = "WH/Repair"

func (CreateRepair) commandName() string { return "create-repair" }

func (c CreateRepair) execute(ctx context.Context, x *execution) error {
	t, err := x.service(ctx, c.Ticket, team.Repairs)
	if err != nil {
		return err
	}
	draft, err := c.draft(ctx, x, t)
	if err != nil {
		return err
	}
	for _, code := range draft.Warnings(x.now) {
		x.warn(code)
	}
	rule := func(s repair.State) ([]aggregates.Event, error) { return s.Create(draft) }
	step := func(rule func(repair.State) ([]aggregates.Event, error)) (err error) {
		if draft.Tags, err = tagged(ctx, x, repair.Model, draft.ID, c.Tags, rule); err != nil {
			return err
		}
		_, err = create(ctx, x, "repair", repair.Model, draft.ID, rule)
		return err
	}
	if draft.Product.Tracking != product.BySerial {
		return step(rule)
	}
	return takeSerials(ctx, x, keepingRepair, draft.ID, onLot, rule, step)
}

// asRefusal keeps a refusal for the rule to tell in its place; false for any
// other error.
func asRefusal(err error, keep *error) bool {
	if refused := (*aggregates.Refusal)(nil); err == nil || errors.As(err, &refused) {
		*keep = err
		return true
	}
	return false
}

// draft looks up what the repair names and fills the defaults from the ticket.
// What cannot be had is refused by the rule, in the order of domain.md 3.4.
func (c CreateRepair) draft(ctx context.Context, x *execution, t ticket.State) (repair.Draft, error) {
	d := repair.Draft{
		ID: x.newID(c.ID), Ticket: c.Ticket, Team: t.Details.Team, Quantity: c.Quantity, Unit: c.Unit, UnderWarranty: c.UnderWarranty,
		ScheduledAt: x.now, Priority: c.Priority, Currency: c.Currency, Notes: c.Notes, CreatedBy: x.req.Principal.Actor.ID,
		Submit: c.Submit, QuoteID: x.newID(nil, "quote"),
	}
	if c.ScheduledAt != nil {
		d.ScheduledAt = *c.ScheduledAt
	}
	d.Responsible = &repair.Responsible{ID: x.req.Principal.Actor.ID, Internal: true}
	if c.Responsible != "" {
		internal, err := x.worksHere(ctx, c.Responsible)
		if err != nil {
			return d, err
		}
		d.Responsible = &repair.Responsible{ID: c.Responsible, Internal: internal}
	}
	fromTicket := c.Product == uuid.Nil || c.Product == t.Details.Product
	if c.Product == uuid.Nil {
		c.Product = t.Details.Product
	}
	var err error
	if d.Product, err = x.repairProduct(ctx, "product", c.Product, t.Details.Product); err != nil {
		return d, err
	}
	if d.Customer, err = x.repairCustomer(ctx, c.Customer, t); !asRefusal(err, &d.Missing.Customer) {
		return d, err
	}
	if c.Lot == uuid.Nil && fromTicket {
		c.Lot = t.Details.Lot
	}
	if d.Lot, err = x.repairLot(ctx, c.Lot, c.Product); err != nil {
		return d, err
	}
	if d.Return, err = x.repairReturn(ctx, c.Return); !asRefusal(err, &d.Missing.Return) {
		return d, err
	}
	if d.Parts, err = x.repairParts(ctx, c.Parts, nil); err != nil {
		return d, err
	}
	if d.Currency == "" {
		if d.Currency = currencyOf(d.Parts); d.Currency == "" {
			if d.Currency, err = x.currency(ctx, x.s.Currency.Code()); err != nil {
				return d, err
			}
		}
	}
	d.Confirmation = repair.Confirmation{Location: repairLocation, Override: c.Override, By: d.CreatedBy, Return: d.Return}
	return d, nil
}

// repairProduct is a product of a repair, active unless it is one of those that
// the repair or its ticket has already.
func (x *execution) repairProduct(ctx context.Context, field string, id uuid.UUID, has ...uuid.UUID) (repair.Product, error) {
	look := x.activeProduct
	if slices.Contains(has, id) {
		look = x.currentProduct
	}
	p, err := look(ctx, field, id)
	return repair.Product{ID: p.ID, Type: p.Type, Tracking: p.Tracking, Unit: p.Unit, Digits: p.Digits, Price: p.Price}, err
}

func (x *execution) repairCustomer(ctx context.Context, id uuid.UUID, t ticket.State) (repair.Customer, error) {
	if id == uuid.Nil {
		return repair.Customer{ID: t.Details.Customer, Entity: t.Details.Entity}, nil
	}
	c, err := x.chosenCustomer(ctx, id, t.Details.Customer)
	return repair.Customer{ID: c.ID, Entity: c.Entity}, err
}

// repairLot is the lot with the product it is of, none for one that there is not.
func (x *execution) repairLot(ctx context.Context, lot, productID uuid.UUID) (*repair.Lot, error) {
	if lot == uuid.Nil {
		return nil, nil
	}
	p, err := x.currentProduct(ctx, "product", productID)
	if err != nil {
		return nil, err
	}
	if p.CheckLot(lot) == nil {
		return &repair.Lot{ID: lot, Product: productID}, nil
	}
	of, err := x.home(ctx, "lot", lot.String())
	if refusedWith(err, "lot_not_found") {
		err = nil // for the rule to tell
	}
	return &repair.Lot{ID: lot, Product: of}, err
}

// repairReturn is what the rules need to know of the return that a product
// came back with.
func (x *execution) repairReturn(ctx context.Context, id uuid.UUID) (*repair.Return, error) {
	if id == uuid.Nil {
		return nil, nil
	}
	home, err := x.home(ctx, "return", id.String())
	if err != nil {
		return nil, onField(err, "return")
	}
	d, err := load(ctx, x, picking.Model, home)
	if err != nil {
		return nil, err
	}
	r, ok := d.State.Return(id)
	if !ok {
		return nil, aggregates.Refuse("return_not_found").On("return")
	}
	return ReturnForRepair(d.State, r), nil
}

// ReturnForRepair is what the rules of a repair need to know of a return and
// the delivery it is from; a cancelled return brought what it had received.
func ReturnForRepair(d picking.State, r picking.Return) *repair.Return {
	back := &repair.Return{
		ID: r.ID, Customer: repair.Customer{ID: r.Customer, Entity: r.Entity}, Received: r.Status == picking.Received,
	}
	stock := r.Stock()
	for _, l := range r.Lines {
		if r.Status == picking.Cancelled && l.Received == 0 {
			continue
		}
		back.Lines = append(back.Lines, returnLine(d, l))
		here := repair.ReturnLine{Product: l.Product, Quantity: stock[l.ID].Rest()}
		for lot, account := range stock[l.ID].Lots {
			here.Lots = append(here.Lots, repair.ReturnLot{Lot: lot, Quantity: account.Rest()})
		}
		back.Here = append(back.Here, here)
	}
	return back
}

// returnLine is what arrived of a line, else what was announced; lots not named
// yet are those that were delivered.
func returnLine(d picking.State, l picking.ReturnLine) repair.ReturnLine {
	quantity, lots := l.Quantity, l.Lots
	if l.Received > 0 {
		quantity, lots = l.Received, l.ReceivedLots
	}
	if len(lots) == 0 {
		for _, delivered := range d.Lines {
			if delivered.ID == l.DeliveryLine {
				lots = delivered.Lots
			}
		}
	}
	line := repair.ReturnLine{Product: l.Product, Quantity: quantity}
	for _, lot := range lots {
		line.Lots = append(line.Lots, repair.ReturnLot{Lot: lot.Lot, Quantity: lot.Quantity})
	}
	return line
}
