package http_test

import (
	"maps"
	"testing"
	"time"
)

// both is a body with two faults, of which the one with the code is told.
type both struct {
	code    string
	body    m
	options []option
}

// toldFirst sends each over the base, which has no fault, and checks that
// nothing was written.
func (s *service) toldFirst(t *testing.T, path string, base m, table []both) {
	t.Helper()
	unchanged := s.unchanged(t)
	for _, b := range table {
		body := maps.Clone(base)
		maps.Copy(body, b.body)
		a := s.send("POST", path, body, b.options...)
		if got := a.text("code"); got != b.code {
			t.Errorf("%v: %d %s, want %s", b.body, a.status, got, b.code)
		}
	}
	unchanged()
}

// ofB makes what customer B has: an order and a posted invoice of the tracked
// product, and a ticket.
func (s *service) ofB() {
	s.t.Helper()
	s.post("/v1/orders", m{
		"id": id("order of B"), "number": "SB", "customer": id("other customer"), "currency": "EUR",
		"lines": []m{{"product": id("tracked"), "quantity": "1", "unit_price": "50.00"}},
	})
	s.post("/v1/invoices", m{
		"id": id("invoice of B"), "customer": id("other customer"), "journal": id("journal"), "currency": "EUR", "post": true,
		"lines": []m{{"product": id("tracked"), "quantity": "1", "unit_price": "50.00"}},
	})
	s.ticket("of B", m{"customer": id("other customer")})
}

// Domain.md 3.1: of two faults the earlier in the list is told.
func TestOrderOfChecksOfARefund(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.saw()
	s.ofB()
	s.invoice("unposted", "1", false)
	s.invoice("credited", "1", true)
	s.post(on("ticket", "refunds"), refund("credited", "reverse_and_create_invoice"))
	s.invoice("part credited", "3", true)
	part := but(refund("part credited", "reverse"), "lines", []m{{"invoice_line": id("part credited line"), "quantity": "1"}})
	s.post("/v1/credit-notes/"+s.post(on("ticket", "refunds"), part).created()+"/post", nil)
	for code, name := range map[string]string{"GEN": "general", "OLD": "old", "OGN": "old general"} {
		kind := map[bool]string{true: "sale", false: "general"}[code == "OLD"]
		s.post("/v1/journals", m{"id": id(name), "code": code, "name": name, "type": kind})
	}
	s.archive("journals", "old")
	s.archive("journals", "old general")
	invoices := func(names ...string) (all []any) {
		for _, name := range names {
			all = append(all, id(name))
		}
		return all
	}
	const create, future = "reverse_and_create_invoice", "2026-04-01"
	agent := []option{as(s.token("agent", []string{"agent"}, nil))}
	s.toldFirst(t, on("ticket", "refunds"), refund("invoice", "reverse"), []both{
		{code: "invoice_required", body: m{"invoices": nil, "reversal_date": nil}},
		{code: "no_refundable_invoice", body: m{"invoices": nil, "product": id("nowhere")}},
		{code: "reversal_date_required", body: m{"reversal_date": nil, "invoices": invoices("nowhere")}},
		{code: "invoice_not_found", body: m{"invoices": invoices("invoice of B", "nowhere")}},
		{code: "invoice_not_found", body: m{"invoices": invoices("nowhere"), "product": id("nowhere")}},
		{code: "invoice_other_customer", body: m{"invoices": invoices("unposted", "invoice of B")}},
		{code: "invoice_other_customer", body: m{"invoices": invoices("invoice of B"), "product": id("nowhere")}},
		{code: "invoice_not_posted", body: m{"invoices": invoices("unposted"), "product": id("nowhere")}},
		{code: "invoice_not_posted", body: m{"invoices": invoices("invoice", "unposted"), "product": id("tracked")}},
		{code: "product_not_found", body: m{"product": id("nowhere"), "order": id("nowhere")}},
		{code: "invoice_without_product", body: m{"product": id("tracked"), "order": id("order")}},
		{code: "invoice_without_product", body: m{"product": id("tracked"), "order": id("order of B")}},
		{code: "order_without_product", body: m{"product": id("product"), "order": id("order of B")}},
		{code: "order_not_found", body: m{"order": id("nowhere"), "lot": id("lot")}},
		{code: "order_other_customer", body: m{"order": id("order of B"), "lot": id("lot")}},
		{code: "invoice_other_order", body: m{"order": id("drill order"), "lot": id("lot")}},
		{code: "lot_not_applicable", body: m{"product": id("product"), "lot": id("lot"), "journal": id("general")}},
		{code: "lot_not_found", body: m{"invoices": invoices("drill invoice"), "product": id("tracked"), "lot": id("nowhere"), "journal": id("general")}},
		{code: "lot_other_product", body: m{"invoices": invoices("drill invoice"), "product": id("tracked"), "lot": id("saw 1"), "journal": id("general")}},
		{code: "journal_not_found", body: m{"journal": id("nowhere"), "invoices": invoices("credited")}},
		{code: "journal_type_mismatch", body: m{"journal": id("old general")}},
		{code: "journal_type_mismatch", body: m{"journal": id("general"), "invoices": invoices("credited")}},
		{code: "journal_archived", body: m{"journal": id("old"), "invoices": invoices("credited")}},
		{code: "invoice_fully_credited", body: m{"invoices": invoices("part credited", "credited"), "mode": create}},
		{code: "invoice_fully_credited", body: m{"invoices": invoices("credited"), "mode": create, "reversal_date": future}},
		{code: "invoice_already_credited", body: m{"invoices": invoices("part credited"), "mode": create, "reversal_date": future}},
		{code: "invoice_already_credited", body: m{"invoices": invoices("part credited"), "mode": create}, options: agent},
		{code: "future_date_not_allowed", body: m{"mode": create, "reversal_date": future}, options: agent},
		{code: "posting_forbidden", body: m{"mode": create, "reversal_date": "2026-01-01"}, options: agent},
	})
	// A customer without any invoice hears that first, whatever else is missing.
	s.ticket("of C", m{"customer": s.post("/v1/customers", m{"name": "Customer C"}).created()})
	s.toldFirst(t, on("of C", "refunds"), refund("invoice", "reverse"), []both{
		{code: "no_refundable_invoice", body: m{"invoices": nil, "reversal_date": nil}},
		{code: "invoice_other_customer", body: m{"product": id("tracked")}},
	})
}

