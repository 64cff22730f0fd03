package http_test

import (
	"fmt"
	"net/http"
	"testing"
)

// outside makes an invoice of one lamp that brings a number.
func (s *service) outside(name, number string, post bool) answer {
	s.t.Helper()
	return s.send(http.MethodPost, "/v1/invoices", m{
		"id": id(name), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "number": number,
		"post": post, "lines": []m{{"id": id(name + " line"), "product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
}

func (s *service) numberOf(kind, name string, after answer) string {
	s.t.Helper()
	return s.get("/v1/"+kind+"/"+id(name).String(), since(after)).text("number")
}

// Domain.md 2.0, 2.5: a draft has no number, also not one that it brought. It
// gets that when it is posted, if it is free then; a draft that is discarded
// leaves no gap.
func TestANumberFromOutsideIsGivenAtPosting(t *testing.T) {
	t.Parallel()
	s := furnished(t) // its invoice is INV/2026/00001
	for _, name := range []string{"given up", "late", "early"} {
		made := s.outside(name, "INV/2026/00002", false)
		made.shows(map[string]string{"documents.0.state": "draft", "documents.0.number": ""})
		if got := s.numberOf("invoices", name, made); got != "" {
			t.Errorf("the draft %s has the number %s", name, got)
		}
	}
	s.post("/v1/invoices/"+id("given up").String()+"/discard", nil)
	s.post("/v1/invoices/"+id("early").String()+"/post", nil).shows(map[string]string{"documents.0.number": "INV/2026/00002"})
	s.send(http.MethodPost, "/v1/invoices/"+id("late").String()+"/post", nil).refused(conflict, "number_taken")
	s.outside("late too", "INV/2026/00002", false).refused(conflict, "number_taken")
	last := s.invoice("next", "1", true)
	s.numbered("/v1/invoices?state=posted", "INV/2026/%05d", 3, last)
	if got := s.numberOf("invoices", "late", last); got != "" {
		t.Errorf("the refused draft has the number %s", got)
	}
}

// A discarded draft gives way: the next posted invoice has the next number.
func TestADiscardedDraftLeavesNoGap(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.outside("given up", "INV/2026/00002", false)
	s.post("/v1/invoices/"+id("given up").String()+"/discard", nil)
	s.numbered("/v1/invoices?state=posted", "INV/2026/%05d", 2, s.invoice("next", "1", true))
}

// No two documents of a customer have one number: an invoice has none that a
// credit note has, nor the same with blanks about it, and the other way round.
func TestInvoicesAndCreditNotesShareTheirNumbers(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	reverse := func(invoice string) answer {
		note := s.post(on("ticket", "refunds"), refund(invoice, "reverse")).created()
		return s.post("/v1/credit-notes/"+note+"/post", nil)
	}
	reverse("invoice").shows(map[string]string{"documents.0.number": "RINV/2026/00001"})
	s.outside("taken", "RINV/2026/00001", true).refused(conflict, "number_taken")
	s.outside("blanks", " INV/2026/00001 ", true).refused(conflict, "number_taken")
	s.outside("first", "  RINV/2026/00002", true).shows(map[string]string{"documents.0.number": "RINV/2026/00002"})
	s.invoice("second", "1", true)
	reverse("second").shows(map[string]string{"documents.0.number": "RINV/2026/00003"})

	own := s.post("/v1/invoices", m{ // whose credit note would be next to have it
		"id": id("own"), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "number": "RINV/2026/00004", "post": true,
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
	own.shows(map[string]string{"documents.0.number": "RINV/2026/00004"})
	s.ticket("bare", m{"customer": id("customer")})
	note := s.post(on("bare", "refunds"), refund("own", "reverse")).created()
	s.post("/v1/credit-notes/"+note+"/post", nil).shows(map[string]string{"documents.0.number": "RINV/2026/00005"})
}

// Of many drafts that bring one number and are posted at once, among invoices
// that bring none, one has it, and the series has no gap and no double.
func TestConcurrentPostingsWithOneNumber(t *testing.T) {
	s := contest(t)
	const n = 12
	for i := range n {
		number := ""
		if i%2 == 0 {
			number = "INV/2026/00004"
		}
		s.outside(fmt.Sprint("draft ", i), number, false)
	}
	posted, lost := outcomes(t, s.race(n, func(i int) string { return "/v1/invoices/" + id(fmt.Sprint("draft ", i)).String() + "/post" }, same(nil)))
	if len(posted) != n/2+1 || lost["number_taken"] != n/2-1 {
		t.Errorf("%d posted, refused %v", len(posted), lost)
	}
	last := s.post(on("ticket", "notes"), m{"body": "Counted"})
	s.numbered("/v1/invoices?state=posted", "INV/2026/%05d", n/2+2, last)
}
