package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/commands"
	"aftersales/eventstore"
)

// three are the invoices that these tests refund at once.
var three = []string{"invoice", "second", "third"}

func newTill(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.furnish()
	w.invoice("second", "sale")
	w.invoice("third", "sale")
	return w
}

func refundThree(mode invoice.Mode) *commands.IssueRefund {
	c := refund(mode)
	c.Invoices = []uuid.UUID{id("invoice"), id("second"), id("third")}
	return c
}

// inTurn are the three in the order in which a command holds them.
func inTurn() []string {
	return slices.SortedFunc(slices.Values(three), func(a, b string) int { return strings.Compare(id(a).String(), id(b).String()) })
}

// till are the three as the log tells them.
func (w *world) till() (all []invoice.State) {
	for _, name := range three {
		var s invoice.State
		for _, e := range w.log() {
			if e.Stream == invoice.Model.Stream(id(name)) {
				s = invoice.Model.Evolve(s, e.Event)
			}
		}
		all = append(all, s)
	}
	return all
}

// untouched checks that nobody has, or may ever get, a credit note.
func (w *world) untouched(when string) {
	w.t.Helper()
	for i, s := range w.till() {
		if len(s.CreditNotes) != 0 || s.Held.ID != uuid.Nil || s.PaymentState != invoice.NotPaid {
			w.t.Errorf("%s: the %s invoice has %d credit notes, held %s", when, three[i], len(s.CreditNotes), s.Held.ID)
		}
	}
	for _, e := range w.log() {
		if strings.HasPrefix(e.Type, "credit-note-") || e.Type == "ticket-document-linked" {
			w.t.Errorf("%s: the log has a %s", when, e.Type)
		}
	}
}

// lapse lets the timers look at the three invoices when all holds are over, and
// again, as the first of them decides for all.
func (w *world) lapse() {
	w.t.Helper()
	w.Now = later
	for _, name := range slices.Concat(three, three) {
		due := aggregates.Ref{Kind: "invoice", ID: id(name), Stream: invoice.Model.Stream(id(name))}
		if err := w.Fire(w.t.Context(), due); err != nil {
			w.t.Fatal(err)
		}
	}
}

// meddler does something once, before an event goes to a stream; what was read
// for the decision is then out of date.
type meddler struct {
	eventstore.Store
	stream string
	then   func()
}

func (m *meddler) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if stream == m.stream && m.then != nil {
		then := m.then
		m.then = nil
		then()
	}
	return m.Store.Append(ctx, stream, expected, events)
}

// another agent credits one of the invoices while the command is on its
// way. It is refused, the others have nothing, and are free again.
func TestR21ARefundThatIsOvertakenOnOneInvoiceCreditsNone(t *testing.T) {
	t.Parallel()
	for _, mode := range []invoice.Mode{invoice.Reverse, invoice.ReverseAndCreateInvoice} {
		for _, overtaken := range inTurn() {
			t.Run(string(mode)+"/"+overtaken, func(t *testing.T) {
				t.Parallel()
				w := newTill(t)
				agent := newService(w)
				w.store.Store = &meddler{Store: w.env.Store, stream: invoice.Model.Stream(id(overtaken)), then: func() {
					other := refund(invoice.ReverseAndCreateInvoice)
					other.Invoices = []uuid.UUID{id(overtaken)}
					if _, err := agent.Execute(t.Context(), commands.Request{Principal: admin, Key: "other", Hash: "other"}, other); err != nil {
						t.Error(err)
					}
				}}
				_, err := w.try("all", refundThree(mode))
				wantRefusal(t, "overtaken", err, "invoice_fully_credited")
				w.react()
				for i, s := range w.till() {
					want := 0
					if three[i] == overtaken {
						want = 1
					}
					if len(s.CreditNotes) != want || s.Held.ID != uuid.Nil {
						t.Errorf("the %s invoice has %d credit notes, held %s", three[i], len(s.CreditNotes), s.Held.ID)
					}
				}
				// The refusal was no outcome: the same key may try anew, and is told what is.
				_, err = w.try("all", refundThree(mode))
				wantRefusal(t, "again", err, "invoice_fully_credited")
			})
		}
	}
}