// Domain.md 3.2: of two faults the earlier in the list is told.
func TestOrderOfChecksOfACoupon(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.shopURL = "" })
	program := func(name string, besides m) {
		body := m{"id": id(name), "name": name, "type": "coupons", "rewards": []m{{"type": "discount", "discount": "10"}}}
		maps.Copy(body, besides)
		s.post("/v1/coupon-programs", body)
	}
	program("old card", m{"type": "gift_card"})
	program("next year's card", m{"type": "gift_card", "starts_on": "2027-01-01"})
	program("next year", m{"starts_on": "2027-01-01"})
	program("today", m{"ends_on": "2026-03-01", "usage_limit": 1})
	program("one", m{"usage_limit": 1})
	s.archive("coupon-programs", "old card")
	s.post(on("ticket", "coupons"), m{"program": id("today")})
	s.post(on("ticket", "coupons"), m{"program": id("one")})
	const past = "2026-02-28"
	table := []both{
		{code: "coupon_program_required", body: m{"program": nil, "valid_until": past}},
		{code: "coupon_program_not_found", body: m{"program": id("nowhere"), "valid_until": past}},
		{code: "program_archived", body: m{"program": id("old card"), "valid_until": past}},
		{code: "program_type_not_coupons", body: m{"program": id("next year's card"), "valid_until": past}},
		{code: "program_not_started", body: m{"program": id("next year"), "valid_until": past}},
		{code: "program_usage_exhausted", body: m{"program": id("one"), "valid_until": past}},
		{code: "program_usage_exhausted", body: m{"program": id("one"), "deliver": "share_link"}},
		{code: "expiration_in_past", body: m{"valid_until": past, "deliver": "share_link"}},
		{code: "expiration_in_past", body: m{"valid_until": past, "deliver": "email", "recipients": []string{"nobody"}}},
		{code: "ecommerce_required", body: m{"deliver": "share_link", "recipients": []string{"nobody"}}},
		{code: "invalid_email", body: m{"deliver": "email", "recipients": []string{"nobody"}}},
	}
	s.toldFirst(t, on("ticket", "coupons"), m{"program": id("program")}, table)
	s.pass(24 * time.Hour)
	s.toldFirst(t, on("ticket", "coupons"), m{"program": id("today")}, []both{
		{code: "program_ended", body: m{"valid_until": past}},
	})
}

