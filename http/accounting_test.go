package http_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// the customer is shown a credit note with its number, the amount
// that has been credited to them and the reason, once it is posted.
func TestR01TheCustomerSeesWhatWasCreditedAndWhy(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	body := refund("invoice", "reverse")
	body["reason"] = "T00001, broken on arrival"
	note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), body).created()
	mine := s.portalOf("customer")
	posted := s.post(note+"/post", nil)
	s.get(note, since(posted)).shows(map[string]string{"reason": "T00001, broken on arrival", "customer": id("customer").String(), "total": "36.00"})
	s.get("/v1/portal/credit-notes", as(mine), since(posted)).shows(map[string]string{
		"items.0.number": "RINV/2026/00001", "items.0.total": "-36.00", "items.0.reason": "T00001, broken on arrival", "items.0.invoice": id("invoice").String(),
	})
}

// Domain.md 2.5 and 4: the day that a document is due, and what a credit note is
// stored as, in the customer's language.
func TestDocumentsTellWhenTheyAreDueAndWhatTheyReverse(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := "/v1/invoices/" + id("invoice").String()
	s.get(path, since(s.last())).shows(map[string]string{"invoice_date": "2026-02-01", "due_date": "2026-02-01"})
	own := m{
		"id": id("own"), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "invoice_date": "2026-02-01", "due_date": "2026-01-31",
		"post": true, "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	}
	s.send(http.MethodPost, "/v1/invoices", own).refused(http.StatusUnprocessableEntity, "invalid_value")
	own["due_date"] = "2026-03-03"
	s.post("/v1/invoices", own)
	s.get("/v1/invoices/"+id("own").String(), since(s.last())).shows(map[string]string{"due_date": "2026-03-03"})

	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	note := "/v1/credit-notes/" + draft.created()
	s.get(note, since(draft)).shows(map[string]string{"due_date": "2026-03-01", "reference": "Reversal of INV/2026/00001, T00001"})
	posted := s.post(note+"/post", nil)
	mine := s.portalOf("customer")
	s.get("/v1/portal/credit-notes", as(mine), since(posted)).shows(map[string]string{
		"items.0.due_date": "2026-03-01", "items.0.reference": "Reversal of INV/2026/00001, T00001",
	})
	s.get("/v1/portal/invoices", as(mine), since(posted)).shows(map[string]string{"items.1.due_date": "2026-03-03"})
	s.post("/v1/customers/"+id("customer").String()+"/details", m{"language": "fa"})
	persian := s.post("/v1/invoices/"+id("own").String()+"/credit-notes", m{"reversal_date": "2026-03-01"})
	s.get("/v1/credit-notes/"+persian.created(), since(persian)).shows(map[string]string{"reference": "برگشت INV/2026/00002"})
}

// a credit note refunds what was paid in full, or lowers what is still due.
func TestR02FullRefundOrLessDue(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	paid, due := s.sell1410("paid"), s.sell1410("due")
	s.pays(paid, "1410.00")
	full := s.reverse("paid", "")
	s.post(full+"/post", nil)
	part := s.post(s.reverse("due", "400")+"/post", nil)
	s.get(full, since(part)).shows(map[string]string{"residual": "1410.00", "payment_state": "not_paid"})
	s.get(due, since(part)).shows(map[string]string{"residual": "1010.00", "payment_state": "partial"})
	back := s.post(full+"/payout", m{"amount": m{"amount": "1410.00", "currency": "EUR"}, "paid_on": "2026-02-28"})
	s.get(full, since(back)).shows(map[string]string{"residual": "0.00", "payment_state": "paid"})
	s.get(paid, since(back)).shows(map[string]string{"payment_state": "paid", "creditable": "0.00"})
}

// accounting drafts a credit note from the invoice, without any ticket; it
// lives as those from tickets do, under the same cap.
func TestR03CreditNotesFromAccounting(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := "/v1/invoices/" + id("invoice").String()
	billing, agent := s.token("clerk", []string{"billing"}, nil), s.token("agent", []string{"agent"}, nil)
	wish := m{"id": id("note"), "reversal_date": "2026-02-20", "reason": "Agreed by phone", "lines": []m{{"invoice_line": id("invoice line"), "quantity": "1"}}}
	s.send(http.MethodPost, invoice+"/credit-notes", wish, as(agent)).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodPost, invoice+"/credit-notes", m{}, as(billing)).refused(http.StatusUnprocessableEntity, "reversal_date_required")
	s.send(http.MethodPost, "/v1/invoices/"+id("nothing").String()+"/credit-notes", wish).refused(http.StatusNotFound, "invoice_not_found")

	draft := s.post(invoice+"/credit-notes", wish, as(billing))
	draft.shows(map[string]string{"documents.0.kind": "credit_note", "documents.0.id": id("note").String(), "documents.0.state": "draft", "warnings.0": ""})
	note := "/v1/credit-notes/" + draft.created()
	s.get(note, since(draft)).shows(map[string]string{
		"ticket": "", "reason": "Agreed by phone", "journal": id("journal").String(), "total": "12.00", "mode": "reverse", "reversal_date": "2026-02-20",
	})
	posted := s.post(note+"/post", nil, as(billing))
	posted.shows(map[string]string{"documents.0.number": "RINV/2026/00001", "documents.0.state": "posted"})
	s.get(invoice, since(posted)).shows(map[string]string{"credited": "12.00", "residual": "24.00", "payment_state": "partial"})
	s.page("ticket", posted).shows(counts("0", "0", "0", "0", "0"))
	too := s.send(http.MethodPost, invoice+"/credit-notes", m{"reversal_date": "2026-03-01", "lines": []m{{"invoice_line": id("invoice line"), "quantity": "3"}}})
	too.refused(http.StatusConflict, "credit_exceeds_invoice")
	early := s.post(invoice+"/credit-notes", m{"reversal_date": "2026-01-31"})
	early.shows(map[string]string{"warnings.0.code": "reversal_before_invoice"})
}

