package http_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// everyNested is a request that would succeed for each command with fields in
// fields, as whole as they come.
func (s *service) everyNested() []bad {
	s.t.Helper()
	euro, files, mine := inEuros("1.00"), []m{file("lamp.png", "a lamp")}, as(s.portalOf("customer"))
	parts := []m{add("product", "1")}
	vat := []m{{"name": "VAT 20%", "rate": "20"}}
	sold := []m{{"product": id("product"), "quantity": "1", "unit_price": "1.00", "taxes": vat}}
	goodwill := m{"lines": []m{{"amount": "1.00", "taxes": vat}}}
	rewards := []m{{"type": "discount", "fixed": euro}, {"type": "discount", "discount": "10", "max": euro}}
	terms := m{"name": "Nested", "type": "coupons", "currency": "EUR", "rewards": rewards, "rules": []m{{"minimum_amount": euro}}}

	read := func(path string) answer { return s.get(path, since(s.last())) }
	version := func(path string) []option { return []option{with("If-Match", read(path).header.Get("ETag"))} }
	s.invoice("nested draft", "1", false)
	s.invoice("nested", "3", true)
	draft, nested := "/v1/invoices/"+id("nested draft").String(), "/v1/invoices/"+id("nested").String()
	note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), refund("nested", "reverse")).created()
	s.pays(s.sell1410("nested paid"), "1410.00")
	open := s.reverse("nested paid", "2")
	s.post(open+"/post", nil)
	s.sell1410("nested due")
	made := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := read("/v1/coupons/" + made.created()).text("code")
	s.post("/v1/orders", m{
		"id": id("nested order"), "number": "N1", "customer": id("customer"), "currency": "EUR", "require_payment": true, "lines": sold,
	})
	repair, _ := s.repaired("ticket", m{"parts": parts})
	s.post(repair+"/start", m{"override": true})
	used := []m{{"id": read(repair).text("parts.0.id"), "done_quantity": "1"}}
	task := "/tasks/" + s.post(on("ticket", "interventions"), nil).created()
	s.ticket("nested ticket", m{"customer": id("customer")})

	// Each drill has a serial of its own; "leaves" are those that were delivered.
	drill := func(name string, leaves bool) (line m) {
		s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id(name), "name": name})
		s.post("/v1/deliveries", m{"id": id(name + " delivery"), "customer": id("customer"), "validate": leaves, "lines": []m{{
			"id": id(name + " delivery line"), "product": id("tracked"), "quantity": "1", "lots": serials(name),
		}}})
		return m{"quantity": "1", "lots": serials(name)}
	}
	returned := func(name string) (path string, line m) {
		line = drill(name, true)
		path = "/v1/returns/" + s.post(on("nested ticket", "returns"), giveBack(name+" delivery", "1")).created()
		return path, but(line, "id", read(path).text("lines.0.id"))
	}
	planned, delivered, wished := drill("planned drill", false), drill("delivered drill", true), drill("wished drill", true)
	coming, comes := returned("coming drill")
	arrived, arrives := returned("arrived drill")
	s.post(arrived+"/receive", m{"lines": []m{arrives}})
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("next drill"), "name": "next"})

	return []bad{
		{path: "/v1/products", body: m{"name": "Nested", "price": euro}},
		{path: "/v1/products/" + id("product").String() + "/details", body: m{"price": euro}},
		{path: "/v1/coupon-programs", body: terms},
		{path: "/v1/coupon-programs/" + id("draft").String() + "/terms", body: terms},
		{path: "/v1/coupons/check", body: m{"code": code, "amount": inEuros("100.00")}},
		{path: "/v1/coupons/redeem", body: m{"code": code, "order": "N2", "customer": id("customer"), "amount": inEuros("100.00")}},
		{path: "/v1/orders", body: m{"number": "N3", "customer": id("customer"), "currency": "EUR", "lines": sold}},
		{path: "/v1/orders/" + id("nested order").String() + "/payment", body: m{"amount": euro}},
		{path: "/v1/invoices", body: m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": sold}},
		{path: draft + "/lines", body: m{"lines": sold}, options: version(draft)},
		{path: nested + "/credit-notes", body: but(goodwill, "reversal_date", "2026-03-01")},
		{path: on("ticket", "refunds"), body: but(refund("nested", "reverse"), "lines", goodwill["lines"])},
		{path: note + "/lines", body: goodwill, options: version(note)},
		{path: open + "/allocate", body: m{"invoice": id("nested due"), "amount": euro}},
		{path: on("ticket", "repairs"), body: m{"parts": parts}},
		{path: repair + "/end", body: m{"parts": used}},
		{path: on("ticket", "messages"), body: m{"attachments": files}},
		{path: on("ticket", "notes"), body: m{"attachments": files}},
		{path: "/v1/portal" + task + "/messages", body: m{"attachments": files}, options: []option{mine}},
		{path: "/v1/portal/tickets/" + id("nested ticket").String() + "/messages", body: m{"attachments": files}, options: []option{mine}},
		{path: s.linkTo("ticket", id("nested ticket").String()) + "/messages", body: m{"attachments": files}, options: []option{without("Authorization")}},
		{path: "/v1/deliveries", body: m{"customer": id("customer"), "lines": []m{{"product": id("tracked"), "quantity": "1", "lots": serials("next drill")}}}},
		{path: "/v1/deliveries/" + id("planned drill delivery").String() + "/validate", body: m{"lines": []m{{"id": id("planned drill delivery line"), "lots": planned["lots"]}}}},
		{path: on("nested ticket", "returns"), body: but(giveBack("delivered drill delivery", "1"), "lines", []m{but(delivered, "delivery_line", id("delivered drill delivery line"))})},
		{path: coming + "/receive", body: m{"lines": []m{comes}}},
		{path: arrived + "/redeliver", body: m{"lines": []m{arrives}}},
		{
			path:    "/v1/portal/deliveries/" + id("wished drill delivery").String() + "/return-requests",
			body:    m{"ticket": id("nested ticket"), "lines": []m{but(wished, "delivery_line", id("wished drill delivery line"))}},
			options: []option{mine},
		},
		{path: "/v1/bulk", body: m{"commands": []m{{"path": "/v1/teams", "body": m{"name": "Nested"}}}}},
	}
}

