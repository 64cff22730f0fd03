package order_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/order"
)

var (
	id       = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000001")
	customer = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000002")
	entity   = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000003")
	chair    = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000004")
	line     = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000005")
	delivery = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000006")
	invoice  = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000007")
)

func wish(change func(*order.Registered)) func(order.State) ([]aggregates.Event, error) {
	o := order.Registered{
		Order: id, Number: "SO-1", Customer: customer, Entity: entity, Currency: "EUR",
		Terms: order.Terms{RequireSignature: true},
		Lines: []order.Line{{
			ID: line, Product: chair, Quantity: aggregates.MustDecimal("10"),
			UnitPrice: aggregates.MustDecimal("30.75"), Discount: aggregates.MustDecimal("5"),
			Taxes: []order.Tax{{Name: "VAT 9%", Rate: aggregates.MustDecimal("9")}},
		}},
	}
	change(&o)
	return func(s order.State) ([]aggregates.Event, error) { return s.Register(o) }
}

// 10 × 30.75 less 5 % is 292.125, rounded away from zero.
func TestAnOrderKnowsWhatItsLinesComeTo(t *testing.T) {
	paris := time.FixedZone("", 3600)
	s := aggregatetest.For(t, order.Model).When(wish(func(o *order.Registered) {
		o.ConfirmedAt = time.Date(2026, 3, 20, 12, 0, 0, 0, paris)
	})).State()
	if got := s.Lines[0].Untaxed; got != 29213 {
		t.Errorf("untaxed: got %d, want 29213", got)
	}
	if want := time.Date(2026, 3, 20, 11, 0, 0, 0, time.UTC); s.ConfirmedAt != want {
		t.Errorf("confirmed at: got %v, want %v", s.ConfirmedAt, want)
	}
}

func TestALineWithoutIDGetsTheSameOneAtEveryRetry(t *testing.T) {
	anonymous := wish(func(o *order.Registered) {
		o.Lines[0].ID = uuid.Nil
		o.Lines = append(o.Lines, o.Lines[0])
	})
	given := aggregatetest.For(t, order.Model)
	first, again := given.When(anonymous).State().Lines, given.When(anonymous).State().Lines
	if diff := cmp.Diff(first, again); diff != "" || first[0].ID == uuid.Nil || first[0].ID == first[1].ID {
		t.Errorf("ids %v and %v, %s", first[0].ID, first[1].ID, diff)
	}
}

func TestABadOrderIsRefused(t *testing.T) {
	given := aggregatetest.For(t, order.Model)
	for _, c := range []struct {
		code   string
		change func(*order.Registered)
	}{
		{"required", func(o *order.Registered) { o.Number = "" }},
		{"required", func(o *order.Registered) { o.Lines = nil }},
		{"required", func(o *order.Registered) { o.Customer = uuid.Nil }},
		{"customer_not_found", func(o *order.Registered) { o.Entity = uuid.Nil }},
		{"invalid_value", func(o *order.Registered) { o.Currency = "XXX" }},
		{"too_long", func(o *order.Registered) { o.Lines[0].Taxes[0].Name = strings.Repeat("é", 201) }},
		{"duplicate_line", func(o *order.Registered) { o.Lines = append(o.Lines, o.Lines[0]) }},
		{"required", func(o *order.Registered) { o.Lines[0].Product = uuid.Nil }},
		{"quantity_not_positive", func(o *order.Registered) { o.Lines[0].Quantity = 0 }},
		{"invalid_value", func(o *order.Registered) { o.Lines[0].Discount = aggregates.MustDecimal("100.01") }},
		{"amount_too_large", func(o *order.Registered) { o.Lines[0].UnitPrice = aggregates.MustDecimal("100000000000.01") }},
		{"amount_too_large", func(o *order.Registered) { o.Lines[0].UnitPrice = aggregates.MustDecimal("-100000000000.01") }},
		{"amount_too_large", func(o *order.Registered) {
			o.Lines[0].UnitPrice, o.Lines[0].Discount = aggregates.MustDecimal("60000000000"), 0
			o.Lines = append(o.Lines, order.Line{Product: chair, Quantity: aggregates.NewDecimal(1), UnitPrice: aggregates.MustDecimal("-400000000000")})
		}},
	} {
		given.When(wish(c.change)).Refused(c.code)
	}
	aggregatetest.For(t, order.Model, order.Registered{Order: id}).
		When(wish(func(*order.Registered) {})).Refused("already_exists")
}

func TestLinkingTwiceChangesNothing(t *testing.T) {
	linkDelivery := func(s order.State) ([]aggregates.Event, error) { return s.LinkDelivery(delivery) }
	linkInvoice := func(s order.State) ([]aggregates.Event, error) { return s.LinkInvoice(invoice) }
	given := aggregatetest.For(t, order.Model, order.Registered{Order: id})
	given.When(linkDelivery).Then(order.DeliveryLinked{Delivery: delivery})
	given.When(linkInvoice).Then(order.InvoiceLinked{Invoice: invoice})

	linked := aggregatetest.For(t, order.Model, order.Registered{Order: id},
		order.DeliveryLinked{Delivery: delivery}, order.InvoiceLinked{Invoice: invoice})
	linked.When(linkDelivery).Then()
	linked.When(linkInvoice).Then()
}

// R-08, 3.1 rules 8 and 9: an order of this customer that contains the product.
func TestAnOrderStandsOnlyBesideItsCustomerAndProducts(t *testing.T) {
	s := aggregatetest.For(t, order.Model).When(wish(func(*order.Registered) {})).State()
	for _, c := range []struct {
		entity, product uuid.UUID
		code            string
	}{
		{entity, chair, ""},
		{entity, uuid.Nil, ""},
		{customer, chair, "order_other_customer"},
		{entity, delivery, "order_without_product"},
	} {
		var code string
		if r, ok := errors.AsType[*aggregates.Refusal](s.CheckFor(c.entity, c.product)); ok {
			code = r.Code
		}
		if code != c.code {
			t.Errorf("entity %s, product %s: got %q, want %q", c.entity, c.product, code, c.code)
		}
	}
}

// Law: whatever the numbers, the discounted price lies between nothing and the
// full price.
func TestADiscountNeverChangesTheSignOfALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := order.Line{
			Product:   chair,
			Quantity:  aggregates.Decimal(rapid.Int64Range(1, 1_000_000_000_000).Draw(t, "quantity")),
			UnitPrice: aggregates.Decimal(rapid.Int64Range(-1_000_000_000_000, 1_000_000_000_000).Draw(t, "price")),
			Discount:  aggregates.Decimal(rapid.Int64Range(0, 100_000_000).Draw(t, "discount")),
		}
		events, err := wish(func(o *order.Registered) { o.Lines = []order.Line{l} })(order.State{})
		if err != nil {
			t.Fatal(err)
		}
		full := aggregates.Extend(l.Quantity, l.UnitPrice, 0, "EUR")
		got := events[0].(order.Registered).Lines[0].Untaxed
		if got < min(0, full) || got > max(0, full) {
			t.Fatalf("%v: untaxed %d, full price %d", l, got, full)
		}
	})
}
