package http_test

import (
	"testing"
)

// Domain.md 3.1 rule 14: a future date lends nobody the right to post. What an
// agent makes of a dated draft is not posted by the timer; what billing makes of
// it is.
func TestADateDoesNotLendTheRightToPost(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "3", true)
	draft := func(invoice string) (path string) {
		made := s.post(on("ticket", "refunds"), m{
			"invoices": []any{id(invoice)}, "mode": "reverse", "reversal_date": "2026-03-02",
			"lines": []m{{"invoice_line": id(invoice + " line"), "quantity": "1"}},
		})
		path = "/v1/credit-notes/" + made.created()
		s.get(path, since(made)).shows(map[string]string{"auto_post_on": "2026-03-02", "total": "12.00"})
		return path
	}
	edit := func(path, invoice, role string) answer {
		lines := m{"lines": []m{{"invoice_line": id(invoice + " line"), "quantity": "3"}}}
		return s.post(path+"/lines", lines, as(s.token(role+"-1", []string{role}, nil)), s.seen(path, s.last()))
	}
	lent, kept := draft("invoice"), draft("second")
	s.get(lent, since(edit(lent, "invoice", "agent"))).shows(map[string]string{"auto_post_on": "", "total": "36.00", "state": "draft"})
	s.get(kept, since(edit(kept, "second", "billing"))).shows(map[string]string{"auto_post_on": "2026-03-02", "total": "36.00"})
	then := s.pass(oneDay)
	s.get(lent, since(then)).shows(map[string]string{"state": "draft", "number": ""})
	s.get(kept, since(then)).shows(map[string]string{"state": "posted", "number": "RINV/2026/00001", "auto_post_on": "2026-03-02"})
	s.settled()
}

// Domain.md 2.5: the timer posts into an archived journal no more than people
// do. It says so once, and posts when the journal is active again.
func TestTheTimerWaitsForAnArchivedJournal(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "refunds"), m{"invoices": []any{id("invoice")}, "mode": "reverse", "reversal_date": "2026-03-02"})
	path := "/v1/credit-notes/" + made.created()
	s.archive("journals", "journal")
	then := s.pass(oneDay)
	s.send("POST", path+"/post", nil).refused(conflict, "journal_archived")
	s.get(path, since(then)).shows(map[string]string{"state": "draft", "auto_post_on": "2026-03-02", "auto_post_refused": "journal_archived"})
	follow(t, s.timeline("ticket", then), "credit-note-drafted", "credit-note-posting-refused")
	s.settled()
	s.post("/v1/journals/"+id("journal").String()+"/unarchive", nil)
	s.get(path, since(s.look())).shows(map[string]string{"state": "posted", "number": "RINV/2026/00001", "auto_post_refused": ""})
	s.settled()
}