// A command that was refused in the middle starts anew under the same key.
func TestARefusedRefundOfSeveralInvoicesCanBeRepeated(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	last := id(inTurn()[2])
	block := func(s string) *commands.IssueRefund {
		c := refund(invoice.Reverse)
		c.Invoices = []uuid.UUID{last}
		c.ID = ref(s)
		return c
	}
	agent := newService(w)
	// The last invoice is held by a command that has died.
	var others []uuid.UUID
	for _, name := range inTurn()[1:] {
		others = append(others, id(name))
	}
	dead := refund(invoice.Reverse)
	dead.Invoices = others
	w.store.dieAt(1)
	if _, err := w.try("dead", dead); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	_, err := w.try("all", refundThree(invoice.ReverseAndCreateInvoice))
	wantRefusal(t, "held by another", err, "contended")
	_, err = w.try("single", block("note"))
	wantRefusal(t, "one that is held", err, "contended")
	w.lapse()
	w.untouched("after the holds lapsed")
	if o := w.do("all", refundThree(invoice.ReverseAndCreateInvoice)); len(o.Documents) != 6 || o.Replayed {
		t.Errorf("the repeat answers %+v", o)
	}
	if _, err := agent.Execute(t.Context(), commands.Request{Principal: admin, Key: "dead", Hash: "dead"}, dead); err == nil {
		t.Error("the dead command's repeat credits what is credited")
	}
}

// R-21 after a crash: before the first credit note there are only holds, which
// lapse, and a repeat begins anew; from then on the process manager without any
// repeat, or the repeat, completes exactly what would have been.
func TestR21ARefundOfSeveralInvoicesThatDiesAnywhereIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []invoice.Mode{invoice.Reverse, invoice.ReverseAndCreateInvoice} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			undisturbed := newTill(t)
			documents := undisturbed.do("command", refundThree(mode)).Documents
			want := undisturbed.history()
			for n := 0; ; n++ {
				w := newTill(t)
				w.store.dieAt(n)
				_, err := w.try("command", refundThree(mode))
				if died := w.store.live(); !died {
					if err != nil || n <= len(three) {
						t.Fatalf("%d appends: %v", n, err)
					}
					return
				}
				w.restart()
				if n%2 == 0 {
					w.react()
				}
				lapsed := n < len(three) && n%2 == 0
				if lapsed {
					w.lapse()
					w.untouched("a command that died while it held the invoices")
				}
				same := func(what string) {
					if diff := cmp.Diff(want, w.history()); diff != "" {
						t.Errorf("died after append %d: history (-undisturbed +%s):\n%s", n, what, diff)
					}
				}
				if n%2 == 0 && !lapsed {
					same("completed")
				}
				again := w.do("command", refundThree(mode))
				if diff := cmp.Diff(documents, again.Documents, cmp.FilterPath(func(p cmp.Path) bool {
					return lapsed && p.Last().String() == ".Revision" // lapsed holds stay in the stream
				}, cmp.Ignore())); diff != "" {
					t.Errorf("died after append %d: answer (-undisturbed +repeat):\n%s", n, diff)
				}
				if !lapsed {
					same("repeated")
				}
			}
		})
	}
}

// As long as the command may be alive no hold lapses, and one that was used
// never does.
func TestTheTimerLeavesHoldsInTheirTime(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.store.dieAt(3) // the first credit note is there, the others are owed
	if _, err := w.try("command", refundThree(invoice.ReverseAndCreateInvoice)); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	before := len(w.log())
	w.lapse()
	if after := len(w.log()); after != before {
		t.Errorf("the timer wrote %d events", after-before)
	}
	w.react()
	for i, s := range w.till() {
		if len(s.CreditNotes) != 1 || s.PaymentState != invoice.Reversed {
			t.Errorf("the %s invoice: %+v", three[i], s)
		}
	}
}

// newService is another process on the world's log.
func newService(w *world) *commands.Service {
	other := *w
	other.store = &faulty{Store: w.env.Store, remaining: -1}
	other.restart()
	return other.Service
}
