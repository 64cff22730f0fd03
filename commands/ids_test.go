package commands_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/commands"
)

// twice are commands that make a document of one id in the stream of either of
// two others, and the streams.
func (w *world) twice() map[string]struct {
	kind    string
	command func(place string) commands.Command
	stream  func(place string) string
} {
	w.t.Helper()
	w.furnish()
	w.invoice("second", "sale")
	w.do("second delivery", &commands.PlanDelivery{ID: ref("second delivery"), Customer: id("customer"), Validate: true, Lines: []commands.DeliveryLine{
		{ID: id("second delivery-line"), Product: id("product"), Quantity: aggregates.NewDecimal(3)},
	}})
	for _, name := range []string{"invoice", "second"} {
		w.do(name+" tracked", &commands.RegisterProduct{ID: ref(name + " tracked"), Name: name, Tracking: product.ByLot})
	}
	deliveries := map[string]string{"invoice": "delivery", "second": "second delivery"}
	onInvoice := func(place string) string { return invoice.Model.Stream(id(place)) }
	return map[string]struct {
		kind    string
		command func(place string) commands.Command
		stream  func(place string) string
	}{
		"payment": {"payment", func(place string) commands.Command {
			return &commands.RegisterPayment{Invoice: id(place), ID: ref("payment"), Amount: aggregates.Money{Minor: 100, Currency: "EUR"}, PaidOn: day}
		}, onInvoice},
		"refund": {"credit_note", func(place string) commands.Command {
			c := refund(invoice.Reverse)
			c.Invoices, c.ID = []uuid.UUID{id(place)}, ref("refund")
			return c
		}, onInvoice},
		"draft of accounting": {"credit_note", func(place string) commands.Command {
			return &commands.DraftCreditNote{Invoice: id(place), ID: ref("draft"), ReversalDate: day}
		}, onInvoice},
		"return": {"return", func(place string) commands.Command {
			return &commands.ReverseTransfer{Ticket: id("ticket"), ID: ref("return"), Delivery: id(deliveries[place]), ReturnLocation: id("location")}
		}, func(place string) string { return picking.Model.Stream(id(deliveries[place])) }},
		"lot": {"lot", func(place string) commands.Command {
			return &commands.RegisterLot{Product: id(place + " tracked"), ID: ref("lot"), Name: "L1"}
		}, func(place string) string { return product.Model.Stream(id(place + " tracked")) }},
	}
}

// Ids of clients are unique (domain.md 2.0): of two commands with one id, one of
// which comes right before the other is appended, one has it.
func TestAnIDIsGivenOnceWhoeverComesBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := newService(w)
	for name, c := range w.twice() {
		var between error
		w.store.Store = &meddler{Store: w.env.Store, stream: c.stream("invoice"), then: func() {
			_, between = other.Execute(t.Context(), commands.Request{Principal: admin, Key: name + " second", Hash: name}, c.command("second"))
		}}
		w.do(name, c.command("invoice"))
		wantRefusal(t, name+" in between", between, "already_exists")
		_, err := w.try(name+" afterwards", c.command("second"))
		wantRefusal(t, name+" afterwards", err, "already_exists")
	}
}

// A command that is overtaken when it has claimed its id, and refused, gives it
// back.
func TestAnOvertakenCommandGivesItsIDBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := newService(w)
	c := w.twice()["refund"]
	w.store.Store = &meddler{Store: w.env.Store, stream: c.stream("invoice"), then: func() {
		if _, err := other.Execute(t.Context(), commands.Request{Principal: admin, Key: "all", Hash: "all"}, refund(invoice.ReverseAndCreateInvoice)); err != nil {
			t.Error(err)
		}
	}}
	_, err := w.try("refund", c.command("invoice"))
	wantRefusal(t, "overtaken", err, "invoice_fully_credited")
	w.do("refund", c.command("second")) // under the same key, too
}

// A command that died when it had claimed its id may be repeated. Nobody else
// gets the id while it may still be at work, and anybody afterwards, unless it
// has used it.
func TestAClaimOfACommandThatDiedLapses(t *testing.T) {
	t.Parallel()
	for _, appends := range []int{0, 1} { // the claim alone, or the payment too
		w := newWorld(t)
		c := w.twice()["payment"]
		w.store.dieAt(appends)
		if _, err := w.try("payment", c.command("invoice")); err == nil {
			t.Fatal("the process did not die")
		}
		w.store.live()
		w.restart()
		_, err := w.try("other", c.command("second"))
		wantRefusal(t, "while it may be at work", err, "already_exists")
		w.Now = func() time.Time { return time.Date(2026, 3, 1, 12, 2, 0, 0, time.UTC) }
		if appends == 1 {
			_, err := w.try("other", c.command("second"))
			wantRefusal(t, "of an id that was used", err, "already_exists")
			w.do("payment", c.command("invoice"))
			continue
		}
		w.do("other", c.command("second"))
		_, err = w.try("payment", c.command("invoice"))
		wantRefusal(t, "repeated too late", err, "already_exists")
	}
}

// An id that the server derives costs no claim.
func TestOnlyIDsOfClientsAreClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	w.do("refund", refund(invoice.ReverseAndCreateInvoice))
	w.do("return", &commands.ReverseTransfer{Ticket: id("ticket"), Delivery: id("delivery"), ReturnLocation: id("location")})
	for _, e := range w.log() {
		if c, ok := e.Event.(directory.Claimed); ok {
			t.Errorf("claimed: %+v", c)
		}
	}
}