// one refund reverses several invoices, each with a credit note of its own.
func TestR11SeveralInvoices(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.sell1410("second")
	body := refund("invoice", "reverse")
	body["invoices"] = []any{id("invoice"), id("second")}
	drafts := s.post(on("ticket", "refunds"), body)
	last := drafts
	for path, want := range map[string][2]string{"documents.0.id": {"invoice", "36.00"}, "documents.1.id": {"second", "1410.00"}} {
		note := "/v1/credit-notes/" + drafts.text(path)
		s.get(note, since(drafts)).shows(map[string]string{"invoice": id(want[0]).String(), "total": want[1]})
		last = s.post(note+"/post", nil)
	}
	drafts.shows(map[string]string{"documents.2": ""})
	s.page("ticket", last).shows(counts("2", "0", "0", "0", "0"))
}

// the credit note is posted in the journal that was chosen, whose series
// numbers it.
func TestR15TheJournalNumbersTheCreditNote(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/journals", m{"id": id("refunds"), "code": "REF", "name": "Refunds", "type": "sale"})
	body := refund("invoice", "reverse")
	body["journal"] = id("refunds")
	note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), body).created()
	posted := s.post(note+"/post", nil)
	s.get(note, since(posted)).shows(map[string]string{"journal": id("refunds").String(), "number": "RREF/2026/00001"})
	s.get("/v1/invoices/"+id("invoice").String(), since(posted)).shows(map[string]string{"journal": id("journal").String(), "number": "INV/2026/00001"})
}

