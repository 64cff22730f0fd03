package commands_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/sequence"
	"aftersales/commands"
)

// explained holds what 2.5 says of money on every invoice, and over all of them:
// open money and open credit that an invoice got is what another gave.
func explained(t interface{ Errorf(string, ...any) }, all []invoice.State) {
	given, got := map[uuid.UUID]int64{}, map[uuid.UUID]int64{}
	released := map[uuid.UUID]bool{} // credits that went back
	for _, s := range all {
		var paid, applied int64
		for _, p := range s.Payments {
			if !p.Released {
				paid += p.Amount
			}
			if p.Origin != uuid.Nil {
				got[p.ID] += p.Amount
			}
			for _, a := range p.Allocations {
				given[a.ID] += a.Amount
			}
			if p.Open() < 0 {
				t.Errorf("payment %+v gave more than it is", p)
			}
		}
		for _, n := range s.CreditNotes {
			open := n.Total - n.Applied
			for _, p := range n.Payouts {
				open -= p.Amount
			}
			for _, a := range n.Allocations {
				given[a.ID], open = given[a.ID]+a.Amount, open-a.Amount
			}
			if n.Status != invoice.StatusPosted {
				continue
			}
			applied += n.Applied
			if open != n.Residual || n.Residual < 0 {
				t.Errorf("credit note %s has %d open, %d is explained", n.ID, n.Residual, open)
			}
		}
		for _, c := range s.Credits {
			if released[c.ID] = c.Released; !c.Released {
				got[c.ID], applied = got[c.ID]+c.Amount, applied+c.Amount
			}
		}
		if s.Credited().Total > s.Total {
			t.Errorf("invoice %s of %d is credited %d", s.ID, s.Total, s.Credited().Total)
		}
		for _, l := range s.Lines {
			if l.CreditedQuantity > l.Quantity || l.Credited.Untaxed > l.Untaxed || l.Credited.Tax > l.Tax {
				t.Errorf("line %+v is credited above itself", l)
			}
		}
		if s.Residual < 0 || s.Status == invoice.StatusPosted && s.Residual != s.Total-paid-applied {
			t.Errorf("invoice %s owes %d of %d, paid %d, credited %d", s.ID, s.Residual, s.Total, paid, applied)
		}
	}
	for id := range released {
		if given[id] == 0 && got[id] == 0 {
			delete(given, id)
			delete(got, id)
		}
	}
	if diff := cmp.Diff(given, got); diff != "" {
		t.Errorf("open money that was given and got (-given +got):\n%s", diff)
	}
}

// numbered holds that each series counts its documents from 1 without a gap, and
// that every posted document and no other has a number, of its own.
func (w *world) numbered(all map[uuid.UUID]invoice.State) {
	w.t.Helper()
	series := map[string][]string{}
	for _, e := range w.log() {
		if a, ok := e.Event.(sequence.Allotted); ok {
			series[e.Stream] = append(series[e.Stream], a.Number)
		}
	}
	free := map[string]bool{}
	for stream, numbers := range series {
		for i, number := range numbers {
			if !strings.HasSuffix(number, fmt.Sprintf("%05d", i+1)) {
				w.t.Errorf("%s allots %s as its number %d", stream, number, i+1)
			}
			free[number] = true
		}
	}
	claim := func(document uuid.UUID, number string, posted bool) {
		if posted != (number != "") || posted && !free[number] {
			w.t.Errorf("%s, posted %t, has the number %q", document, posted, number)
		}
		delete(free, number)
	}
	for _, s := range all {
		claim(s.ID, s.Number, s.Status == invoice.StatusPosted)
		for _, n := range s.CreditNotes {
			claim(n.ID, n.Number, n.Status == invoice.StatusPosted)
		}
	}
}

// family are the invoices of these names with all that replaced them, in order.
func (w *world) family(t *rapid.T, names ...string) (all []invoice.State, revisions []uint64) {
	for _, name := range names {
		for next := id(name); next != uuid.Nil; {
			var (
				s        invoice.State
				revision uint64
			)
			for r, err := range w.env.Store.ReadStream(w.t.Context(), invoice.Model.Stream(next), 0) {
				if err != nil {
					t.Fatal(err)
				}
				e, err := w.Codec.Decode(r)
				if err != nil {
					t.Fatal(err)
				}
				s, revision = invoice.Model.Evolve(s, e.Event), r.Revision
			}
			all, revisions, next = append(all, s), append(revisions, revision), uuid.Nil
			for _, n := range s.CreditNotes {
				if n.ReplacementInvoice != uuid.Nil {
					next = n.ReplacementInvoice
				}
			}
		}
	}
	return all, revisions
}

