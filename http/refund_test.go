package http_test

import (
	"net/http"
	"testing"
)

// counts are the smart buttons of a ticket, in the order of the services.
func counts(creditNotes, coupons, returns, repairs, tasks string) map[string]string {
	return map[string]string{
		"smart_buttons.credit_notes": creditNotes, "smart_buttons.coupons": coupons, "smart_buttons.returns": returns,
		"smart_buttons.repairs": repairs, "smart_buttons.tasks": tasks,
	}
}

// page reads a ticket as it is after a command.
func (s *service) page(ticket string, after answer) answer {
	s.t.Helper()
	return s.get("/v1/tickets/"+id(ticket).String(), since(after))
}

// timeline is the types of a ticket's events, in order.
func (s *service) timeline(ticket string, after answer) []string {
	s.t.Helper()
	var types []string
	for _, item := range s.get(on(ticket, "timeline?limit=200"), since(after)).list("items") {
		types = append(types, item.(m)["type"].(string))
	}
	return types
}

// follow checks that the types occur in this order, others between them or not.
func follow(t testing.TB, types []string, want ...string) {
	t.Helper()
	rest := want
	for _, got := range types {
		if len(rest) > 0 && got == rest[0] {
			rest = rest[1:]
		}
	}
	if len(rest) > 0 {
		t.Errorf("timeline %v lacks %v of %v", types, rest, want)
	}
}

// and example 6: Reverse makes a draft, which
// counts for nothing until its lines were edited and it was posted.
func TestR24RefundInParts(t *testing.T) {
	t.Parallel()
	s := newService(t)
	page := s.page("ticket", s.furnish())
	page.shows(counts("0", "0", "0", "0", "0"))
	page.shows(map[string]string{"actions.refund.available": "true", "actions.refund.reason": "", "number": "T00001"})

	draft := s.post(on("ticket", "refunds"), refund("invoice", "reverse"))
	draft.shows(map[string]string{"documents.0.kind": "credit_note", "documents.0.state": "draft", "documents.0.number": ""})
	note := "/v1/credit-notes/" + draft.created()
	if draft.status != http.StatusCreated || draft.header.Get("Location") != note {
		t.Errorf("%d at %q, want 201 at %s", draft.status, draft.header.Get("Location"), note)
	}
	read := s.get(note, since(draft))
	read.shows(map[string]string{
		"state": "draft", "total": "36.00", "tax": "6.00", "reason": "T00001", "journal": id("journal").String(),
		"reversal_date": "2026-03-01", "invoice": id("invoice").String(), "ticket": id("ticket").String(), "number": "",
	})
	s.page("ticket", draft).shows(counts("0", "0", "0", "0", "0")) // a draft alone shows no button
	s.get("/v1/invoices/"+id("invoice").String(), since(draft)).
		shows(map[string]string{"payment_state": "not_paid", "residual": "36.00", "credited": "0.00"})

	edited := s.post(note+"/lines", m{"lines": []m{{"invoice_line": id("invoice line"), "quantity": "1"}}},
		with("If-Match", read.header.Get("ETag")))
	posted := s.post(note+"/post", nil)
	posted.shows(map[string]string{"documents.0.number": "RINV/2026/00001", "documents.0.state": "posted"})
	s.get(note, since(posted)).shows(map[string]string{"total": "12.00", "residual": "0.00", "payment_state": "paid", "lines.0.quantity": "1"})
	s.get("/v1/invoices/"+id("invoice").String(), since(posted)).shows(map[string]string{
		"payment_state": "partial", "residual": "24.00", "credited": "12.00", "creditable": "24.00", "credit_notes.0": draft.created(),
		"lines.0.credited_quantity": "1", "lines.0.creditable_quantity": "2",
	})
	s.page("ticket", posted).shows(counts("1", "0", "0", "0", "0"))
	s.get(on("ticket", "documents?kind=credit_note"), since(posted)).shows(map[string]string{"items.0.id": draft.created(), "items.1": ""})
	follow(t, s.timeline("ticket", posted), "ticket-opened", "ticket-numbered", "credit-note-drafted", "ticket-document-linked",
		"credit-note-lines-changed", "credit-note-posted", "credit-note-numbered")

	s.send(http.MethodPost, note+"/lines", m{"lines": []m{{"invoice_line": id("invoice line"), "quantity": "1"}}},
		with("If-Match", edited.header.Get("ETag"))).refused(http.StatusPreconditionFailed, "stale_version")
	s.send(http.MethodPost, note+"/discard", nil).refused(http.StatusConflict, "credit_note_not_draft")
}

// A partial draft at once: lines in the refund itself.
func TestRefundWithLines(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	body := refund("invoice", "reverse")
	body["lines"], body["reason"] = []m{{"invoice_line": id("invoice line"), "quantity": "2"}}, "Broken on arrival"
	body["id"] = id("note")
	draft := s.post(on("ticket", "refunds"), body)
	s.get("/v1/credit-notes/"+id("note").String(), since(draft)).shows(map[string]string{"total": "24.00", "reason": "Broken on arrival"})
	gone := s.post("/v1/credit-notes/"+id("note").String()+"/discard", nil)
	s.get("/v1/credit-notes/"+id("note").String(), since(gone)).shows(map[string]string{"state": "discarded", "number": ""})
	s.page("ticket", gone).shows(counts("0", "0", "0", "0", "0"))
}

// and example 5: Reverse and Create Invoice posts the credit
// note, frees the payment and drafts a copy of the invoice.
func TestR21ReverseAndCreateInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	invoice := "/v1/invoices/" + id("invoice").String()
	paid := s.post(invoice+"/payments", m{"amount": m{"amount": "36.00", "currency": "EUR"}, "paid_on": "2026-02-02", "reference": "bank"})
	s.get(invoice, since(paid)).shows(map[string]string{"payment_state": "paid", "residual": "0.00"})

	done := s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	done.shows(map[string]string{
		"documents.0.kind": "credit_note", "documents.0.state": "posted", "documents.0.number": "RINV/2026/00001",
		"documents.1.kind": "invoice", "documents.1.state": "draft", "documents.1.number": "",
	})
	s.get(invoice, since(done)).shows(map[string]string{"payment_state": "reversed", "residual": "0.00", "creditable": "0.00"})
	s.get("/v1/credit-notes/"+done.created(), since(done)).shows(map[string]string{
		"payment_state": "paid", "replacement_invoice": done.text("documents.1.id"),
	})
	s.get("/v1/payments/"+paid.created(), since(done)).shows(map[string]string{"state": "open", "amount": "36.00"})
	s.get("/v1/invoices/"+done.text("documents.1.id"), since(done)).shows(map[string]string{
		"state": "draft", "copied_from": id("invoice").String(), "total": "36.00", "lines.0.quantity": "3",
	})
	s.page("ticket", done).shows(counts("1", "0", "0", "0", "0"))
	follow(t, s.timeline("ticket", done), "credit-note-posted", "invoice-drafted", "credit-note-numbered")

	again := s.post("/v1/invoices/"+done.text("documents.1.id")+"/post", nil)
	again.shows(map[string]string{"documents.0.number": "INV/2026/00002", "documents.0.state": "posted"})
	s.send(http.MethodPost, on("ticket", "refunds"), refund("invoice", "reverse")).refused(http.StatusConflict, "invoice_fully_credited")
}
