package order_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/order"
)

func pay(s order.State) ([]aggregates.Event, error) {
	return s.ReportPayment(order.PaymentReported{At: noon, Reference: "psp-1"}, delivery)
}

// asking is a quotation that was sent and asks for a signature, a payment, or both.
func asking(t *testing.T, terms order.Terms, rules ...rule) aggregatetest.Given[order.State] {
	t.Helper()
	events, err := wish(func(o *order.Registered) { o.Terms, o.ValidUntil = terms, "2026-03-20" })(order.State{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range append([]rule{send("")}, rules...) {
		more, err := r(order.Model.Fold(events...))
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, more...)
	}
	return aggregatetest.For(t, order.Model, events...)
}

// 2.6: the customer's signature makes a sale if no payment is needed, their
// payment if no signature is missing.
func TestAQuotationAsksForSignatureOrPayment(t *testing.T) {
	paid := order.PaymentReported{At: noon, Reference: "psp-1"}
	both := order.Terms{RequireSignature: true, RequirePayment: true}
	today := aggregates.Date("2026-03-20")
	asking(t, both).When(accept(signed, today)).Then(order.QuotationSigned{At: noon, Signature: signed})
	asking(t, both, accept(signed, today)).When(accept(signed, today)).Then()
	asking(t, both, accept(signed, today)).When(pay).Then(paid, order.Confirmed{At: noon, Delivery: delivery, Signature: &signed})
	asking(t, both).When(pay).Then(paid)
	asking(t, both, pay).When(pay).Then()
	asking(t, both, pay).When(accept(signed, today)).Then(order.Confirmed{At: noon, Delivery: delivery, Signature: &signed})
	asking(t, order.Terms{RequirePayment: true}).When(pay).Then(paid, order.Confirmed{At: noon, Delivery: delivery})
	asking(t, order.Terms{RequirePayment: true}).When(accept(signed, today)).Refused("signature_not_expected")
	asking(t, order.Terms{RequirePayment: true}).When(decline("Too dear")).Refused("signature_not_expected")
	asking(t, order.Terms{RequireSignature: true}).When(pay).Refused("payment_not_expected")
	asking(t, both, confirm).When(pay).Refused("order_not_quotation")
	asking(t, both).When(func(s order.State) ([]aggregates.Event, error) {
		return s.ReportPayment(order.PaymentReported{Amount: &aggregates.Money{Minor: 1, Currency: "USD"}}, delivery)
	}).Refused("invalid_value")
	asking(t, both).When(func(s order.State) ([]aggregates.Event, error) {
		return s.ReportPayment(order.PaymentReported{Reference: strings.Repeat("x", check.MaxReason+1)}, delivery)
	}).Refused("too_long")
}

// 2.6: the last day to accept may be told when the order is, and again when it
// is sent.
func TestAQuotationHasItsLastDayFromTheStart(t *testing.T) {
	sign := order.Terms{RequireSignature: true}
	asking(t, sign).When(accept(signed, "2026-03-21")).Refused("quote_expired")
	asking(t, sign, send("2026-03-21")).When(accept(signed, "2026-03-21")).
		Then(order.Confirmed{At: noon, Delivery: delivery, Signature: &signed})
	s := asking(t, sign).When(func(order.State) ([]aggregates.Event, error) { return nil, nil }).State()
	if s.ValidUntil != "2026-03-20" {
		t.Errorf("valid until %s", s.ValidUntil)
	}
	if _, err := s.Send("Customer A", "a@example.com", "", "2026-03-21"); err == nil {
		t.Error("sent after its last day")
	}
}

// What became of the delivery of a sale is noted for that sale, once.
func TestADeliveryThatCannotBePlannedIsNoted(t *testing.T) {
	note := func(of uuid.UUID) rule {
		return func(s order.State) ([]aggregates.Event, error) { return s.NoteUnplanned(of, "serial_quantity") }
	}
	sale := quotation(t, confirm)
	sale.When(note(delivery)).Then(order.DeliveryNotPlanned{Delivery: delivery, Cause: "serial_quantity"})
	sale.When(note(invoice)).Then()
	quotation(t, confirm, note(delivery)).When(note(delivery)).Then()
	again := quotation(t, confirm, note(delivery), order.State.Cancel, order.State.SetToQuotation)
	if s := again.When(func(s order.State) ([]aggregates.Event, error) { return s.Confirm(invoice, noon.Add(time.Hour)) }).State(); s.Unplanned != "" || s.Planned != invoice {
		t.Errorf("%+v", s)
	}
}

// 2.9: a coupon is noted once, and only on an order that is there.
func TestACouponIsLinkedOnce(t *testing.T) {
	link := func(s order.State) ([]aggregates.Event, error) { return s.LinkCoupon(chair) }
	quotation(t).When(link).Then(order.CouponLinked{Coupon: chair})
	quotation(t, link).When(link).Then()
	aggregatetest.For(t, order.Model).When(link).Then()
}
