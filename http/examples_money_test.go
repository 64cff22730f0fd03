package http_test

import (
	"maps"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sell makes a posted invoice of customer A without an order; a line is
// quantity, price, discount and the percentage of its tax, "" for none.
func (s *service) sell(name string, rounding string, lines ...[4]string) string {
	s.t.Helper()
	body := m{
		"id": id(name), "customer": id("customer"), "journal": id("journal"), "currency": "EUR",
		"invoice_date": "2026-02-01", "tax_rounding": rounding, "post": true,
	}
	var all []m
	for i, l := range lines {
		line := m{"id": id(name + strconv.Itoa(i)), "product": id("product"), "quantity": l[0], "unit_price": l[1], "discount": l[2]}
		if l[3] != "" {
			line["taxes"] = []m{{"name": "VAT", "rate": l[3], "included": false}}
		}
		all = append(all, line)
	}
	body["lines"] = all
	s.post("/v1/invoices", body)
	return "/v1/invoices/" + id(name).String()
}

// sell1410 is 1,410 pieces of 1.00.
func (s *service) sell1410(name string) string {
	s.t.Helper()
	return s.sell(name, "per_document", [4]string{"1410", "1.00", "0", ""})
}

// pays sends a payment of that many euros.
func (s *service) pays(invoice, amount string) answer {
	s.t.Helper()
	return s.post(invoice+"/payments", m{"amount": m{"amount": amount, "currency": "EUR"}, "paid_on": "2026-02-02", "reference": "bank"})
}

// reverse drafts a credit note of the invoice of that name, of a quantity of its
// first line, "" for all.
func (s *service) reverse(name, quantity string) string {
	s.t.Helper()
	body := refund(name, "reverse")
	if quantity != "" {
		body["lines"] = []m{{"invoice_line": id(name + "0"), "quantity": quantity}}
	}
	return "/v1/credit-notes/" + s.post(on("ticket", "refunds"), body).created()
}

// asTheLog checks that the read model shows the document as the log folds, and
// answers what it shows.
func (s *service) asTheLog(path string, after answer) answer {
	s.t.Helper()
	now := s.get(path, since(after))
	past := s.get(path + "?at_revision=" + now.text("revision"))
	shown, folded := now.json.(m), past.json.(m)
	delete(folded, "historical")
	if diff := cmp.Diff(folded, shown); diff != "" {
		s.t.Errorf("%s (-log +read model):\n%s", path, diff)
	}
	return now
}

// Rounding: the reversal equals the original's own snapshot, whatever other
// invoices do.
func TestExample01Rounding(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for rounding, want := range map[string][3]string{
		"per_line": {"358.63", "53.80", "412.43"}, "per_document": {"358.63", "53.79", "412.42"},
	} {
		invoice := s.sell(rounding, rounding, [4]string{"10", "30.75", "5", "15"}, [4]string{"1", "70", "5", "15"})
		note := s.reverse(rounding, "")
		posted := s.post(note+"/post", nil)
		for _, path := range []string{invoice, note} {
			s.asTheLog(path, posted).shows(map[string]string{"untaxed": want[0], "tax": want[1], "total": want[2], "residual": "0.00"})
		}
		s.get(invoice).shows(map[string]string{"payment_state": "reversed", "credited": want[2], "creditable": "0.00"})
	}
}

// The closing cent: the credit that exhausts a line takes what is left of it.
func TestExample02ClosingCent(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell("three", "per_document", [4]string{"3", "1.05", "0", "9"})
	s.get(invoice, since(s.post(on("ticket", "notes"), m{"body": "sold"}))).shows(map[string]string{"total": "3.43", "tax": "0.28"})
	for _, want := range [][3]string{{"1.14", "2.29", "partial"}, {"1.14", "1.15", "partial"}, {"1.15", "0.00", "reversed"}} {
		note := s.reverse("three", "1")
		posted := s.post(note+"/post", nil)
		s.asTheLog(note, posted).shows(map[string]string{"total": want[0], "payment_state": "paid"})
		s.asTheLog(invoice, posted).shows(map[string]string{"residual": want[1], "payment_state": want[2]})
	}
}

// Case 5: credit beyond the residual is open until it is paid out.
func TestExample03CreditBeyondTheResidual(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell1410("sold")
	s.pays(invoice, "500.00")
	note := s.reverse("sold", "1000")
	payout := m{"amount": m{"amount": "90.00", "currency": "EUR"}, "reference": "back"}
	s.send(http.MethodPost, note+"/payout", payout).refused(http.StatusConflict, "credit_note_not_posted")
	posted := s.post(note+"/post", nil)
	s.asTheLog(invoice, posted).shows(map[string]string{"payment_state": "paid", "residual": "0.00", "credited": "1000.00"})
	s.asTheLog(note, posted).shows(map[string]string{"payment_state": "partial", "residual": "90.00", "total": "1000.00"})

	s.send(http.MethodPost, note+"/payout", m{"amount": m{"amount": "90.01", "currency": "EUR"}}).
		refused(http.StatusConflict, "payment_exceeds_residual")
	paid := s.post(note+"/payout", payout, key("once"))
	paid.shows(map[string]string{
		"documents.0.kind": "payment", "documents.0.state": "allocated", "documents.1.kind": "credit_note", "documents.1.state": "posted", "documents.2": "",
	})
	if paid.status != http.StatusCreated || paid.header.Get("Location") != "/v1/payments/"+paid.created() {
		t.Errorf("%d at %q", paid.status, paid.header.Get("Location"))
	}
	s.post(note+"/payout", payout, key("once"))
	s.asTheLog(note, paid).shows(map[string]string{"payment_state": "paid", "residual": "0.00", "payments.0": paid.created(), "payments.1": ""})
	s.asTheLog("/v1/payments/"+paid.created(), paid).shows(map[string]string{
		"direction": "out", "amount": "90.00", "paid_on": "2026-03-01", "reference": "back", "state": "allocated", "open": "0.00",
	})
	s.send(http.MethodPost, note+"/payout", payout).refused(http.StatusConflict, "payment_exceeds_residual")
	agent := s.token("agent", []string{"agent"}, nil)
	s.send(http.MethodPost, note+"/payout", payout, as(agent)).refused(http.StatusForbidden, "forbidden")
}

// Case 6: a credit note of a paid invoice leaves the invoice alone.
func TestExample04CreditOfAPaidInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell1410("sold")
	s.pays(invoice, "1410.00")
	note := s.reverse("sold", "")
	draft := s.get(note, since(s.post(on("ticket", "notes"), m{"body": "drafted"})))
	s.post(note+"/lines", m{"lines": []m{{"id": draft.text("lines.0.id"), "quantity": "200"}}}, with("If-Match", draft.header.Get("ETag")))
	posted := s.post(note+"/post", nil)
	s.asTheLog(invoice, posted).shows(map[string]string{"payment_state": "paid", "residual": "0.00", "credited": "200.00", "creditable": "1210.00"})
	s.asTheLog(note, posted).shows(map[string]string{"payment_state": "not_paid", "residual": "200.00", "total": "200.00"})
	s.get("/v1/portal/credit-notes", as(s.portalOf("customer")), since(posted)).
		shows(map[string]string{"items.0.total": "-200.00", "items.0.residual": "-200.00", "items.1": ""})
}

