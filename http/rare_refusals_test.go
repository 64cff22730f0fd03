package http_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"aftersales/eventstore"
)

// failing is the real store, but for appends to the streams of a category:
// those end with err, if there is one.
type failing struct {
	eventstore.Store
	mu       sync.Mutex
	category string
	err      func(stream string) error
}

func (f *failing) set(category string, err func(stream string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.category, f.err = category, err
}

func (f *failing) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	f.mu.Lock()
	category, err := f.category, f.err
	f.mu.Unlock()
	if category != "" && strings.HasPrefix(stream, category+"-") {
		return eventstore.Appended{}, err(stream)
	}
	return f.Store.Append(ctx, stream, expected, events)
}

// A stream that others always write to first is contended, and a failure that
// we do not know is internal: the caller is told no more, and may repeat the
// request under its key.
func TestFailuresOfOursCanBeRepeated(t *testing.T) {
	t.Parallel()
	store := &failing{}
	s := newService(t, func(s *service) {
		s.store = func(inner eventstore.Store) eventstore.Store {
			store.Store = inner
			return store
		}
	})
	s.furnish()
	note := func() answer {
		return s.send(http.MethodPost, on("ticket", "notes"), m{"body": "Called back"}, key("note"))
	}
	store.set("ticket", func(stream string) error { return &eventstore.Conflict{Stream: stream} })
	busy := note()
	busy.refused(http.StatusServiceUnavailable, "contended")
	if busy.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	store.set("ticket", func(string) error { return errors.New("the disk of the node is on fire") })
	failed := note()
	failed.refused(http.StatusInternalServerError, "internal")
	if strings.Contains(string(failed.body), "fire") {
		t.Errorf("the failure was told: %s", failed.body)
	}
	store.set("", nil)
	if again := note(); again.status != http.StatusCreated && again.status != http.StatusOK {
		t.Errorf("%d %s", again.status, again.body)
	}
}

// One rebuild or verification of a read model at a time, whichever process.
func TestABusyReadModelIsNotRebuiltTwice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	other, err := s.projections.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Release()
	if _, err := other.Exec(t.Context(), `SELECT pg_advisory_lock(hashtextextended('projections.tickets', 0))`); err != nil {
		t.Fatal(err)
	}
	s.send(http.MethodPost, "/v1/projections/tickets/verify", nil).refused(http.StatusConflict, "projection_busy")
	if _, err := other.Exec(t.Context(), `SELECT pg_advisory_unlock_all()`); err != nil {
		t.Fatal(err)
	}
	s.post("/v1/projections/tickets/verify", nil).shows(map[string]string{"count": "0"})
}

