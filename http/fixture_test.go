package http_test

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
)

// Codes and names of the five services.
var services = []string{"refunds", "coupons", "returns", "repairs", "field_service"}

// template is a furnished service's log with its read models.
var template struct {
	sync.Once
	frozen      eventstoretest.Frozen
	keys, clock int64 // how many it used up
}

// furnished is a service that furnish was called on: a copy of the one that it
// was called on first.
func furnished(t testing.TB, change ...func(*service)) *service {
	t.Helper()
	template.Do(func() {
		s := newService(t)
		s.furnish()
		s.caughtUp(t)
		s.stop()
		s.stop = func() {}
		template.frozen, template.keys, template.clock = s.env.Freeze(t), s.keys.Load(), s.clock.Load()
	})
	later := func(s *service) {
		s.keys.Store(template.keys)
		s.clock.Store(template.clock)
	}
	s := serviceOn(t, eventstoretest.NewFrom(t, template.frozen), append([]func(*service){later}, change...)...)
	s.running()
	return s
}

// running waits until somebody applies the log to every read model: a copy has
// nothing to catch up with that would tell.
func (s *service) running() {
	s.t.Helper()
	for ctx := eventstoretest.Context(s.t); ; {
		statuses := must(s.projections.Status(ctx))(s.t)
		if !slices.ContainsFunc(statuses, func(p projections.Status) bool { return p.State != projections.Running }) {
			return
		}
	}
}

// furnish makes what the five services need, all under ids of id(…): two
// customers, a goods product and one tracked by serial number, an invoice of
// 3 × 10.00 with 20 % tax, a delivery of 3, a program, a project with
// worksheets, a team with all services and a ticket of customer A.
func (s *service) furnish() answer {
	s.t.Helper()
	s.post("/v1/customers", m{"id": id("customer"), "name": "Customer A", "email": "a@example.com", "address": "Street 1"})
	s.post("/v1/customers", m{"id": id("other customer"), "name": "Customer B"})
	s.post("/v1/products", m{"id": id("product"), "name": "Lamp", "price": m{"amount": "10.00", "currency": "EUR"}})
	s.post("/v1/products", m{"id": id("tracked"), "name": "Drill", "tracking": "serial"})
	s.post("/v1/products", m{"id": id("labour"), "name": "Labour", "type": "service"})
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("lot"), "name": "SN1"})
	s.post("/v1/journals", m{"id": id("journal"), "code": "INV", "name": "Sales", "type": "sale"})
	s.post("/v1/locations", m{"id": id("location"), "name": "Returns", "return_location": true, "kind": "stock"})
	s.post("/v1/locations", m{"id": id("shelf"), "name": "Shelf"})
	s.post("/v1/worksheet-templates", m{"id": id("worksheet"), "name": "Visit", "fields": []m{{"name": "work", "type": "text", "required": true}}})
	s.post("/v1/projects", m{
		"id": id("project"), "name": "Visits", "field_service": true, "portal_visible": true,
		"worksheets_enabled": true, "default_worksheet_template": id("worksheet"),
	})
	s.post("/v1/projects", m{"id": id("office"), "name": "Office"})
	s.post("/v1/coupon-programs", m{
		"id": id("program"), "name": "Sorry", "type": "coupons",
		"rewards": []m{{"type": "discount", "discount": "10", "applies_to": "order"}},
	})
	s.post("/v1/orders", m{
		"id": id("order"), "number": "S1", "customer": id("customer"), "currency": "EUR", "confirmed_at": "2026-02-01T10:00:00+01:00",
		"lines": []m{{"id": id("order line"), "product": id("product"), "quantity": "3", "unit_price": "10.00"}},
	})
	s.invoice("invoice", "3", true)
	s.delivery("delivery", "3", true)
	s.post("/v1/teams", m{"id": id("team"), "name": "Support"})
	s.post("/v1/teams/"+id("team").String()+"/field-service-project", m{"project": id("project")})
	for _, service := range services {
		s.post("/v1/teams/"+id("team").String()+"/services/"+service+"/enable", m{"modules_confirmed": true})
	}
	return s.ticket("ticket", m{"customer": id("customer"), "product": id("product"), "order": id("order")})
}

// invoice makes an invoice of customer A over the lamp, 10.00 each and 20 % tax.
func (s *service) invoice(name, quantity string, post bool) answer {
	s.t.Helper()
	return s.post("/v1/invoices", m{
		"id": id(name), "customer": id("customer"), "journal": id("journal"), "currency": "EUR", "order": id("order"),
		"invoice_date": "2026-02-01", "post": post, "lines": []m{{
			"id": id(name + " line"), "product": id("product"), "quantity": quantity, "unit_price": "10.00",
			"taxes": []m{{"name": "VAT 20%", "rate": "20", "included": false}}, "order_line": id("order line"),
		}},
	})
}

func (s *service) delivery(name, quantity string, validate bool) answer {
	s.t.Helper()
	return s.post("/v1/deliveries", m{
		"id": id(name), "customer": id("customer"), "order": id("order"), "validate": validate,
		"lines": []m{{"id": id(name + " line"), "product": id("product"), "quantity": quantity, "order_line": id("order line")}},
	})
}

// ticket opens a ticket of the team, with the details besides title and team.
func (s *service) ticket(name string, details m) answer {
	s.t.Helper()
	body := m{"id": id(name), "title": "Broken lamp", "team": id("team")}
	maps.Copy(body, details)
	return s.post("/v1/tickets", body)
}

// on is the path of an after-sales service or another command on the ticket of
// that name.
func on(ticket, command string) string { return "/v1/tickets/" + id(ticket).String() + "/" + command }

// refund asks for the whole invoice of that name.
func refund(invoice, mode string) m {
	return m{"invoices": []any{id(invoice)}, "reversal_date": "2026-03-01", "mode": mode}
}

// giveBack asks for a quantity of the delivery of that name.
func giveBack(delivery, quantity string) m {
	return m{
		"delivery": id(delivery), "return_location": id("location"),
		"lines": []m{{"delivery_line": id(delivery + " line"), "quantity": quantity}},
	}
}

// token makes an access token for an actor.
func (s *service) token(actor string, roles []string, besides m) string {
	s.t.Helper()
	body := m{"actor": actor, "roles": roles}
	maps.Copy(body, besides)
	return s.post("/v1/access-tokens", body).text("token")
}

// portalOf is a customer's access token.
func (s *service) portalOf(customer string) string {
	s.t.Helper()
	return s.token(customer, []string{"customer"}, m{"customer": id(customer)})
}

// The whole set-up answers as documented: created documents say so and where
// they are.
func TestSetUp(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ticket := s.furnish()
	if ticket.status != http.StatusCreated || ticket.header.Get("Location") != "/v1/tickets/"+id("ticket").String() {
		t.Errorf("%d at %q", ticket.status, ticket.header.Get("Location"))
	}
	ticket.shows(map[string]string{"documents.0.kind": "ticket", "documents.0.number": "T00001", "documents.0.state": "open"})
	for path, name := range map[string]string{
		"customers": "customer", "products": "product", "journals": "journal", "locations": "location", "projects": "project",
		"worksheet-templates": "worksheet", "coupon-programs": "program", "orders": "order", "teams": "team",
		"invoices": "invoice", "deliveries": "delivery", "lots": "lot",
	} {
		s.get("/v1/"+path+"/"+id(name).String(), since(ticket)).shows(map[string]string{"id": id(name).String()})
	}
}