// Cases 6 and 7: a draft is edited down by its price as well. What it leaves of the
// total can be credited, no more.
func TestExample04ByThePriceLeavesTheRestCreditable(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell("sold", "per_document", [4]string{"1", "1410.00", "0", ""})
	note := s.reverse("sold", "1")
	draft := s.get(note, since(s.last()))
	s.post(note+"/lines", m{"lines": []m{{"id": draft.text("lines.0.id"), "quantity": "1", "unit_price": "200.00"}}}, with("If-Match", draft.header.Get("ETag")))
	posted := s.post(note+"/post", nil)
	s.asTheLog(invoice, posted).shows(map[string]string{
		"credited": "200.00", "creditable": "1210.00", "lines.0.creditable": "1210.00", "lines.0.creditable_quantity": "0", "residual": "1210.00",
	})
	s.send(http.MethodPost, on("ticket", "refunds"), refund("sold", "reverse_and_create_invoice")).refused(http.StatusConflict, "invoice_already_credited")
	more := refund("sold", "reverse")
	more["lines"] = []m{{"invoice_line": id("sold0"), "quantity": "1"}}
	s.send(http.MethodPost, on("ticket", "refunds"), more).refused(http.StatusConflict, "credit_exceeds_invoice")

	rest := s.reverse("sold", "")
	s.get(rest, since(s.last())).shows(map[string]string{"total": "1210.00", "lines.0": "", "goodwill.0.total": "1210.00"})
	posted = s.post(rest+"/post", nil)
	s.asTheLog(invoice, posted).shows(map[string]string{"creditable": "0.00", "payment_state": "reversed"})
	s.send(http.MethodPost, on("ticket", "refunds"), refund("sold", "reverse")).refused(http.StatusConflict, "invoice_fully_credited")
}