// Domain.md 3.1 rules 9 and 11, 3.3, 2.5: what a refund, a return and an
// invoice are held against besides the rules of section 1.
func TestOrderJournalTextAndTaxesAreChecked(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	back := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	s.invoice("late draft", "1", false)
	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	s.post("/v1/journals", m{"id": id("closed"), "code": "OLD", "name": "Old sales", "type": "sale"})
	s.archive("journals", "closed").shows(map[string]string{"documents.0.kind": "journal", "documents.0.state": "archived"})
	whole, line := refund("invoice", "reverse"), m{"product": id("product"), "quantity": "1", "unit_price": "1.00"}
	bill := m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": []m{line}}
	deposit := but(line, "taxes", []m{{"name": "Deposit", "fixed": "1.01", "included": true}})
	refunds, returns := on("ticket", "refunds"), on("ticket", "returns")
	s.allRefused(t, []bad{
		{name: "rule 9, an invoice of another order", path: refunds, body: but(whole, "order", id("drill order")), status: unprocessable, code: "invoice_other_order", field: "invoices[0]"},
		{name: "rule 11, an archived journal", path: refunds, body: but(whole, "journal", id("closed")), status: conflict, code: "journal_archived", field: "journal"},
		{name: "a reason of 501 letters", path: refunds, body: but(whole, "reason", strings.Repeat("é", 501)), status: unprocessable, code: "too_long", field: "reason"},
		{name: "a delivery of another order", path: returns, body: but(giveBack("delivery", "1"), "order", id("drill order")), status: unprocessable, code: "delivery_other_order", field: "delivery"},
		{name: "a return for a delivery", path: returns, body: m{"delivery": back.created(), "return_location": id("location")}, status: unprocessable, code: "delivery_not_outgoing", field: "delivery"},
		{name: "an invoice without a journal", path: "/v1/invoices", body: but(bill, "journal", nil), status: unprocessable, code: "journal_required", field: "journal"},
		{name: "an invoice in an archived journal", path: "/v1/invoices", body: but(bill, "journal", id("closed")), status: conflict, code: "journal_archived", field: "journal"},
		{name: "a price below its included tax", path: "/v1/invoices", body: but(bill, "lines", []m{deposit}), status: unprocessable, code: "tax_exceeds_price", field: "lines[0].taxes"},
		{name: "archiving no journal", path: "/v1/journals/" + id("nowhere").String() + "/archive", status: missing, code: "journal_not_found"},
	})
	s.ticket("of B", m{"customer": id("other customer")})
	theirs := s.post("/v1/deliveries", m{"customer": id("other customer"), "validate": true, "lines": []m{{"product": id("product"), "quantity": "1"}}})
	s.send(http.MethodPost, on("of B", "returns"), m{"delivery": back.created(), "return_location": id("location")}, since(theirs)).
		refused(unprocessable, "delivery_other_customer")

	s.archive("journals", "journal")
	s.allRefused(t, []bad{
		{name: "the invoice's own journal", path: refunds, body: whole, status: conflict, code: "journal_archived", field: "journal"},
		{name: "from accounting", path: "/v1/invoices/" + id("invoice").String() + "/credit-notes", body: m{"reversal_date": "2026-03-01"}, status: conflict, code: "journal_archived", field: "journal"},
		{name: "posting an invoice", path: "/v1/invoices/" + id("late draft").String() + "/post", status: conflict, code: "journal_archived", field: "journal"},
		{name: "posting a credit note", path: "/v1/credit-notes/" + draft.created() + "/post", status: conflict, code: "journal_archived", field: "journal"},
	})
	s.dialog("ticket", "refund", "").offers(t, "journals")
	s.post("/v1/journals/"+id("journal").String()+"/unarchive", nil)
	note := "/v1/credit-notes/" + draft.created()
	posted := s.post(note+"/post", nil)
	posted.shows(map[string]string{"documents.0.state": "posted"})
	edit := m{"lines": []m{{"invoice_line": id("invoice line"), "quantity": "1"}}} // not any more
	s.send(http.MethodPost, note+"/lines", edit, with("If-Match", s.get(note, since(posted)).header.Get("ETag"))).
		refused(conflict, "credit_note_not_draft")
}

// R-12, domain.md 3.1 rule 1: without any invoice to choose, a refund of none is
// refused with the reason; with one, an invoice must be chosen.
func TestR12ARefundWithoutARefundableInvoiceSaysWhy(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("of B", m{"customer": id("other customer")})
	none := func(ticket string, body m, reason string) {
		t.Helper()
		at, _ := s.head()
		a := s.send(http.MethodPost, on(ticket, "refunds"), body, with("Min-Position", at.String()))
		if reason == "" {
			a.refused(unprocessable, "invoice_required")
			return
		}
		a.refused(conflict, "no_refundable_invoice")
		a.shows(map[string]string{"params.reason": reason, "errors.0.field": "invoices", "errors.1.code": "reversal_date_required"})
	}
	body := m{"mode": "reverse"}
	none("of B", body, "no_posted_invoice")
	none("ticket", body, "")
	none("ticket", but(body, "product", id("tracked")), "product_not_invoiced")
	none("ticket", but(body, "order", id("nowhere")), "order_not_invoiced")
	s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	none("ticket", body, "all_credited")
}

// A document that there is not is said by its kind.
func TestUnknownSetUpIsNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	nowhere := id("nowhere").String()
	s.send(http.MethodGet, "/v1/locations/"+nowhere, nil).refused(missing, "location_not_found")
	s.send(http.MethodGet, "/v1/lots/"+nowhere, nil).refused(missing, "lot_not_found")
}

// a refund of several invoices happens for all of them or not at
// all: what the last refuses leaves nothing on the first.
func TestR21ARefundOfSeveralInvoicesHappensForAllOrNone(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "1", true)
	body := refund("invoice", "reverse")
	body["invoices"] = []any{id("invoice"), id("second")}
	of := func(quantity string) m {
		return but(body, "lines", []m{{"invoice_line": id("invoice line"), "quantity": "1"}, {"invoice_line": id("second line"), "quantity": quantity}})
	}
	s.allRefused(t, []bad{
		{name: "too much of the last", path: on("ticket", "refunds"), body: of("2"), status: conflict, code: "credit_exceeds_invoice"},
		{name: "nothing of the last", path: on("ticket", "refunds"), body: of("0"), status: unprocessable, code: "quantity_not_positive"},
	})
	if made := s.post(on("ticket", "refunds"), of("1")); len(made.list("documents")) != 2 {
		t.Errorf("%s", made.body)
	}
}
