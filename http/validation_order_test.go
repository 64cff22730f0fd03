package http_test

import (
	"maps"
	"strings"
	"testing"
)

// fault is a part of a request that breaks one rule.
type fault struct {
	code string
	body m
}

// inOrder sends every two neighbouring faults at once: the earlier rule of the
// specification is the one that is told.
func (s *service) inOrder(t *testing.T, path string, faults []fault) {
	t.Helper()
	for i, first := range faults[:len(faults)-1] {
		body := maps.Clone(faults[i+1].body)
		maps.Copy(body, first.body) // the same field cannot be wrong in two ways at once
		a := s.send("POST", path, body)
		if got := a.text("code"); got != first.code {
			t.Errorf("%s and %s at once: %d %s", first.code, faults[i+1].code, a.status, got)
		}
	}
}

// Domain.md 3.5: of two faults the earlier in the list is told.
func TestOrderOfChecksOfAnIntervention(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	s.post("/v1/worksheet-templates", m{
		"id": id("survey sheet"), "name": "Survey only", "project": id("surveys"), "fields": []m{{"name": "found", "type": "text"}},
	})
	s.post("/v1/projects", m{"id": id("closed"), "name": "Closed", "field_service": true})
	s.archive("projects", "closed")
	s.archive("worksheet-templates", "other worksheet")
	s.inOrder(t, on("ticket", "interventions"), []fault{
		{"title_required", m{"title": " "}},
		{"project_not_found", m{"project": id("nowhere")}},
		{"worksheets_not_enabled", m{"project": id("plain visits"), "worksheet_template": id("nowhere")}},
	})
	s.inOrder(t, on("ticket", "interventions"), []fault{
		{"title_too_long", m{"title": strings.Repeat("a", 201)}},
		{"project_not_found", m{"project": id("nowhere")}},
		{"template_not_found", m{"worksheet_template": id("nowhere")}},
	})
	for name, code := range map[string]string{"office": "project_not_field_service", "closed": "project_archived", "plain visits": "worksheets_not_enabled"} {
		s.inOrder(t, on("ticket", "interventions"), []fault{
			{"title_required", m{"title": ""}},
			{code, m{"project": id(name)}},
			{"template_not_found", m{"worksheet_template": id("nowhere")}},
		})
		for _, template := range []string{"other worksheet", "survey sheet"} {
			s.inOrder(t, on("ticket", "interventions"), []fault{
				{code, m{"project": id(name)}},
				{"template_archived", m{"worksheet_template": id(template)}},
			})
		}
	}
}

// Domain.md 3.4: of two faults the earlier in the list is told.
func TestOrderOfChecksOfARepair(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.ticket("bare", m{"customer": id("customer")})
	lamp := giveBack("delivery", "1")
	lamp["id"] = id("lamp return")
	s.post(on("ticket", "returns"), lamp)
	drill := giveBack("drill delivery", "1")
	drill["id"] = id("drill return")
	drill["lines"] = []m{{"delivery_line": id("drill delivery line"), "quantity": "1", "lots": []m{{"lot": id("lot 2"), "quantity": "1"}}}}
	s.post(on("bare", "returns"), drill)
	path := on("bare", "repairs")
	part := m{"parts": []m{{"kind": "", "product": id("nowhere"), "quantity": "-1"}}}
	other := fault{"responsible_not_internal", m{"responsible": "stranger"}}
	s.token("stranger", []string{"customer"}, m{"customer": id("customer")})
	rest := []fault{other, {"part_kind_required", part}}
	product := func(name string, faults ...fault) []fault {
		all := []fault{}
		for _, f := range append(faults, rest...) {
			all = append(all, fault{f.code, but(f.body, "product", id(name))})
		}
		return all
	}
	s.inOrder(t, path, []fault{{"product_required", m{}}, {"customer_not_found", m{"customer": id("nowhere")}}})
	s.inOrder(t, path, []fault{{"product_not_found", m{"product": id("nowhere")}}, {"customer_not_found", m{"customer": id("nowhere")}}})
	s.inOrder(t, path, []fault{{"product_not_repairable", m{"product": id("labour")}}, {"customer_not_found", m{"customer": id("nowhere")}}})
	s.inOrder(t, path, product("product",
		fault{"customer_not_found", m{"customer": id("nowhere")}},
		fault{"lot_not_applicable", m{"lot": id("lot")}},
		fault{"quantity_not_positive", m{"quantity": "0"}},
		fault{"unit_other_family", m{"unit": "kg"}},
		fault{"return_not_found", m{"return": id("nowhere")}},
	))
	s.inOrder(t, path, product("product",
		fault{"unit_other_family", m{"unit": "kg"}},
		fault{"return_not_matching", m{"return": id("drill return")}},
	))
	s.inOrder(t, path, product("tracked",
		fault{"lot_required", m{"submit": "confirm"}},
		fault{"serial_quantity", m{"quantity": "2"}},
		fault{"unit_other_family", m{"unit": "kg"}},
		fault{"return_not_matching", m{"return": id("lamp return")}},
	))
	s.inOrder(t, path, product("tracked",
		fault{"lot_not_in_return", m{"lot": id("lot 9"), "return": id("drill return")}},
		fault{"serial_quantity", m{"quantity": "2"}},
	))
	s.inOrder(t, path, product("product",
		fault{"return_other_customer", m{"return": id("lamp return"), "customer": id("other customer")}},
	))
	for _, of := range []struct {
		code string
		part m
	}{
		{"part_kind_required", m{"kind": "", "product": nil, "quantity": "-1"}},
		{"part_product_required", m{"kind": "add", "product": nil, "quantity": "-1"}},
		{"product_not_found", m{"kind": "add", "product": id("nowhere"), "quantity": "-1"}},
		{"negative_quantity", m{"kind": "add", "product": id("product"), "quantity": "-1", "unit": "kg"}},
		{"unit_other_family", m{"kind": "add", "product": id("product"), "quantity": "1", "unit": "kg"}},
	} {
		s.send("POST", path, m{"product": id("product"), "parts": []m{of.part}, "submit": "confirm"}).refused(unprocessable, of.code)
	}
	s.send("POST", path, m{"product": id("product"), "parts": []m{add("product", "1")}, "submit": "confirm"}).refused(conflict, "insufficient_quantity_to_repair")
}

// 2.4: quantities may be given in another unit of the product's family.
func TestRepairQuantitiesInAnotherUnit(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "repairs"), m{"quantity": "1", "unit": "dozen", "parts": []m{but(add("product", "2"), "unit", "pair")}})
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{"quantity": "12", "unit": "unit", "parts.0.quantity": "4"})
	s.send("POST", on("ticket", "repairs"), m{"product": id("tracked"), "lot": id("lot"), "unit": "dozen"}).refused(unprocessable, "serial_quantity")
}