// Reverse and create on a paid invoice: the payment is open until it is allocated
// to the new invoice.
func TestExample05ReverseAndCreateOnAPaidInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell1410("sold")
	payment := s.pays(invoice, "1410.00").created()
	done := s.post(on("ticket", "refunds"), refund("sold", "reverse_and_create_invoice"))
	s.asTheLog(invoice, done).shows(map[string]string{"payment_state": "reversed", "residual": "0.00"})
	s.asTheLog("/v1/credit-notes/"+done.created(), done).shows(map[string]string{"payment_state": "paid", "residual": "0.00"})
	s.asTheLog("/v1/payments/"+payment, done).shows(map[string]string{"state": "open", "amount": "1410.00", "open": "1410.00"})
	fresh := "/v1/invoices/" + done.text("documents.1.id")
	s.asTheLog(fresh, done).shows(map[string]string{"state": "draft", "total": "1410.00", "payment_state": "not_paid", "residual": "1410.00"})

	allocate := m{"payment": payment}
	s.send(http.MethodPost, fresh+"/payments", allocate).refused(http.StatusConflict, "invoice_not_posted")
	s.post(fresh+"/post", nil)
	if s.post(fresh+"/payments?dry_run=true", allocate).text("documents.0.state") != "allocated" {
		t.Error("a dry run does not show the payment")
	}
	allocated := s.post(fresh+"/payments", allocate)
	allocated.shows(map[string]string{
		"documents.0.kind": "payment", "documents.0.state": "allocated", "documents.1.id": done.text("documents.1.id"), "documents.1.state": "posted",
	})
	s.asTheLog(fresh, allocated).shows(map[string]string{"payment_state": "paid", "residual": "0.00", "payments.0": allocated.created()})
	s.asTheLog("/v1/payments/"+payment, allocated).shows(map[string]string{
		"state": "allocated", "open": "0.00", "allocations.0.payment": allocated.created(), "allocations.0.amount": "1410.00",
		"allocations.0.invoice": done.text("documents.1.id"),
	})
	s.asTheLog("/v1/payments/"+allocated.created(), allocated).shows(map[string]string{
		"state": "allocated", "amount": "1410.00", "paid_on": "2026-02-02", "reference": "bank", "origin": payment, "open": "0.00",
	})
}