// What openapi.yaml requires is required, at the top of a body and in all that it
// holds: without it nothing happens, and the answer names the field.
func TestWhatIsRequiredIsMissed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	commands := append(s.commands(), s.everyNested()...)
	unchanged := s.unchanged(t)
	left := map[string]bool{} // required fields that no body had
	schemas := map[string]*openapi3.Schema{}
	for _, o := range operations(t) {
		if o.method == http.MethodPost && o.RequestBody != nil {
			schemas[o.OperationID] = o.RequestBody.Value.Content.Get("application/json").Schema.Value
			for _, field := range requiredIn(schemas[o.OperationID]) {
				left[o.OperationID+" "+field] = true
			}
		}
	}
	for _, c := range commands {
		operation := s.operation(must(s.request(http.MethodPost, c.path, nil))(t))
		if schemas[operation] == nil {
			continue
		}
		if a := s.send(http.MethodPost, c.path+"?dry_run=true", c.body, c.options...); a.status >= http.StatusBadRequest {
			t.Errorf("%s as a whole: %d %s", operation, a.status, a.body)
		}
		for _, without := range lacking(schemas[operation], "", "", copied(c.body)) {
			delete(left, operation+" "+without.kind)
			a := s.send(http.MethodPost, c.path+"?dry_run=true", without.body, c.options...)
			if !a.misses(without.path) {
				t.Errorf("%s without %s: %d %s\n%v", operation, without.path, a.status, a.body, without.body)
			}
		}
	}
	unchanged()
	for _, field := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s was in no body", field)
	}
}

// misses says whether the answer refuses the lack of a field, of which it names the
// path, or something that holds it or that it holds. A worksheet that is signed without its version
// or hash is another than the one that is there.
func (a answer) misses(path string) bool {
	if a.status == http.StatusPreconditionFailed {
		return path == "version" || path == "hash"
	}
	for _, e := range a.list("errors") {
		field, _ := e.(m)["field"].(string)
		for _, of := range [][2]string{{path, field}, {field, path}} {
			if rest, within := strings.CutPrefix(of[0], of[1]); field != "" && within && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
				return true
			}
		}
	}
	return false
}

// lack is a body that lacks the required field at a path, which without indexes
// is its kind.
type lack struct {
	path, kind string
	body       m
}

// requiredIn are the kinds of the required fields of a schema.
func requiredIn(s *openapi3.Schema) (kinds []string) {
	for name, property := range s.Properties {
		inner := property.Value
		if slices.Contains(s.Required, name) {
			kinds = append(kinds, name)
		}
		of := name + "."
		if inner.Items != nil {
			inner, of = inner.Items.Value, name+"[]."
		}
		for _, kind := range requiredIn(inner) {
			kinds = append(kinds, of+kind)
		}
	}
	return kinds
}

// lacking are the bodies that lack one required field each.
func lacking(s *openapi3.Schema, path, kind string, body m) (all []lack) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if slices.Contains(s.Required, name) {
			without := maps.Clone(body)
			delete(without, name)
			all = append(all, lack{path + name, kind + name, without})
		}
		property := s.Properties[name]
		if property == nil {
			continue
		}
		within := func(schema *openapi3.Schema, in any, path, kind string, put func(m) any) {
			if inner, ok := in.(m); ok {
				for _, l := range lacking(schema, path, kind, inner) {
					with := maps.Clone(body)
					with[name] = put(l.body)
					all = append(all, lack{l.path, l.kind, with})
				}
			}
		}
		within(property.Value, body[name], path+name+".", kind+name+".", func(inner m) any { return inner })
		if list, ok := body[name].([]any); ok {
			for i, in := range list {
				within(property.Value.Items.Value, in, fmt.Sprintf("%s%s[%d].", path, name, i), kind+name+"[].", func(inner m) any {
					with := slices.Clone(list)
					with[i] = inner
					return with
				})
			}
		}
	}
	return all
}

// copied is a body as its JSON has it.
func copied(body any) m {
	c := m{}
	if err := json.Unmarshal(encoded(body), &c); err != nil {
		panic(err) // bodies are objects
	}
	if c == nil {
		return m{}
	}
	return c
}