// there are two ways to confirm and no other, one drafts, one posts.
func TestR18TwoWaysToConfirm(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for _, mode := range []any{"modify", "", nil} {
		body := refund("invoice", "")
		body["mode"] = mode
		s.send(http.MethodPost, on("ticket", "refunds"), body).refused(http.StatusUnprocessableEntity, "invalid_value")
	}
	states := map[string]string{}
	for _, mode := range []string{"reverse", "reverse_and_create_invoice"} {
		done := s.post(on("ticket", "refunds"), refund("invoice", mode))
		states[mode] = done.text("documents.0.state") + " " + done.text("documents.1.kind")
	}
	if diff := cmp.Diff(map[string]string{"reverse": "draft ", "reverse_and_create_invoice": "posted invoice"}, states); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// the draft that replaces a reversed invoice can be changed until it is
// posted, by one editor at a time.
func TestR23TheCopiedDraftCanBeChanged(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	done := s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	fresh := "/v1/invoices/" + done.text("documents.1.id")
	billing, agent := s.token("clerk", []string{"billing"}, nil), s.token("agent", []string{"agent"}, nil)
	draft := s.get(fresh, since(done))
	match := with("If-Match", draft.header.Get("ETag"))
	lines := m{"lines": []m{
		{"id": draft.text("lines.0.id"), "product": id("product"), "quantity": "2", "unit_price": "9.50", "order_line": id("order line")},
		{"description": "Delivery", "quantity": "1", "unit_price": "4.00"},
	}}
	s.send(http.MethodPost, fresh+"/lines", lines, as(billing)).refused(http.StatusPreconditionRequired, "precondition_required")
	s.send(http.MethodPost, fresh+"/lines", lines, as(agent), match).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodPost, fresh+"/lines", m{"lines": []m{{"product": id("nothing"), "quantity": "1", "unit_price": "1"}}}, as(billing), match).
		refused(http.StatusUnprocessableEntity, "product_not_found")
	s.send(http.MethodPost, fresh+"/lines", m{"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1", "order_line": id("nothing")}}}, as(billing), match).
		refused(http.StatusUnprocessableEntity, "invalid_value")
	changed := s.post(fresh+"/lines", lines, as(billing), match)
	s.asTheLog(fresh, changed).shows(map[string]string{
		"state": "draft", "total": "23.00", "residual": "23.00", "copied_from": id("invoice").String(),
		"lines.0.id": draft.text("lines.0.id"), "lines.0.quantity": "2", "lines.0.description": "Lamp", "lines.1.description": "Delivery", "lines.2": "",
	})
	s.send(http.MethodPost, fresh+"/lines", m{"lines": []m{{"description": "Other", "quantity": "1", "unit_price": "1"}}}, as(billing), match).
		refused(http.StatusPreconditionFailed, "stale_version")
	posted := s.post(fresh+"/post", nil)
	posted.shows(map[string]string{"documents.0.number": "INV/2026/00002"})
	s.send(http.MethodPost, fresh+"/lines", lines, as(billing), with("If-Match", posted.header.Get("ETag"))).
		refused(http.StatusConflict, "invoice_not_draft")
	s.send(http.MethodPost, "/v1/invoices/"+id("nothing").String()+"/lines", lines, match).refused(http.StatusNotFound, "invoice_not_found")
}

// everyAccounting is every for what accounting does with invoices and credit notes.
func (s *service) everyAccounting() []bad {
	s.t.Helper()
	paid := s.pays(s.sell1410("paid"), "1410.00").created()
	note := s.reverse("paid", "2")
	s.post(note+"/post", nil)
	s.sell1410("partly due")
	s.post(note+"/allocate", m{"id": id("allocation"), "invoice": id("partly due"), "amount": inEuros("1.00")})
	payment := s.pays(s.sell1410("released"), "1410.00").created()
	again := s.post(on("ticket", "refunds"), refund("released", "reverse_and_create_invoice"))
	fresh, due := "/v1/invoices/"+again.text("documents.1.id"), s.sell1410("due")
	seen := s.get(fresh, since(again)).header.Get("ETag")
	return []bad{
		{path: note + "/payout", body: m{"amount": m{"amount": "1.00", "currency": "EUR"}}},
		{path: fresh + "/lines", body: m{"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}}}, options: []option{with("If-Match", seen)}},
		{path: due + "/credit-notes", body: m{"reversal_date": "2026-03-01"}},
		{path: due + "/payments", body: m{"payment": payment}},
		{path: note + "/allocate", body: m{"invoice": id("due")}},
		{path: note + "/release", body: m{"allocation": id("allocation")}},
		{path: "/v1/payments/" + paid + "/release"},
		{path: "/v1/payments/" + payment + "/refund", body: m{"amount": inEuros("1.00")}},
	}
}