// What open money cannot do.
func TestOpenMoneyIsAllocatedOnceAndAsItShould(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	payment := s.pays(s.sell1410("sold"), "1410.00").created()
	small, large := s.sell("small", "per_line", [4]string{"10", "1.00", "0", ""}), s.sell1410("large")
	open := m{"payment": payment}
	s.send(http.MethodPost, small+"/payments", open).refused(http.StatusConflict, "payment_not_open")
	s.post(on("ticket", "refunds"), refund("sold", "reverse_and_create_invoice"))

	s.send(http.MethodPost, small+"/payments", m{"payment": id("nothing")}).refused(http.StatusUnprocessableEntity, "payment_not_found")
	s.send(http.MethodPost, small+"/payments", m{"payment": payment, "reference": "mine"}).refused(http.StatusUnprocessableEntity, "invalid_value")
	s.send(http.MethodPost, small+"/payments", open, with("If-Match", `"0"`)).refused(http.StatusPreconditionFailed, "stale_version")
	for name, change := range map[string]m{
		"theirs": {"customer": id("other customer"), "currency": "EUR"}, "dollars": {"customer": id("customer"), "currency": "USD"},
	} {
		body := m{"id": id(name), "journal": id("journal"), "post": true, "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}}}
		maps.Copy(body, change)
		s.post("/v1/invoices", body)
	}
	s.send(http.MethodPost, "/v1/invoices/"+id("theirs").String()+"/payments", open).refused(http.StatusUnprocessableEntity, "payment_other_customer")
	s.send(http.MethodPost, "/v1/invoices/"+id("dollars").String()+"/payments", open).refused(http.StatusUnprocessableEntity, "currency_mismatch")

	s.post(small+"/payments", open)
	s.send(http.MethodPost, small+"/payments", open).refused(http.StatusConflict, "invoice_settled")
	rest := s.post(large+"/payments", open)
	s.asTheLog(large, rest).shows(map[string]string{"residual": "10.00", "payment_state": "partial"})
	s.send(http.MethodPost, large+"/payments", open).refused(http.StatusConflict, "payment_not_open")
	s.send(http.MethodPost, large+"/payments", m{
		"id": payment, "amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-02-02",
	}).refused(http.StatusConflict, "already_exists")
}

// A draft has no effect; posting has.
func TestExample06ADraftHasNoEffect(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell1410("sold")
	note := s.reverse("sold", "")
	drafted := s.post(on("ticket", "notes"), m{"body": "drafted"})
	s.asTheLog(invoice, drafted).shows(map[string]string{"payment_state": "not_paid", "residual": "1410.00"})
	s.page("ticket", drafted).shows(counts("0", "0", "0", "0", "0"))
	posted := s.post(note+"/post", nil)
	s.asTheLog(invoice, posted).shows(map[string]string{"payment_state": "reversed", "residual": "0.00"})
	s.page("ticket", posted).shows(counts("1", "0", "0", "0", "0"))
}

// Two full drafts, both posted at once: one is, and the state stays so after a
// new process has replayed the log.
func TestExample07Race(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := s.sell1410("sold")
	notes := []string{s.reverse("sold", ""), s.reverse("sold", "")}
	won, lost := outcomes(t, s.race(2, func(i int) string { return notes[i] + "/post" }, func(int) any { return nil }))
	if len(won) != 1 || lost["credit_exceeds_invoice"] != 1 {
		t.Fatalf("%d won, lost %v", len(won), lost)
	}
	s.restart()
	s.asTheLog(invoice, won[0]).shows(map[string]string{"payment_state": "reversed", "residual": "0.00", "credited": "1410.00"})
	states := map[string]int{}
	for _, note := range notes {
		states[s.asTheLog(note, won[0]).text("state")]++
	}
	if diff := cmp.Diff(map[string]int{"posted": 1, "draft": 1}, states); diff != "" {
		t.Errorf("credit notes (-want +got):\n%s", diff)
	}
}

// Reverse and create needs an invoice that nothing was credited of.
func TestExample08PartialCreditThenReverseAndCreate(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.sell1410("sold")
	s.post(s.reverse("sold", "1")+"/post", nil)
	nothing := s.unchanged(t)
	s.send(http.MethodPost, on("ticket", "refunds"), refund("sold", "reverse_and_create_invoice")).
		refused(http.StatusConflict, "invoice_already_credited")
	nothing()
}
