package http_test

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
)

// walker asks at random for what can be asked of some invoices.
type walker struct {
	*service
	random *rand.Rand
}

// any is one of the documents of a collection, as the read model shows it now;
// false when there is none.
func (w walker) any(collection string) (answer, bool) {
	w.t.Helper()
	items := w.send(http.MethodGet, "/v1/"+collection+"?limit=200&customer="+id("customer").String(), nil).list("items")
	if len(items) == 0 {
		return answer{}, false
	}
	a := w.send(http.MethodGet, "/v1/"+collection+"/"+items[w.random.IntN(len(items))].(m)["id"].(string), nil)
	return a, a.status == http.StatusOK
}

// step gives one command; most refusals are as good as success.
func (w walker) step() {
	invoice, ok := w.any("invoices")
	if !ok {
		return
	}
	target := "/v1/invoices/" + invoice.text("id")
	send := func(path string, body any, options ...option) {
		if a := w.send(http.MethodPost, path, body, options...); a.status >= http.StatusInternalServerError {
			w.t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
	}
	euros := func(a answer) m { return m{"amount": a.text("residual"), "currency": "EUR"} }
	switch w.random.IntN(10) {
	case 0:
		send(on("ticket", "refunds"), m{"invoices": []any{invoice.text("id")}, "reversal_date": "2026-03-01", "mode": "reverse_and_create_invoice"})
		return
	case 1:
		send(target+"/credit-notes", m{"reversal_date": "2026-03-01"})
		return
	case 2:
		send(target+"/post", nil)
		return
	case 3:
		send(target+"/payments", m{"amount": euros(invoice), "paid_on": "2026-02-02"})
		return
	case 4, 5:
		if payment, ok := w.any("payments"); ok {
			w.use(payment, target, send)
		}
		return
	}
	note, ok := w.any("credit-notes")
	if !ok {
		return
	}
	path := "/v1/credit-notes/" + note.text("id")
	switch w.random.IntN(7) {
	case 0:
		send(path+"/discard", nil)
	case 3:
		send(path+"/allocate", m{"invoice": invoice.text("id")})
	case 4:
		send(path+"/release", m{"allocation": note.text("allocations.0.id")})
	case 1:
		send(path+"/lines", m{"lines": []m{{"id": note.text("lines.0.id"), "quantity": "1"}}}, with("If-Match", note.header.Get("ETag")))
	case 2:
		send(path+"/payout", m{"amount": euros(note)})
	default:
		send(path+"/post", nil)
	}
}

// use allocates a payment to the invoice, releases it or pays it back.
func (w walker) use(payment answer, invoice string, send func(string, any, ...option)) {
	path := "/v1/payments/" + payment.text("id")
	switch w.random.IntN(4) {
	case 0:
		send(path+"/release", nil)
	case 1:
		send(path+"/refund", m{"amount": m{"amount": payment.text("open"), "currency": "EUR"}})
	default:
		send(invoice+"/payments", m{"payment": payment.text("id")})
	}
}

// After any walk of several clients over the invoices of a customer, the read
// model shows every invoice, credit note and payment as the log folds.
func TestAfterAnyWalkTheReadModelAgreesWithTheLog(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.sell("second", "per_line", [4]string{"3", "1.05", "0", "9"})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var walking sync.WaitGroup
	for client := range uint64(3) {
		w := walker{s, rand.New(rand.NewPCG(seed, client))}
		walking.Go(func() {
			for range 15 {
				w.step()
			}
		})
	}
	walking.Wait()
	last := s.post(on("ticket", "notes"), m{"body": "the end"})
	for _, collection := range []string{"invoices", "credit-notes", "payments"} {
		for _, item := range s.get("/v1/"+collection+"?limit=200", since(last)).list("items") {
			s.asTheLog("/v1/"+collection+"/"+item.(m)["id"].(string), last)
		}
	}
}
