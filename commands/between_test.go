package commands_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/invoice"
	"aftersales/commands"
	"aftersales/eventstore"
)

// between is a store in which something else happens right before the first
// append to a stream of a category: after the decision, before it is recorded.
type between struct {
	eventstore.Store
	category string
	once     sync.Once
	happens  func()
}

func (b *between) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if strings.HasPrefix(stream, b.category+"-") {
		b.once.Do(b.happens)
	}
	return b.Store.Append(ctx, stream, expected, events)
}

// meanwhile lets another process do something right before this one appends.
func (w *world) meanwhile(category string, happens func(other *world)) {
	w.t.Helper()
	other := &world{t: w.t, env: w.env, store: &faulty{Store: w.env.Store, remaining: -1}}
	other.restart()
	w.store.Store = &between{Store: w.env.Store, category: category, happens: func() { happens(other) }}
}

// lamp is an invoice for a lamp at 1.5.
func lamp(name string, code aggregates.Currency, date aggregates.Date) *commands.DraftInvoice {
	return &commands.DraftInvoice{
		ID: ref(name), Customer: id("customer"), Journal: id("journal"), Currency: code, InvoiceDate: date, Post: true,
		Lines: []commands.InvoiceLine{{Product: id("product"), Quantity: aggregates.NewDecimal(1), UnitPrice: new(aggregates.MustDecimal("1.5"))}},
	}
}

func registered(code string, digits int) *commands.RegisterCurrency {
	return &commands.RegisterCurrency{Code: code, Digits: &digits}
}

// Decision 15: a registration and the first use at the same moment; whichever is
// first in the currency's stream decides, and nothing is recorded in other digits.
func TestARegistrationAndTheFirstUseAgree(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	w.meanwhile("currency", func(other *world) { other.do("register", registered("USD", 3)) })
	_, err := w.try("invoice in dollars", lamp("dollars", "USD", day))
	wantRefusal(t, "a currency registered in between", err, "contended")
	if _, recorded := w.invoices()[id("dollars")]; recorded {
		t.Error("it was recorded in digits that the dollar has not")
	}
	w.do("invoice in dollars", lamp("dollars", "USD", day))
	if got := w.invoices()[id("dollars")]; got.Currency != "USD:3" || got.Total != 1500 {
		t.Errorf("%d in %s", got.Total, got.Currency)
	}
	w.meanwhile("currency", func(other *world) { other.do("first use", lamp("yen", "JPY", day)) })
	_, err = w.try("register yen", registered("JPY", 2))
	wantRefusal(t, "a currency used in between", err, "currency_digits_fixed")
	if got := w.invoices()[id("yen")]; got.Currency != "JPY" || got.Total != 2 {
		t.Errorf("%d in %s", got.Total, got.Currency)
	}
	events := map[aggregates.Currency][]string{}
	for _, e := range w.log() {
		switch e := e.Event.(type) {
		case currency.Registered:
			events[aggregates.CurrencyOf(e.Code, e.Digits)] = append(events[aggregates.CurrencyOf(e.Code, e.Digits)], "registered")
		case currency.FirstUsed:
			events[aggregates.CurrencyOf(e.Code, e.Digits)] = append(events[aggregates.CurrencyOf(e.Code, e.Digits)], "used")
		}
	}
	want := map[aggregates.Currency][]string{"EUR": {"used"}, "USD:3": {"registered"}, "JPY": {"used"}}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Decision 16: the books are locked after the decision to post and before it is
// recorded. The document leaves the locked day all the same, whoever completes the
// command, and one that was posted before the lock stays.
func TestALockBetweenDecisionAndPosting(t *testing.T) {
	for name, dies := range map[string]bool{"the command goes on": false, "the command dies": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.furnish()
			w.do("before", lamp("before", "EUR", "2025-12-20"))
			w.meanwhile("invoice", func(other *world) {
				other.do("lock", &commands.LockBooks{LockDate: "2025-12-31"})
			})
			if dies {
				w.store.dieAt(0)
			}
			late := lamp("late", "EUR", "2025-12-20")
			o, err := w.try("late", late)
			if dies {
				if !w.store.live() || err == nil {
					t.Fatalf("it lives: %v", err)
				}
				w.restart()
				w.do("lock more", &commands.LockBooks{LockDate: "2026-02-15"}) // too late for both
				w.react()
				o, err = w.try("late", late)
			}
			if err != nil {
				t.Fatal(err)
			}
			want := []aggregates.Warning{{Code: "date_adjusted", Params: map[string]string{"date": "2026-01-01"}}}
			if diff := cmp.Diff(want, o.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			got := map[string]string{}
			for _, name := range []string{"before", "late"} {
				s := w.invoices()[id(name)]
				got[name] = string(s.InvoiceDate+" "+s.AccountingDate) + " " + s.Number
			}
			if diff := cmp.Diff(map[string]string{
				"before": "2025-12-20 2025-12-20 INV/2025/00001", "late": "2025-12-20 2026-01-01 INV/2026/00002",
			}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			moved := 0
			for _, e := range w.log() {
				if _, ok := e.Event.(invoice.AccountingDateMoved); ok {
					moved++
				}
			}
			if moved != 1 {
				t.Errorf("moved %d times", moved)
			}
		})
	}
}
