package http_test

import (
	"strings"
	"testing"
)

// Free texts have a greatest length, whichever command brings them, and are told it.
func TestTextsHaveAGreatestLength(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	coupon := s.post(on("ticket", "coupons"), m{"program": id("program")}).created()
	repair := s.post(on("ticket", "repairs"), m{"submit": "confirm_and_quote", "override": true}).created()
	s.post("/v1/repairs/"+repair+"/quote/send", nil)
	task := s.post(on("ticket", "interventions"), m{}).created()
	user := strings.Repeat("🛠", 251)
	name, reason, text := strings.Repeat("é", 201), strings.Repeat("é", 501), strings.Repeat("é", 20_001)
	line := []m{{"product": id("product"), "quantity": "1", "unit_price": "1.00"}}
	of := func(path, field, value string, body m) bad {
		return bad{name: path + " " + field, path: path, body: but(body, field, value), status: unprocessable, code: "too_long", field: field}
	}
	s.allRefused(t, []bad{
		of(on("ticket", "returns"), "reason", reason, giveBack("delivery", "1")),
		of("/v1/coupons/"+coupon+"/revoke", "reason", reason, m{}),
		of("/v1/repairs/"+repair+"/quote/decline", "reason", reason, m{}),
		of("/v1/tasks/"+task+"/cancel", "reason", reason, m{}),
		of("/v1/invoices/"+id("invoice").String()+"/payments", "reference", reason, m{"amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"}),
		of("/v1/tickets", "description", text, m{"title": "Long", "team": id("team")}),
		of(on("ticket", "details"), "description", text, m{}),
		of(on("ticket", "messages"), "body", text, m{}),
		of(on("ticket", "notes"), "body", text, m{}),
		of(on("ticket", "coupons"), "message", text, m{"program": id("program")}),
		of("/v1/coupons/"+coupon+"/email", "message", text, m{"recipients": []string{"a@example.com"}}),
		of(on("ticket", "repairs"), "notes", text, m{}),
		of("/v1/repairs/"+repair+"/details", "notes", text, m{}),
		of(on("ticket", "interventions"), "description", text, m{}),
		of("/v1/tasks/"+task+"/details", "description", text, m{}),
		of("/v1/tasks/"+task+"/messages", "body", text, m{}),
		of("/v1/tasks/"+task+"/assign", "assignee", user, m{}),
		of(on("ticket", "assign"), "assignee", user, m{}),
		of("/v1/repairs/"+repair+"/details", "responsible", user, m{}),
		of("/v1/teams", "name", name, m{}),
		{name: "a stage", path: "/v1/teams", body: m{"name": "Long", "stages": []string{name}}, status: unprocessable, code: "too_long", field: "stages[0]"},
		of("/v1/projects", "name", name, m{}),
		of("/v1/locations", "name", name, m{}),
		of("/v1/locations", "kind", name, m{"name": "Long"}),
		of("/v1/journals", "name", name, m{"code": "LONG", "type": "sale"}),
		of("/v1/customers", "name", name, m{}),
		of("/v1/customers", "phone", name, m{"name": "Long"}),
		of("/v1/customers", "address", reason, m{"name": "Long"}),
		of("/v1/products", "name", name, m{}),
		of("/v1/products", "sku", name, m{"name": "Long"}),
		of("/v1/products", "unit", name, m{"name": "Long"}),
		of("/v1/products/"+id("tracked").String()+"/lots", "name", name, m{}),
		of("/v1/coupon-programs", "name", name, m{"type": "coupons", "rewards": []m{{"type": "discount", "discount": "10"}}}),
		of("/v1/orders", "number", name, m{"customer": id("customer"), "currency": "EUR", "lines": line}),
		of("/v1/invoices", "number", name, m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": line}),
		of("/v1/deliveries", "number", name, m{"customer": id("customer"), "lines": []m{{"product": id("product"), "quantity": "1"}}}),
		of("/v1/tickets", "phone", name, m{"title": "Long", "team": id("team")}),
		of("/v1/access-tokens", "actor", user, m{"roles": []string{"agent"}}),
	})
	// The name of a technician is a part of a stream's name.
	s.post("/v1/tasks/"+task+"/assign", m{"assignee": strings.Repeat("🛠", 250)})
	s.post("/v1/tasks/"+task+"/schedule", m{"planned_start": "2026-03-02T09:00:00Z", "planned_end": "2026-03-02T10:00:00Z"})
	s.post("/v1/tasks/"+task+"/start", nil)
	s.post(on("ticket", "notes"), m{"body": text[2:]})
}
