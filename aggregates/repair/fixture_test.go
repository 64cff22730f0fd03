package repair_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
)

func id(name string) uuid.UUID { return aggregates.DeriveID("repair test", name) }

func dec(s string) *aggregates.Decimal {
	d := aggregates.MustDecimal(s)
	return &d
}

var (
	at       = time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	customer = repair.Customer{ID: id("customer"), Entity: id("entity")}
	machine  = goods("machine")
	pump     = goods("pump")
	inStock  = repair.Confirmation{By: "agent-1", Return: here("1000000")}
)

// here is a return of which so many machines are there, and so many of each lot.
func here(quantity string) *repair.Return {
	r := &repair.Return{ID: id("return"), Customer: customer, Here: []repair.ReturnLine{{Product: machine.ID, Quantity: *dec(quantity)}}}
	for _, lot := range []string{"L1", "L2", "SN1"} {
		r.Here[0].Lots = append(r.Here[0].Lots, repair.ReturnLot{Lot: id(lot), Quantity: *dec(quantity)})
	}
	return r
}

func goods(name string) repair.Product {
	return repair.Product{ID: id(name), Type: product.Goods, Tracking: product.Untracked, Unit: "unit", Digits: 2}
}

func tracked(p repair.Product, by product.Tracking) repair.Product {
	p.Tracking = by
	return p
}

func listed(p repair.Product, amount string, c aggregates.Currency) repair.Product {
	m, err := aggregates.ParseMoney(amount, c)
	if err != nil {
		panic(err)
	}
	p.Price = &m
	return p
}

// part is a wish for a part with a negotiated price.
func part(name string, kind repair.Kind, quantity, price string) repair.PartRequest {
	return repair.PartRequest{ID: id(name), Kind: kind, Product: pump, Quantity: dec(quantity), UnitPrice: dec(price)}
}

// draft is a complete wish for a repair of the machine.
func draft(change ...func(*repair.Draft)) repair.Draft {
	d := repair.Draft{
		ID: id("repair"), Ticket: id("ticket"), Customer: customer, Product: machine,
		ScheduledAt: at, Currency: "EUR", CreatedBy: "agent-1", Confirmation: inStock, QuoteID: id("quote"),
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

type rule = func(repair.State) ([]aggregates.Event, error)

func create(change ...func(*repair.Draft)) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.Create(draft(change...)) }
}

func confirm(c repair.Confirmation) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.Confirm(c) }
}

func start() rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.Start(inStock) }
}

func end(used ...repair.Used) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.End(repair.Ending{Used: used}) }
}

func warranty(on bool) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.SetWarranty(on) }
}

func parts(requests ...repair.PartRequest) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.ChangeParts("EUR", requests) }
}

func quote() rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.CreateQuote(id("quote"), "EUR") }
}

// after are the events of rules that follow each other from nothing.
func after(t *testing.T, rules ...rule) []aggregates.Event {
	t.Helper()
	var events []aggregates.Event
	for _, r := range rules {
		more, err := r(repair.Model.Fold(events...))
		if err != nil {
			t.Fatalf("given: %v", err)
		}
		events = append(slices.Clip(events), more...)
	}
	return events
}

func given(t *testing.T, rules ...rule) aggregatetest.Given[repair.State] {
	t.Helper()
	return aggregatetest.For(t, repair.Model, after(t, rules...)...)
}

func withParts(requests ...repair.PartRequest) func(*repair.Draft) {
	return func(d *repair.Draft) { d.Parts = requests }
}

func submit(s repair.Submit) func(*repair.Draft) {
	return func(d *repair.Draft) { d.Submit = s }
}
