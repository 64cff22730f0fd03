package commands_test

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/commands"
)

// pay registers a payment of that many euros on an invoice.
func (w *world) pay(name, amount string) *commands.RegisterPayment {
	w.t.Helper()
	c := &commands.RegisterPayment{Invoice: id(name), ID: ref(name + " payment"), Amount: euros(w.t, amount), PaidOn: day}
	w.do("pay "+name, c)
	return c
}

func euros(t *testing.T, amount string) aggregates.Money {
	t.Helper()
	m, err := aggregates.ParseMoney(amount, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// another makes a posted invoice over pieces of 10.00.
func (w *world) another(name string, pieces int64) {
	w.t.Helper()
	w.do(name, &commands.DraftInvoice{
		ID: ref(name), Customer: id("customer"), Journal: id("journal"), Currency: "EUR", InvoiceDate: day, Post: true,
		Lines: []commands.InvoiceLine{{
			ID: id(name + " line"), Product: id("product"), Quantity: aggregates.NewDecimal(pieces), UnitPrice: new(aggregates.NewDecimal(10)),
		}},
	})
}

// openCredit pays the invoice and credits it, which leaves 30.00 open, and makes
// the posted invoice "target" of 20.00.
func (w *world) openCredit() uuid.UUID {
	w.t.Helper()
	w.pay("invoice", "30.00")
	note := w.do("first refund", refund(invoice.Reverse)).Documents[0].ID
	w.do("post", &commands.PostCreditNote{CreditNote: note})
	w.another("target", 2)
	return note
}

// invoices are all invoices, folded from the log.
func (w *world) invoices() map[uuid.UUID]invoice.State {
	w.t.Helper()
	all := map[uuid.UUID]invoice.State{}
	for _, e := range w.log() {
		if category, key := aggregates.SplitStream(e.Stream); category == invoice.Model.Category {
			of := uuid.MustParse(key)
			all[of] = invoice.Model.Evolve(all[of], e.Event)
		}
	}
	return all
}

// Example 5 under a race: whoever asks at the same moment for the same open
// payment, and whoever else pays the invoices meanwhile, its money is allocated
// once.
func TestAnOpenPaymentIsAllocatedOnceInARace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	payment := *w.pay("invoice", "30.00").ID
	w.do("reverse", refund(invoice.ReverseAndCreateInvoice))
	targets := []string{"first", "second", "third"}
	for _, name := range targets {
		w.another(name, 2)
	}
	var racing sync.WaitGroup
	for _, name := range targets {
		for _, c := range []struct {
			key string
			c   commands.Command
		}{
			{"allocate to " + name, &commands.RegisterPayment{Invoice: id(name), Payment: payment}},
			{"allocate again to " + name, &commands.RegisterPayment{Invoice: id(name), Payment: payment}},
			{"pay " + name, &commands.RegisterPayment{Invoice: id(name), Amount: euros(t, "15.00"), PaidOn: day}},
		} {
			racing.Go(func() {
				if _, err := w.try(c.key, c.c); err != nil && !errors.As(err, new(*aggregates.Refusal)) {
					t.Errorf("%s: %v", c.key, err)
				}
			})
		}
	}
	racing.Wait()
	all := w.invoices()
	p, _ := all[id("invoice")].Payment(payment)
	given := p.Open()
	for _, name := range targets {
		for _, taken := range all[id(name)].Payments {
			if taken.Origin == payment {
				given += taken.Amount
			}
		}
	}
	if given != p.Amount || p.Open() == p.Amount {
		t.Errorf("of %d, %d is open or allocated: %+v", p.Amount, given, p)
	}
	explained(t, slices.Collect(maps.Values(all)))
}

// What a payment, quicker than the open money, left of the due is all that the
// open money pays; the rest is open again, whoever completes the command.
func TestMoneyReservedForAnInvoiceThatWasPaidMeanwhileIsOpenAgain(t *testing.T) {
	t.Parallel()
	for quicker, want := range map[string]struct{ open, residual int64 }{"5.00": {1500, 0}, "20.00": {3000, 0}} {
		w := newWorld(t)
		w.furnish()
		payment := *w.pay("invoice", "30.00").ID
		w.do("reverse", refund(invoice.ReverseAndCreateInvoice))
		w.another("target", 2)
		w.store.dieAt(0)
		allocate := &commands.RegisterPayment{Invoice: id("target"), Payment: payment}
		if _, err := w.try("allocate", allocate); err == nil {
			t.Fatal("the process did not die")
		}
		w.store.live()
		w.restart()
		w.pay("target", quicker)
		w.react()
		all := w.invoices()
		p, _ := all[id("invoice")].Payment(payment)
		if got := all[id("target")].Residual; p.Open() != want.open || got != want.residual {
			t.Errorf("%s quicker: %d open, residual %d, want %+v", quicker, p.Open(), got, want)
		}
		explained(t, slices.Collect(maps.Values(all)))
		if !w.do("allocate", allocate).Replayed {
			t.Error("the command was not completed")
		}
	}
}

// Whoever asks at the same moment for the same open credit, pays the invoices
// meanwhile or pays the credit out, it is given once.
func TestOpenCreditIsAllocatedOnceInARace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	note := w.openCredit()
	w.another("second", 2)
	var racing sync.WaitGroup
	for key, c := range map[string]commands.Command{
		"allocate":       &commands.AllocateCredit{CreditNote: note, Invoice: id("target")},
		"allocate again": &commands.AllocateCredit{CreditNote: note, Invoice: id("target")},
		"allocate too":   &commands.AllocateCredit{CreditNote: note, Invoice: id("second")},
		"pay":            &commands.RegisterPayment{Invoice: id("target"), Amount: euros(t, "15.00"), PaidOn: day},
		"pay out":        &commands.PayOutCreditNote{CreditNote: note, Amount: euros(t, "7.00")},
		"release":        &commands.ReleasePayment{Payment: id("invoice payment")},
	} {
		racing.Go(func() {
			if _, err := w.try(key, c); err != nil && !errors.As(err, new(*aggregates.Refusal)) {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	racing.Wait()
	explained(t, slices.Collect(maps.Values(w.invoices())))
}

// Credit that a quicker payment left no room for is open again, whoever completes
// the command.
func TestCreditReservedForAnInvoiceThatWasPaidMeanwhileIsOpenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	note := w.openCredit()
	w.store.dieAt(0)
	allocate := &commands.AllocateCredit{CreditNote: note, ID: ref("allocation"), Invoice: id("target")}
	if _, err := w.try("allocate", allocate); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	w.pay("target", "15.00")
	release := &commands.ReleaseCredit{CreditNote: note, Allocation: id("allocation")}
	_, err := w.try("release", release)
	wantRefusal(t, "release of what is on its way", err, "contended")
	w.react()
	all := w.invoices()
	n, _ := all[id("invoice")].CreditNote(note)
	if n.Residual != 2500 || all[id("target")].Residual != 0 || all[id("target")].PaymentState != invoice.Paid {
		t.Errorf("%d open, %d due, %s", n.Residual, all[id("target")].Residual, all[id("target")].PaymentState)
	}
	w.do("release", release)
	all = w.invoices()
	if n, _ = all[id("invoice")].CreditNote(note); n.Residual != 3000 || all[id("target")].Residual != 500 {
		t.Errorf("after its release %d open, %d due", n.Residual, all[id("target")].Residual)
	}
	explained(t, slices.Collect(maps.Values(all)))
}

// Two credit notes whose clients chose one id for their allocations: what the
// invoice took is the first one's, the other's is open again, and neither can
// release what is not its own.
func TestAnAllocationOfAnotherCreditNoteWithTheSameIDIsNotTakenForOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	first := w.openCredit()
	w.another("other", 1)
	w.pay("other", "10.00")
	second := w.do("second refund", &commands.IssueRefund{
		Ticket: id("ticket"), Invoices: []uuid.UUID{id("other")}, ReversalDate: day, Mode: invoice.Reverse,
	}).Documents[0].ID
	w.do("post second", &commands.PostCreditNote{CreditNote: second})
	ten := euros(t, "10.00")
	w.store.dieAt(0)
	if _, err := w.try("allocate", &commands.AllocateCredit{CreditNote: first, ID: ref("same"), Invoice: id("target"), Amount: &ten}); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	w.do("allocate second", &commands.AllocateCredit{CreditNote: second, ID: ref("same"), Invoice: id("target")})
	release := &commands.ReleaseCredit{CreditNote: first, Allocation: id("same")}
	_, err := w.try("release", release)
	wantRefusal(t, "release of another's", err, "allocation_not_found")
	w.react()
	_, err = w.try("release", release)
	wantRefusal(t, "release of another's", err, "allocation_not_found")

	all := w.invoices()
	a, _ := all[id("invoice")].CreditNote(first)
	b, _ := all[id("other")].CreditNote(second)
	if due := all[id("target")].Residual; a.Residual != 3000 || b.Residual != 0 || due != 1000 {
		t.Errorf("%d and %d open, %d due", a.Residual, b.Residual, due)
	}
	explained(t, slices.Collect(maps.Values(all)))
}
