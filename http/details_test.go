package http_test

import (
	"net/http"
	"testing"
)

// 2.3, 2.4, C-13: a customer without an address is given one, and the next mail
// goes there; a product's new price is that of what is made from now on. Fields
// that are not sent stay.
func TestDetailsOfCustomersAndProducts(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	who, what := "/v1/customers/"+id("customer").String(), "/v1/products/"+id("product").String()
	before := s.get(who)
	s.allRefused(t, []bad{
		{name: "no name", path: who + "/details", body: m{"name": " "}, status: unprocessable, code: "required", field: "name"},
		{name: "no address", path: who + "/details", body: m{"email": "nobody"}, status: unprocessable, code: "invalid_email", field: "email"},
		{name: "no zone", path: who + "/details", body: m{"time_zone": "Nowhere/At_all"}, status: unprocessable, code: "invalid_value", field: "time_zone"},
		{name: "another parent", path: who + "/details", body: m{"parent": id("customer")}, status: http.StatusBadRequest, code: "malformed"},
		{name: "another tracking", path: what + "/details", body: m{"tracking": "none"}, status: http.StatusBadRequest, code: "malformed"},
		{name: "a debt", path: what + "/details", body: m{"price": m{"amount": "-1.00", "currency": "EUR"}}, status: unprocessable, code: "invalid_value", field: "price"},
		{name: "nobody", path: "/v1/customers/" + id("nobody").String() + "/details", body: m{"name": "A"}, status: missing, code: "customer_not_found"},
		{name: "nothing", path: "/v1/products/" + id("nothing").String() + "/details", body: m{"name": "A"}, status: missing, code: "product_not_found"},
	})
	changed := s.post(who+"/details", m{"email": "new@example.com", "language": "fa"})
	s.get(who, since(changed)).shows(map[string]string{
		"email": "new@example.com", "language": "fa", "name": before.text("name"), "entity": before.text("entity"),
	})
	s.post(who+"/details", m{"language": "fa"}).shows(map[string]string{"documents.0.revision": changed.text("documents.0.revision")})
	s.post(what+"/details", m{"price": m{"amount": "123.45", "currency": "EUR"}})
	s.get(what, since(s.last())).shows(map[string]string{"price.amount": "123.45", "state": "active"})
}

// Section 5, R-08: a ticket can come to be about no product, lot and order; what
// is not sent stays.
func TestATicketIsRidOfItsProductLotAndOrder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/orders", m{"id": id("of the drill"), "number": "SO-D", "customer": id("customer"), "currency": "EUR", "lines": []m{{"product": id("tracked"), "quantity": "1", "unit_price": "1"}}})
	s.ticket("about a drill", m{"customer": id("customer"), "product": id("tracked"), "lot": id("lot"), "order": id("of the drill")})
	path := "/v1/tickets/" + id("about a drill").String()
	changes := func(change m, product, lot, order string) {
		t.Helper()
		s.post(path+"/details", change)
		s.get(path, since(s.last())).shows(map[string]string{"product": product, "lot": lot, "order": order})
	}
	drill, order, none := id("tracked").String(), id("of the drill").String(), ""
	changes(m{"lot": ""}, drill, none, order)
	changes(m{"lot": id("lot")}, drill, id("lot").String(), order)
	changes(m{"order": "", "lot": nil, "title": nil}, drill, id("lot").String(), none)
	changes(m{"order": id("of the drill"), "product": ""}, none, none, order)
	s.allRefused(t, []bad{
		{name: "no id", path: path + "/details", body: m{"product": "lamp"}, status: http.StatusBadRequest, code: "malformed", field: "product"},
		{name: "a lot of no product", path: path + "/details", body: m{"lot": id("lot")}, status: unprocessable, code: "product_required", field: "product"},
	})
}
