package http_test

import (
	"net/http"
	"testing"
)

// once checks that of many requests that bring one id to several places at the
// same time one made the document, and that the others heard already_exists.
func once(t *testing.T, what string, answers []answer) answer {
	t.Helper()
	won, lost := outcomes(t, answers)
	if len(won) != 1 || lost["already_exists"] != len(answers)-1 {
		t.Fatalf("%s: %d have the id, refused %v", what, len(won), lost)
	}
	return won[0]
}

// Ids of clients are unique (api.md, ids; domain.md 2.0), also of documents that
// live in another's stream: whichever of them asked first has the id.
func TestAnIDOfAClientIsGivenOnce(t *testing.T) {
	s := contest(t)
	places := []string{"place 0", "place 1", "place 2", "place 3", "place 4", "place 5"}
	for _, name := range places {
		s.invoice(name, "3", true)
		s.delivery(name, "3", true)
		s.post("/v1/products", m{"id": id(name), "name": name, "tracking": "lot"})
	}
	in := func(collection, command string) func(int) string {
		return func(i int) string { return "/v1/" + collection + "/" + id(places[i]).String() + "/" + command }
	}
	payment := m{"id": id("a payment"), "amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"}
	paid := once(t, "payment", s.race(len(places), in("invoices", "payments"), same(payment)))
	once(t, "lot", s.race(len(places), in("products", "lots"), same(m{"id": id("a lot"), "name": "L9"})))
	back := once(t, "return", s.race(len(places), at(on("ticket", "returns")), func(i int) any {
		return but(giveBack(places[i], "1"), "id", id("a return"))
	}))
	drafted := once(t, "draft of accounting", s.race(len(places), in("invoices", "credit-notes"),
		same(m{"id": id("a draft"), "reversal_date": "2026-03-01"})))
	noted := once(t, "credit note", s.race(len(places), at(on("ticket", "refunds")), func(i int) any {
		return but(refund(places[i], "reverse_and_create_invoice"), "id", id("a note"))
	}))
	s.get("/v1/payments/"+id("a payment").String(), since(paid)).shows(map[string]string{"amount": "1.00"})
	s.get("/v1/returns/"+id("a return").String(), since(back)).shows(map[string]string{"number": "WH/IN/00001"})
	s.get("/v1/credit-notes/"+id("a note").String(), since(noted)).shows(map[string]string{"number": "RINV/2026/00001", "state": "posted"})
	s.get("/v1/credit-notes/"+id("a draft").String(), since(drafted)).shows(map[string]string{"number": "", "state": "draft"})
	s.numbered("/v1/credit-notes?state=posted", "RINV/2026/%05d", 1, noted)
}

// The id of a document is taken, whoever chose it, and of a kind that nothing
// but its home tells of.
func TestAnIDOfALotIsTaken(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("other tracked"), "name": "Saw", "tracking": "serial"})
	other := "/v1/products/" + id("other tracked").String() + "/lots"
	s.send(http.MethodPost, other, m{"id": id("lot"), "name": "SN1"}).refused(conflict, "already_exists")
	derived := s.post("/v1/products/"+id("tracked").String()+"/lots", m{"name": "SN2"}).created()
	s.send(http.MethodPost, other, m{"id": derived, "name": "SN2"}).refused(conflict, "already_exists")
}

// What was refused took no id: the corrected request has it, on the same
// document or another.
func TestARefusalTakesNoID(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("other", "3", true)
	pay := func(invoice, amount string) answer {
		return s.send(http.MethodPost, "/v1/invoices/"+id(invoice).String()+"/payments",
			m{"id": id("a payment"), "amount": m{"amount": amount, "currency": "EUR"}, "paid_on": "2026-03-01"}, key("the-payment"))
	}
	check := s.unchanged(t)
	pay("invoice", "-1.00").refused(unprocessable, "not_positive")
	check()
	if a := pay("other", "1.00"); a.status != http.StatusCreated {
		t.Errorf("corrected: %d %s", a.status, a.body)
	}
	if a := pay("other", "1.00"); a.status != http.StatusCreated || a.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: %d %s", a.status, a.body)
	}
}

// Money that goes out does not take the place of money that came in under the
// same id, on the same invoice.
func TestAPayoutDoesNotTakeTheIDOfAPayment(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	in := m{"id": id("a payment"), "amount": m{"amount": "36.00", "currency": "EUR"}, "paid_on": "2026-03-01"}
	s.post("/v1/invoices/"+id("invoice").String()+"/payments", in)
	note := s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()
	s.post("/v1/credit-notes/"+note+"/post", nil)
	out := m{"id": id("a payment"), "amount": m{"amount": "5.00", "currency": "EUR"}}
	s.send(http.MethodPost, "/v1/credit-notes/"+note+"/payout", out).refused(conflict, "already_exists")
	other := but(out, "id", id("a payout"))
	s.post("/v1/credit-notes/"+note+"/payout", other)
	s.send(http.MethodPost, "/v1/invoices/"+id("invoice").String()+"/payments", but(in, "id", id("a payout"))).refused(conflict, "already_exists")
	s.get("/v1/payments/"+id("a payment").String(), since(s.last())).shows(map[string]string{"amount": "36.00"})
}
