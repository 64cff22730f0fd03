package http_test

import (
	"net/http"
	"testing"
)

// lock locks the books up to a day.
func (s *service) lock(date string, o ...option) answer {
	s.t.Helper()
	return s.post("/v1/accounting/lock-date", m{"lock_date": date}, o...)
}

// The company's lock goes forward only, for days that are over (2026-03-01 is
// today), by whoever keeps the books.
func TestTheBooksAreLockedForward(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const path = "/v1/accounting/lock-date"
	s.get(path).shows(map[string]string{"lock_date": "", "first_open_day": ""})
	for role, may := range map[string]bool{"billing": true, "lead": true, "agent": false, "integration": false, "warehouse": false} {
		a := s.send(http.MethodPost, path, m{"lock_date": "2026-01-15"}, as(s.token(role+"-1", []string{role}, nil)))
		if may && a.status != http.StatusOK || !may && a.text("code") != "forbidden" {
			t.Errorf("%s: %d %s", role, a.status, a.body)
		}
	}
	s.lock("2026-01-31").shows(map[string]string{"documents.0.kind": "lock_date", "documents.0.state": "active"})
	seen := s.get(path)
	seen.shows(map[string]string{"lock_date": "2026-01-31", "first_open_day": "2026-02-01"})
	unchanged := s.unchanged(t)
	s.send(http.MethodPost, path, m{"lock_date": "2026-01-30"}).refused(conflict, "lock_date_backward")
	s.send(http.MethodPost, path, m{"lock_date": "2026-03-01"}).refused(unprocessable, "day_not_over")
	s.send(http.MethodPost, path, m{}).refused(unprocessable, "required")
	s.send(http.MethodPost, path, m{"lock_date": "2026-02-30"}).refused(http.StatusBadRequest, "malformed")
	s.send(http.MethodPost, path, m{"lock_date": "2026-02-01"}, with("If-Match", `"9"`)).refused(http.StatusPreconditionFailed, "stale_version")
	unchanged()
	s.lock("2026-02-28", with("If-Match", seen.header.Get("ETag")))
	s.get(path).shows(map[string]string{"lock_date": "2026-02-28", "first_open_day": "2026-03-01"})
}

// adjusted are what a command shows whose document was moved to a day.
func adjusted(date string) map[string]string {
	return map[string]string{
		"warnings.0.code": "date_adjusted", "warnings.0.message": "The period is locked; the accounting date was moved to " + date + ".", "warnings.1": "",
	}
}

// Domain.md 2.5, post: the lock date pushes the accounting date forward instead of
// failing. What was posted before stays, and the closed year gets no more numbers.
func TestPostingForALockedDay(t *testing.T) {
	t.Parallel()
	s := furnished(t) // with an invoice of 2026-02-01
	s.lock("2025-12-31")
	invoice := func(name, date string, post bool) m {
		return m{
			"id": id(name), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "invoice_date": date, "post": post,
			"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1"}},
		}
	}
	s.post("/v1/invoices?dry_run=true", invoice("late", "2025-12-20", true)).shows(adjusted("2026-01-01"))
	late := s.post("/v1/invoices", invoice("late", "2025-12-20", true), key("late"))
	late.shows(adjusted("2026-01-01"))
	s.post("/v1/invoices", invoice("late", "2025-12-20", true), key("late")).shows(adjusted("2026-01-01"))
	s.get("/v1/invoices/"+id("late").String(), since(late)).shows(map[string]string{
		"invoice_date": "2025-12-20", "accounting_date": "2026-01-01", "number": "INV/2026/00002",
	})
	s.post("/v1/invoices", invoice("open", "2026-01-01", true)).shows(map[string]string{"warnings.0": ""})
	s.post("/v1/invoices", invoice("draft", "2026-02-10", false)).shows(map[string]string{"warnings.0": ""})
	s.lock("2026-02-15")
	posted := s.post("/v1/invoices/"+id("draft").String()+"/post", nil, with("Accept-Language", "fa"))
	posted.shows(map[string]string{"warnings.0.message": "دوره بسته است؛ تاریخ حسابداری به 2026-02-16 منتقل شد."})
	for name, want := range map[string]string{"draft": "2026-02-16", "open": "2026-01-01", "invoice": "2026-02-01"} {
		s.get("/v1/invoices/"+id(name).String(), since(posted)).shows(map[string]string{"accounting_date": want})
	}
	s.get("/v1/invoices/" + id("draft").String() + "?at_revision=0").shows(map[string]string{"accounting_date": "2026-02-10", "state": "draft"})
	undated := but(invoice("undated", "", true), "invoice_date", nil)
	s.post("/v1/invoices", undated).shows(map[string]string{"warnings.0": ""})
}

// Domain.md 3.1 rule 15: a reversal date in a locked period moves the accounting
// date, the date of the credit note stays; before the invoice's date it warns too.
func TestRefundsForALockedDay(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for _, name := range []string{"second", "third", "fourth", "fifth"} {
		s.invoice(name, "1", true)
	}
	s.lock("2026-02-15")
	on15 := func(invoice, mode, date string) m { return but(refund(invoice, mode), "reversal_date", date) }
	refunds := on("ticket", "refunds")
	s.post(refunds+"?dry_run=true", on15("invoice", "reverse", "2026-02-10")).shows(adjusted("2026-02-16"))
	s.post(refunds+"?dry_run=true", on15("invoice", "reverse_and_create_invoice", "2026-02-15")).shows(adjusted("2026-02-16"))
	s.post(refunds+"?dry_run=true", on15("invoice", "reverse", "2026-02-16")).shows(map[string]string{"warnings.0": ""})
	s.post(refunds+"?dry_run=true", on15("invoice", "reverse", "2026-01-31")).shows(map[string]string{
		"warnings.0.code": "reversal_before_invoice", "warnings.1.code": "date_adjusted", "warnings.2": "",
	})
	draft := s.post(refunds, on15("invoice", "reverse", "2026-02-10"))
	draft.shows(adjusted("2026-02-16"))
	note := "/v1/credit-notes/" + draft.created()
	s.lock("2026-02-20")
	posted := s.post(note+"/post", nil)
	posted.shows(adjusted("2026-02-21"))
	s.get(note, since(posted)).shows(map[string]string{"reversal_date": "2026-02-10", "accounting_date": "2026-02-21", "state": "posted"})

	created := s.post(refunds, on15("second", "reverse_and_create_invoice", "2026-02-10"))
	created.shows(adjusted("2026-02-21"))
	s.get("/v1/credit-notes/"+created.created(), since(created)).shows(map[string]string{"accounting_date": "2026-02-21", "number": "RINV/2026/00002"})
	s.get("/v1/invoices/"+created.text("documents.1.id"), since(created)).shows(map[string]string{"accounting_date": "", "invoice_date": ""})

	several := s.post(refunds, but(on15("third", "reverse_and_create_invoice", "2026-02-10"), "invoices", []any{id("third"), id("fourth")}))
	several.shows(adjusted("2026-02-21"))
	for _, i := range []string{"0", "2"} {
		s.get("/v1/credit-notes/"+several.text("documents."+i+".id"), since(several)).shows(map[string]string{"accounting_date": "2026-02-21"})
	}
	byBilling := s.post("/v1/invoices/"+id("fifth").String()+"/credit-notes", m{"reversal_date": "2026-02-10"})
	byBilling.shows(adjusted("2026-02-21"))
	told := s.get("/v1/audit/events?type=accounting-date-moved", since(byBilling)).list("items")
	if len(told) != 6 { // a draft, its posting, three that were posted at once, and another draft
		t.Errorf("%d events, want 6", len(told))
	}
}
