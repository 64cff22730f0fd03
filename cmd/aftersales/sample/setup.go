package sample

import (
	"fmt"
	"strings"
)

// object is the JSON body of a request.
type object map[string]any

// command is a POST; its key derives from its place, so nothing may be put in
// between.
type command struct {
	path string
	key  string
	body object
}

// setUp are the commands of the sample in their order. The first begins the log;
// the last, which opens the ticket, says that the sample is complete.
func setUp() []command {
	var all []command
	add := func(path string, body object) {
		all = append(all, command{"/v1" + path, fmt.Sprintf("sample/%d", len(all)), body})
	}
	add("/teams", object{"id": team, "name": "Support"})
	add("/worksheet-templates", object{"id": template, "name": "Visit report", "fields": []object{
		{"name": "Work done", "type": "text", "required": true},
		{"name": "Hours", "type": "number", "required": true},
		{"name": "Solved", "type": "checkbox"},
	}})
	add("/projects", object{
		"id": project, "name": "Field service", "field_service": true, "worksheets_enabled": true,
		"default_worksheet_template": template, "portal_visible": true,
	})
	add("/teams/"+team.String()+"/field-service-project", object{"project": project})
	for name := range strings.FieldsSeq("refunds coupons returns repairs field_service") {
		add("/teams/"+team.String()+"/services/"+name+"/enable", object{"modules_confirmed": true})
	}
	add("/coupon-programs", object{
		"id": Program, "name": "10 % for the trouble", "type": "coupons", "currency": "EUR",
		"rewards":      []object{{"type": "discount", "discount": "10", "applies_to": "order"}},
		"available_on": []string{"sales", "website"},
	})
	add("/journals", object{"id": journal, "code": "INV", "name": "Customer invoices", "type": "sale"})
	add("/locations", object{"id": ReturnLocation, "name": "Returns", "return_location": true})
	add("/customers", object{
		"id": customer, "name": "Customer A", "email": "customer.a@example.com", "phone": "+1 555 0100",
		"language": "en", "address": "1 Example Street",
	})
	goods(add)
	sale(add)
	add("/tickets", object{
		"id": Ticket, "title": "The espresso machine leaks", "team": team, "customer": customer,
		"description": "Water runs out below the tank.", "product": machine, "lot": serial, "order": order,
	})
	return all
}

func goods(add func(string, object)) {
	add("/products", object{"id": machine, "name": "Espresso machine", "sku": "MACHINE", "type": "goods", "tracking": "serial"})
	add("/products/"+machine.String()+"/lots", object{"id": serial, "name": "SN-0001"})
	add("/products/"+machine.String()+"/lots", object{"id": spare, "name": "SN-0002"})
	add("/products", object{"id": coffee, "name": "Coffee beans, 1 kg", "sku": "COFFEE", "type": "goods", "tracking": "lot"})
	add("/products/"+coffee.String()+"/lots", object{"id": firstLot, "name": "LOT-A"})
	add("/products/"+coffee.String()+"/lots", object{"id": secondLot, "name": "LOT-B"})
	add("/products", object{"id": service, "name": "Installation", "sku": "INSTALL", "type": "service"})
}

// sale is an order of all three products, delivered and invoiced.
func sale(add func(string, object)) {
	line := func(n byte, product any, quantity, price string) object {
		return object{
			"id": id(n), "product": product, "quantity": quantity, "unit_price": price,
			"taxes": []object{{"name": "VAT 20%", "rate": "20"}},
		}
	}
	add("/orders", object{
		"id": order, "number": "SO-1001", "customer": customer, "currency": "EUR", "confirmed_at": "2026-01-12T09:30:00Z",
		"lines": []object{
			line(41, machine, "1", "349.00"), line(42, coffee, "5", "18.50"), line(43, service, "1", "60.00"),
		},
	})
	add("/deliveries", object{
		"id": Delivery, "customer": customer, "order": order, "validate": true, "lines": []object{
			{"id": id(51), "product": machine, "quantity": "1", "order_line": id(41), "lots": []object{{"lot": serial, "quantity": "1"}}},
			{"id": id(52), "product": coffee, "quantity": "5", "order_line": id(42), "lots": []object{
				{"lot": firstLot, "quantity": "3"}, {"lot": secondLot, "quantity": "2"},
			}},
		},
	})
	invoiced := []object{
		line(61, machine, "1", "349.00"), line(62, coffee, "5", "18.50"), line(63, service, "1", "60.00"),
	}
	for at, l := range invoiced {
		l["order_line"] = id(41 + byte(at))
	}
	add("/invoices", object{
		"id": Invoice, "customer": customer, "journal": journal, "currency": "EUR", "order": order,
		"invoice_date": "2026-01-14", "lines": invoiced, "post": true,
	})
}
