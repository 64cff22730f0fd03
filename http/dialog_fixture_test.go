package http_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// dialog reads a dialog of the ticket of that name, after all that happened.
func (s *service) dialog(ticket, service, query string, options ...option) answer {
	s.t.Helper()
	at, _ := s.head()
	return s.get(on(ticket, service+"-options")+query, append([]option{with("Min-Position", at.String())}, options...)...)
}

// candidates are the names of the candidates in a list, of those given; what is
// none of them is told by its id.
func (a answer) candidates(list string, names ...string) string {
	var found []string
	for _, c := range a.list("candidates." + list) {
		text := fmt.Sprint(c.(m)["id"])
		if i := slices.IndexFunc(names, func(n string) bool { return id(n).String() == text }); i >= 0 {
			text = names[i]
		}
		found = append(found, text)
	}
	slices.Sort(found)
	return strings.Join(found, ", ")
}

// offers compares the candidates of a list with the names, in the order of the
// alphabet.
func (a answer) offers(t testing.TB, list string, want ...string) {
	t.Helper()
	if got := a.candidates(list, want...); got != strings.Join(want, ", ") {
		t.Errorf("%s offers %s %q, want %q", a.what, list, got, want)
	}
}

// drill makes what customer A has of the tracked product: an order, an invoice
// and a delivery of two, with their serial numbers.
func (s *service) drill() {
	s.t.Helper()
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("lot 2"), "name": "SN2"})
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("lot 9"), "name": "SN9"})
	s.post("/v1/orders", m{
		"id": id("drill order"), "number": "S2", "customer": id("customer"), "currency": "EUR", "confirmed_at": "2026-02-02T10:00:00Z",
		"lines": []m{{"id": id("drill order line"), "product": id("tracked"), "quantity": "2", "unit_price": "50.00"}},
	})
	s.post("/v1/invoices", m{
		"id": id("drill invoice"), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "order": id("drill order"),
		"invoice_date": "2026-02-02", "post": true,
		"lines": []m{{"id": id("drill invoice line"), "product": id("tracked"), "quantity": "2", "unit_price": "50.00"}},
	})
	s.post("/v1/deliveries", m{
		"id": id("drill delivery"), "customer": id("customer"), "order": id("drill order"), "validate": true, "source_location": id("shelf"),
		"lines": []m{{"id": id("drill delivery line"), "product": id("tracked"), "quantity": "2", "lots": []m{
			{"lot": id("lot"), "quantity": "1"}, {"lot": id("lot 2"), "quantity": "1"},
		}}},
	})
}
