package http_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftersales/aggregates/invoice"
	"aftersales/eventstore"
)

// several makes posted invoices, each of three lamps.
func (s *service) several(n int) (names []string) {
	s.t.Helper()
	for i := range n {
		names = append(names, fmt.Sprint("invoice of several ", i))
		s.invoice(names[i], "3", true)
	}
	return names
}

// refundAll asks for the whole of all invoices of these names.
func refundAll(mode string, names ...string) m {
	all := []any{}
	for _, name := range names {
		all = append(all, id(name))
	}
	return but(refund("", mode), "invoices", all)
}

// R-21 for several invoices: refunds of overlapping invoices and of single ones,
// all at the same time. Each is granted whole or not at all.
func TestR21ConcurrentRefundsOfSeveralInvoicesAreAllOrNothing(t *testing.T) {
	s := contest(t)
	names := s.several(4)
	const rivals = 36
	const create = "reverse_and_create_invoice"
	wish := func(i int) any {
		switch i % 3 {
		case 0:
			return refundAll(create, names[i%4], names[(i+1)%4])
		case 1:
			return refundAll(create, names[(i+2)%4], names[(i+1)%4], names[i%4])
		}
		return refundAll(create, names[i%4])
	}
	won, lost := outcomes(t, s.race(rivals, at(on("ticket", "refunds")), wish))
	if lost["invoice_fully_credited"]+lost["invoice_already_credited"]+lost["credit_exceeds_invoice"] != rivals-len(won) || len(won) == 0 {
		t.Errorf("%d won, refused %v", len(won), lost)
	}
	made := map[string]bool{}
	for _, a := range won {
		for _, d := range a.list("documents") {
			if d.(m)["kind"] == "credit_note" {
				made[fmt.Sprint(d.(m)["id"])] = true
			}
		}
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	credited := 0
	for _, name := range names {
		a := s.get("/v1/invoices/"+id(name).String(), since(last))
		notes := a.list("credit_notes")
		if len(notes) > 1 {
			t.Errorf("%s has %d credit notes", name, len(notes))
		}
		for _, note := range notes {
			credited++
			if !made[fmt.Sprint(note)] {
				t.Errorf("%s has a credit note that no granted refund told of", name)
			}
			a.shows(map[string]string{"credited": "36.00", "residual": "0.00", "payment_state": "reversed"})
		}
	}
	if credited != len(made) || credited == 0 {
		t.Errorf("%d credit notes were told, there are %d", len(made), credited)
	}
	s.numbered("/v1/credit-notes?state=posted", "RINV/2026/%05d", credited, last)
	if drafts := s.get("/v1/credit-notes?state=draft", since(last)).list("items"); len(drafts) != 0 {
		t.Errorf("%d drafts are left", len(drafts))
	}
	if copies := s.get("/v1/invoices?state=draft&limit=200", since(last)).list("items"); len(copies) != credited {
		t.Errorf("%d copies of %d reversed invoices", len(copies), credited)
	}
}

// the answer names the credit notes in the order of the request, the
// holds on the way there are nothing that the ticket tells of.
func TestR11ARefundOfSeveralInvoicesAnswersInTheirOrder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	names := s.several(3)
	for round := range 2 {
		names[0], names[1], names[2] = names[2], names[0], names[1]
		made := s.post(on("ticket", "refunds"), refundAll("reverse", names...))
		if got := len(made.list("documents")); got != 3 {
			t.Fatalf("%d documents in round %d", got, round)
		}
		for i, name := range names {
			note := made.text(fmt.Sprintf("documents.%d.id", i))
			s.get("/v1/credit-notes/"+note, since(made)).shows(map[string]string{"invoice": id(name).String(), "state": "draft", "total": "36.00"})
		}
		for _, line := range s.timeline("ticket", made) {
			if line == "credit-held" || line == "credit-hold-released" {
				t.Errorf("the ticket's timeline tells of a %s", line)
			}
		}
	}
}

// unreachable is a store with streams that cannot be written to.
type unreachable struct {
	eventstore.Store
	stream atomic.Pointer[string]
}

func (u *unreachable) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if cut := u.stream.Load(); cut != nil && *cut == stream {
		return eventstore.Appended{}, eventstore.ErrUnavailable
	}
	return u.Store.Append(ctx, stream, expected, events)
}

// A command that ends without an outcome while it holds an invoice leaves it to
// nobody for a minute; then the timer frees it.
func TestR21AHeldInvoiceIsFreedInItsTime(t *testing.T) {
	t.Parallel()
	var store unreachable
	s := newService(t, func(s *service) {
		s.store = func(real eventstore.Store) eventstore.Store {
			store.Store = real
			return &store
		}
	})
	s.furnish()
	names := s.several(2)
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(id(a).String(), id(b).String()) })
	cut := invoice.Model.Stream(id(names[1]))
	store.stream.Store(&cut)
	s.send("POST", on("ticket", "refunds"), refundAll("reverse", names...)).refused(http.StatusServiceUnavailable, "unavailable")
	store.stream.Store(nil)
	s.send("POST", on("ticket", "refunds"), refund(names[0], "reverse")).refused(http.StatusServiceUnavailable, "contended")
	s.get("/v1/invoices/"+id(names[0]).String(), since(s.pass(0))).shows(map[string]string{"credit_notes.0": "", "creditable": "36.00"})
	s.send("POST", on("ticket", "refunds"), refund(names[0], "reverse")).refused(http.StatusServiceUnavailable, "contended")
	s.pass(2 * time.Minute)
	s.post(on("ticket", "refunds"), refund(names[0], "reverse"))
	s.settled()
}
