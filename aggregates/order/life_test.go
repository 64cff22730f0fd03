package order_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/check"
	"aftersales/aggregates/order"
)

type rule = func(order.State) ([]aggregates.Event, error)

const png = "data:image/png;base64,iVBORw0KGgo="

var (
	noon   = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	mailed = uuid.MustParse("bd1c3a10-0000-4000-8000-000000000008")
	signed = order.Signature{Name: "Customer A", Image: png}
)

func send(until aggregates.Date) rule {
	return func(s order.State) ([]aggregates.Event, error) {
		return s.Send("Customer A", "a@example.com", until, "2026-03-20")
	}
}

func confirm(s order.State) ([]aggregates.Event, error) { return s.Confirm(delivery, noon) }

func accept(by order.Signature, day aggregates.Date) rule {
	return func(s order.State) ([]aggregates.Event, error) { return s.Accept(by, delivery, noon, day) }
}

func decline(why string) rule {
	return func(s order.State) ([]aggregates.Event, error) { return s.Decline(why) }
}

// quotation is an order in draft to which the rules then happened.
func quotation(t *testing.T, rules ...rule) aggregatetest.Given[order.State] {
	t.Helper()
	var s order.State
	var all []aggregates.Event
	for _, r := range append([]rule{wish(func(*order.Registered) {})}, rules...) {
		events, err := r(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, events...)
		s = order.Model.Fold(all...)
	}
	return aggregatetest.For(t, order.Model, all...)
}

// 2.6: from quotation to sale, as far as the table goes.
func TestAQuotationBecomesASale(t *testing.T) {
	sale := order.Confirmed{At: noon, Delivery: delivery}
	quotation(t).When(confirm).Then(sale)
	quotation(t, send("")).When(confirm).Then(sale)
	quotation(t, confirm).When(confirm).Then()
	quotation(t, order.State.Cancel).When(confirm).Refused("order_not_quotation")
	if s := quotation(t, send("2026-03-21")).When(confirm).State(); s.Status != order.StatusSale || s.ConfirmedAt != noon {
		t.Errorf("%+v", s)
	}
}

// 2.6: a quotation is sent, and sent again, until it is answered.
func TestAQuotationIsSent(t *testing.T) {
	quotation(t).When(send("2026-03-20")).Then(order.QuotationSent{Recipient: "a@example.com", ValidUntil: "2026-03-20"})
	quotation(t).When(send("2026-03-19")).Refused("expiration_in_past")
	quotation(t).When(func(s order.State) ([]aggregates.Event, error) { return s.Send("Customer A", "", "", "2026-03-20") }).
		Refused("recipient_without_email")
	quotation(t, send("2026-03-25")).When(send("")).Then(order.QuotationSent{Recipient: "a@example.com", ValidUntil: "2026-03-25"})
	quotation(t, confirm).When(send("")).Refused("order_not_quotation")
}

// 2.6: the customer signs through the last valid day, or declines with a message.
func TestTheCustomerAnswersAQuotation(t *testing.T) {
	yes := order.Confirmed{At: noon, Delivery: delivery, Signature: &signed}
	quotation(t, send("2026-03-20")).When(accept(signed, "2026-03-20")).Then(yes)
	quotation(t, send("")).When(accept(signed, "2027-01-01")).Then(yes)
	quotation(t, send("2026-03-20")).When(accept(signed, "2026-03-21")).Refused("quote_expired")
	quotation(t, send("")).When(accept(order.Signature{Name: " ", Image: png}, "2026-03-20")).Refused("required")
	quotation(t, send("")).When(accept(order.Signature{Name: strings.Repeat("ت", check.MaxName+1), Image: png}, "2026-03-20")).Refused("too_long")
	quotation(t, send("")).When(accept(order.Signature{Name: "Customer A"}, "2026-03-20")).Refused("signature_missing")
	quotation(t, send(""), accept(signed, "2026-03-20")).When(accept(signed, "2026-03-20")).Then()
	quotation(t, send("")).When(decline(strings.Repeat("ت", check.MaxReason+1))).Refused("too_long")
	quotation(t, send("")).When(decline("Too dear")).Then(order.QuotationDeclined{Reason: "Too dear"})
	quotation(t, send("")).When(decline(" ")).Refused("required")
	quotation(t, confirm).When(decline("Too late")).Refused("order_not_quotation")
	quotation(t, send(""), decline("Too dear")).When(accept(signed, "2026-03-20")).Refused("order_not_quotation")
}