// ask is one wish about an invoice of the family, which may or may not be
// granted, and what its If-Match says.
func ask(t *rapid.T, family []invoice.State, revisions []uint64) (commands.Command, *uint64) {
	at := rapid.IntRange(0, len(family)-1).Draw(t, "invoice")
	s := family[at]
	note, credit, open, paid := id("none"), id("none"), id("none"), id("none")
	if len(s.CreditNotes) > 0 {
		note = rapid.SampledFrom(s.CreditNotes).Draw(t, "credit note").ID
	}
	if len(s.Payments) > 0 {
		paid = rapid.SampledFrom(s.Payments).Draw(t, "payment").ID
	}
	var back commands.ReleaseCredit
	if len(s.Credits) > 0 {
		c := rapid.SampledFrom(s.Credits).Draw(t, "credit")
		back = commands.ReleaseCredit{CreditNote: c.CreditNote, Allocation: c.ID}
	}
	for _, other := range family {
		for _, p := range other.Payments {
			if p.Open() > 0 || open == id("none") {
				open = p.ID
			}
		}
		for _, n := range other.CreditNotes {
			if n.Status == invoice.StatusPosted && (n.Residual > 0 || credit == id("none")) {
				credit = n.ID
			}
		}
	}
	amount := aggregates.Money{Minor: rapid.Int64Range(1, 2000).Draw(t, "amount"), Currency: "EUR"}
	if rapid.Bool().Draw(t, "all of it") {
		amount.Minor = max(1, s.Residual)
	}
	reversal := &commands.IssueRefund{Ticket: id("ticket"), Invoices: []uuid.UUID{s.ID}, ReversalDate: day, Mode: invoice.Reverse}
	switch rapid.SampledFrom([]string{
		"reverse", "reverse and create", "edit", "post note", "post note", "pay out", "pay out", "discard", "pay", "pay", "post", "allocate", "allocate",
		"goodwill", "release", "refund", "allocate credit", "allocate credit", "release credit",
	}).Draw(t, "wish") {
	case "reverse":
		return reversal, nil
	case "reverse and create":
		reversal.Mode = invoice.ReverseAndCreateInvoice
		return reversal, nil
	case "edit":
		quantity := aggregates.NewDecimal(rapid.Int64Range(1, 3).Draw(t, "quantity"))
		lines := []commands.CreditNoteLine{{InvoiceLine: s.Lines[0].ID, Quantity: &quantity}}
		return &commands.EditCreditNote{CreditNote: note, Lines: lines}, &revisions[at]
	case "post note":
		return &commands.PostCreditNote{CreditNote: note}, nil
	case "discard":
		return &commands.DiscardCreditNote{CreditNote: note}, nil
	case "pay":
		return &commands.RegisterPayment{Invoice: s.ID, Amount: amount, PaidOn: day}, nil
	case "pay out":
		return &commands.PayOutCreditNote{CreditNote: credit, Amount: amount}, nil
	case "goodwill":
		given := aggregates.MustDecimal(amount.Amount())
		return &commands.EditCreditNote{CreditNote: note, Lines: []commands.CreditNoteLine{{Amount: &given}}}, &revisions[at]
	case "release":
		return &commands.ReleasePayment{Payment: paid}, nil
	case "refund":
		return &commands.RefundPayment{Payment: open, Amount: amount}, nil
	case "allocate credit":
		return &commands.AllocateCredit{CreditNote: credit, Invoice: s.ID}, nil
	case "release credit":
		return &back, nil
	case "post":
		return &commands.PostInvoice{Invoice: s.ID}, nil
	}
	return &commands.RegisterPayment{Invoice: s.ID, Payment: open}, nil
}

// No interleaving of what can be asked of two invoices of a customer and their
// replacements, several wishes at a time, credits above an invoice, leaves a
// residual that payments and credits do not explain, or a gap in the numbers.
func TestNoInterleavingOfCommandsLosesMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	histories := 0
	granted := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		histories++
		name := fmt.Sprint("history ", histories)
		names := []string{name, name + " too"}
		w.another(names[0], 3)
		w.another(names[1], 2)
		if rapid.Bool().Draw(r, "one is paid") {
			w.pay(names[1], "20.00")
		}
		for round := range rapid.IntRange(2, 5).Draw(r, "rounds") {
			family, revisions := w.family(r, names...)
			var (
				together sync.WaitGroup
				mu       sync.Mutex
			)
			for i := range rapid.IntRange(1, 4).Draw(r, "at a time") {
				key := fmt.Sprint(name, " ", round, " ", i)
				c, match := ask(r, family, revisions)
				together.Go(func() {
					_, err := w.Execute(w.t.Context(), commands.Request{Principal: admin, Key: key, Hash: key, IfMatch: match}, c)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						granted[fmt.Sprintf("%T", c)]++
					} else if !errors.As(err, new(*aggregates.Refusal)) {
						r.Errorf("%T: %v", c, err)
					}
				})
			}
			together.Wait()
			family, _ = w.family(r, names...)
			explained(r, family)
		}
	})
	w.numbered(w.invoices())
	// The rarer wishes may all be refused by chance; these never are.
	for _, c := range []commands.Command{
		&commands.IssueRefund{}, &commands.PostCreditNote{}, &commands.RegisterPayment{}, &commands.PostInvoice{},
	} {
		if granted[fmt.Sprintf("%T", c)] == 0 {
			t.Errorf("no %T was ever granted: %v", c, granted)
		}
	}
}