// Domain.md 3.3: of two faults the earlier in the list is told.
func TestOrderOfChecksOfAReturn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.saw()
	s.ofB()
	s.ticket("bare", m{"customer": id("customer")})
	s.post("/v1/deliveries", m{
		"id": id("planned"), "customer": id("customer"), "order": id("drill order"),
		"lines": []m{{"product": id("tracked"), "quantity": "1"}},
	})
	incoming := but(giveBack("delivery", "1"), "id", id("incoming"))
	s.post(on("ticket", "returns"), incoming)
	nowhere, elsewhere := []m{{"delivery_line": id("nowhere"), "quantity": "1"}}, id("shelf")
	s.toldFirst(t, on("of B", "returns"), giveBack("delivery", "1"), []both{
		{code: "order_or_delivery_required", body: m{"delivery": nil}},
		{code: "no_delivery_for_customer", body: m{"delivery": id("nowhere")}},
		{code: "no_delivery_for_customer", body: m{"order": id("nowhere")}},
		{code: "no_delivery_for_customer", body: m{"delivery": id("planned")}},
		{code: "no_delivery_for_customer", body: m{"delivery": id("incoming")}},
		{code: "no_delivery_for_customer", body: m{"delivery": nil, "order": id("order")}},
		{code: "no_delivery_for_customer", body: m{"delivery": nil, "order": id("order of B")}},
	})
	s.post("/v1/deliveries", m{
		"id": id("delivery of B"), "customer": id("other customer"), "validate": true,
		"lines": []m{{"product": id("product"), "quantity": "1"}},
	})
	s.toldFirst(t, on("of B", "returns"), giveBack("delivery", "1"), []both{
		{code: "delivery_not_found", body: m{"delivery": id("nowhere"), "order": id("nowhere")}},
		{code: "delivery_other_customer", body: m{"order": id("nowhere")}},
		{code: "delivery_other_customer", body: m{"order": id("order")}},
		{code: "delivery_other_customer", body: m{"delivery": id("incoming")}},
		{code: "order_other_customer", body: m{"delivery": nil, "order": id("order")}},
		{code: "delivery_not_done", body: m{"delivery": nil, "order": id("order of B")}},
	})
	s.toldFirst(t, on("ticket", "returns"), giveBack("delivery", "1"), []both{
		{code: "order_not_found", body: m{"order": id("nowhere"), "lines": nowhere}},
		{code: "order_other_customer", body: m{"order": id("order of B")}},
		{code: "delivery_other_order", body: m{"delivery": id("incoming"), "order": id("drill order")}},
		{code: "delivery_not_outgoing", body: m{"delivery": id("incoming"), "return_location": nil}},
		{code: "delivery_not_done", body: m{"delivery": id("planned"), "lines": nowhere}},
		{code: "delivery_without_product", body: m{"delivery": id("drill delivery"), "lines": nowhere}},
		{code: "delivery_without_product", body: m{"delivery": nil, "order": id("drill order"), "lines": nowhere}},
		{code: "line_not_in_delivery", body: m{"lines": nowhere, "return_location": elsewhere}},
		{code: "return_exceeds_delivered", body: m{"lines": []m{{"delivery_line": id("delivery line"), "quantity": "9"}}, "return_location": nil}},
		{code: "return_empty", body: m{"lines": []m{{"delivery_line": id("delivery line"), "quantity": "0"}}, "return_location": nil}},
		{code: "return_location_required", body: m{"return_location": nil}},
		{code: "return_location_invalid", body: m{"return_location": elsewhere}},
	})
	line := func(quantity string, lots ...m) []m {
		return []m{{"delivery_line": id("drill delivery line"), "quantity": quantity, "lots": lots}}
	}
	lot := func(name, quantity string) m { return m{"lot": id(name), "quantity": quantity} }
	s.toldFirst(t, on("bare", "returns"), giveBack("drill delivery", "1"), []both{
		{code: "duplicate_line", body: m{"lines": append(line("1"), line("-1")...)}},
		{code: "negative_quantity", body: m{"lines": line("-0.5", lot("nowhere", "1"))}},
		{code: "quantity_precision", body: m{"lines": line("1.005", lot("nowhere", "1"))}},
		{code: "serial_quantity", body: m{"lines": line("1.5", lot("nowhere", "1"))}},
		{code: "lot_not_found", body: m{"lines": line("2", lot("lot 9", "1"), lot("nowhere", "1"))}},
		{code: "lot_other_product", body: m{"lines": line("2", lot("lot 9", "1"), lot("saw 1", "1"))}},
		{code: "lot_not_delivered", body: m{"lines": line("3", lot("lot 9", "1"))}},
		{code: "lot_quantity_mismatch", body: m{"lines": line("3", lot("lot", "1"))}},
		{code: "return_exceeds_delivered", body: m{"lines": line("3"), "return_location": nil}},
	})
	// The only delivery of the order with the ticket's product can be meant.
	s.post("/v1/deliveries", m{
		"customer": id("customer"), "order": id("order"), "validate": true,
		"lines": []m{{"product": id("labour"), "quantity": "1"}},
	})
	s.toldFirst(t, on("bare", "returns"), m{"order": id("order"), "return_location": id("location")}, []both{{code: "order_or_delivery_required"}})
	s.post(on("ticket", "returns"), m{"order": id("order"), "return_location": id("location")}).shows(map[string]string{"documents.0.kind": "return"})
}