// Section 4: only a quotation that is not signed can be signed; the same signature
// again is a repeat, another one is not thrown away in silence.
func TestAQuotationIsSignedOnce(t *testing.T) {
	other := order.Signature{Name: "Somebody else", Image: png}
	sold := quotation(t, send(""), accept(signed, "2026-03-20"))
	sold.When(accept(order.Signature{Name: " Customer A ", Image: png}, "2027-01-01")).Then()
	sold.When(accept(other, "2026-03-20")).Refused("order_already_signed")
	sold.When(accept(order.Signature{Name: "Customer A", Image: "no image"}, "2026-03-20")).Refused("order_already_signed")
	quotation(t, send(""), accept(signed, "2026-03-20"), order.State.Cancel).When(accept(signed, "2026-03-20")).Refused("order_not_quotation")
	quotation(t, send(""), confirm).When(accept(signed, "2026-03-20")).Refused("order_not_quotation")

	unpaid := asking(t, order.Terms{RequireSignature: true, RequirePayment: true}, accept(signed, "2026-03-20"))
	unpaid.When(accept(signed, "2026-03-20")).Then()
	unpaid.When(accept(other, "2026-03-20")).Refused("order_already_signed")
}

func TestAnOrderIsCancelledUnlessItIsLocked(t *testing.T) {
	quotation(t, confirm).When(order.State.Lock).Then(order.Locked{})
	quotation(t, confirm, order.State.Lock).When(order.State.Lock).Then()
	quotation(t).When(order.State.Lock).Refused("order_not_confirmed")
	quotation(t).When(order.State.Unlock).Refused("order_not_confirmed")
	quotation(t, confirm, order.State.Lock).When(order.State.Cancel).Refused("order_locked")
	quotation(t, confirm, order.State.Lock, order.State.Unlock).When(order.State.Cancel).Then(order.Cancelled{})
	quotation(t, order.State.Cancel).When(order.State.Cancel).Then()
}

func TestACancelledOrderBecomesAQuotationAgain(t *testing.T) {
	again := quotation(t, send("2026-03-20"), accept(signed, "2026-03-20"), order.State.Cancel).When(order.State.SetToQuotation)
	again.Then(order.ReturnedToQuotation{})
	if s := again.State(); s.Status != order.StatusDraft || !s.ConfirmedAt.IsZero() || s.ValidUntil != "" || s.Signature != nil {
		t.Errorf("%+v", s)
	}
	quotation(t).When(order.State.SetToQuotation).Then()
	quotation(t, confirm).When(order.State.SetToQuotation).Refused("order_not_cancelled")
}

// What became of a mail is noted once, whoever notes it again.
func TestAMailWithAQuotationIsNotedOnce(t *testing.T) {
	wentOut := func(s order.State) ([]aggregates.Event, error) { return s.NoteSent(mailed, "a@example.com", "1@x") }
	failed := func(s order.State) ([]aggregates.Event, error) { return s.NoteFailed(mailed, "a@example.com", "gone") }
	quotation(t, send("")).When(wentOut).Then(order.QuotationEmailSent{Request: mailed, Recipient: "a@example.com", MessageID: "1@x"})
	quotation(t, send("")).When(failed).Then(order.QuotationEmailFailed{Request: mailed, Recipient: "a@example.com", Cause: "gone"})
	quotation(t, send(""), wentOut).When(failed).Then()
	quotation(t, send(""), failed).When(wentOut).Then()
}

// Law: whatever is asked for in whatever order, only a sale has a date and a
// lock, and a locked order stays a sale.
func TestOnlyASaleIsConfirmedOrLocked(t *testing.T) {
	rules := []rule{
		send(""), confirm, accept(signed, "2026-03-20"), decline("no"), pay,
		order.State.Lock, order.State.Unlock, order.State.Cancel, order.State.SetToQuotation,
	}
	rapid.Check(t, func(t *rapid.T) {
		terms := order.Terms{RequireSignature: rapid.Bool().Draw(t, "sign"), RequirePayment: rapid.Bool().Draw(t, "pay")}
		events, err := wish(func(o *order.Registered) { o.Terms = terms })(order.State{})
		if err != nil {
			t.Fatal(err)
		}
		s := order.Model.Fold(events...)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			before := s
			events, err := rapid.SampledFrom(rules).Draw(t, "rule")(s)
			if err != nil {
				continue
			}
			for _, e := range events {
				s = order.Model.Evolve(s, e)
			}
			if s.Status != order.StatusCancelled && (s.Status == order.StatusSale) == s.ConfirmedAt.IsZero() {
				t.Fatalf("%s, confirmed at %v", s.Status, s.ConfirmedAt)
			}
			if (before.Locked || s.Locked) && s.Status != order.StatusSale {
				t.Fatalf("%s, locked %v", s.Status, s.Locked)
			}
		}
	})
}
