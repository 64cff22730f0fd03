package http_test

import (
	"net/http"
	"testing"
)

const forbidden, missing, conflict, unprocessable = http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity

// add is a part that a repair puts in.
func add(product, quantity string) m {
	return m{"kind": "add", "product": id(product), "quantity": quantity}
}

// repaired sends the ticket's product to repair and answers the repair's path.
func (s *service) repaired(ticket string, body m, o ...option) (path string, made answer) {
	s.t.Helper()
	made = s.post(on(ticket, "repairs"), body, o...)
	return "/v1/repairs/" + made.created(), made
}

// seen is the precondition of an edit of what a read showed just now.
func (s *service) seen(path string, after answer) option {
	s.t.Helper()
	return with("If-Match", s.get(path, since(after)).header.Get("ETag"))
}

// P-02 and F-04: the Repair and Plan Intervention buttons are there while the
// team offers the service, and gone when it does not.
func TestP02AndF04ButtonsFollowTheTeam(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.page("ticket", s.furnish()).shows(map[string]string{"actions.repair.available": "true", "actions.intervention.available": "true"})
	services := "/v1/teams/" + id("team").String() + "/services/"
	s.page("ticket", s.post(services+"repairs/disable", nil)).shows(map[string]string{
		"actions.repair.available": "false", "actions.repair.reason": "service_not_enabled", "actions.intervention.available": "true",
	})
	s.send(http.MethodPost, on("ticket", "repairs"), m{}).refused(conflict, "service_not_enabled")
	s.post(services+"repairs/enable", m{"modules_confirmed": true})
	s.page("ticket", s.post(services+"field_service/disable", nil)).shows(map[string]string{
		"actions.intervention.available": "false", "actions.intervention.reason": "service_not_enabled", "actions.repair.available": "true",
	})
	s.send(http.MethodPost, on("ticket", "interventions"), m{}).refused(conflict, "service_not_enabled")
}

// P-09: a user of the company manages the repair, a customer cannot.
func TestP09ResponsibleIsOfTheCompany(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path, made := s.repaired("ticket", m{"responsible": "mechanic-1"})
	s.get(path, since(made)).shows(map[string]string{"responsible": "mechanic-1"})
	s.token("visitor", []string{"customer"}, m{"customer": id("customer")})
	s.allRefused(t, []bad{
		{name: "a portal user", path: on("ticket", "repairs"), body: m{"responsible": "visitor"}, status: unprocessable, code: "responsible_not_internal", field: "responsible"},
		{name: "a contact", path: on("ticket", "repairs"), body: m{"responsible": id("customer")}, status: unprocessable, code: "responsible_not_internal", field: "responsible"},
	})
}

// Example 17, P-07: under warranty everything is free; without it again what
// was negotiated, not the list price. Parts taken out are never on the quote.
func TestExample17_WarrantyKeepsNegotiatedPrices(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("pump"), "name": "Pump", "price": m{"amount": "40.00", "currency": "EUR"}})
	path, made := s.repaired("ticket", m{"submit": "confirm_and_quote", "override": true, "parts": []m{
		add("pump", "2"), {"kind": "remove", "product": id("product"), "quantity": "1"}, {"kind": "recycle", "product": id("product"), "quantity": "1"},
	}})
	read := s.get(path, since(made))
	read.shows(map[string]string{"parts.0.unit_price": "40.00", "parts.1.unit_price": "10.00", "quote.lines.0.quantity": "2", "quote.lines.1": "", "quote.total": "80.00"})
	parts := []m{}
	for _, p := range read.list("parts") {
		p := p.(m)
		parts = append(parts, m{"id": p["id"], "kind": p["kind"], "product": p["product"], "quantity": p["quantity"], "unit_price": p["unit_price"]})
	}
	parts[0]["unit_price"] = "35.00"
	s.post(path+"/parts", m{"parts": parts}, s.seen(path, made))
	prices := func(under bool, unit, total string) {
		t.Helper()
		done := s.post(path+"/warranty", m{"under_warranty": under})
		s.get(path, since(done)).shows(map[string]string{
			"parts.0.unit_price": unit, "quote.lines.0.unit_price": unit, "quote.lines.1": "", "quote.total": total,
		})
	}
	prices(false, "35.00", "70.00")
	prices(true, "0.00", "0.00")
	s.get(path).shows(map[string]string{"parts.1.unit_price": "0.00"})
	prices(false, "35.00", "70.00")
}

// Example 18: leftovers are told of before, are cancelled, and the quotation
// bills what was used; a repair that ended cannot be cancelled.
func TestExample18_RepairEndsWithWhatWasUsed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path, made := s.repaired("ticket", m{"parts": []m{add("product", "3")}})
	part := s.get(path, since(made)).text("parts.0.id")
	s.post(path+"/quote", nil)
	started := s.post(path+"/start", m{"override": true}) // the draft is confirmed on the way
	started.shows(map[string]string{"documents.0.state": "under_repair"})
	s.get(path, since(started)).shows(map[string]string{"quote.lines.0.quantity": "3", "quote.total": "30.00"})
	used := m{"parts": []m{{"id": part, "done_quantity": "1"}}}
	s.post(path+"/end?dry_run=true", used).shows(map[string]string{"warnings.0.code": "parts_left_over"})
	s.post(path+"/end?dry_run=true", nil).shows(map[string]string{"warnings.0": ""})
	ended := s.post(path+"/end", used)
	ended.shows(map[string]string{"documents.0.state": "done", "warnings.0.code": "parts_left_over"})
	s.get(path, since(ended)).shows(map[string]string{
		"state": "done", "parts.0.quantity": "3", "parts.0.done_quantity": "1", "quote.lines.0.quantity": "1", "quote.total": "10.00",
	})
	s.send(http.MethodPost, path+"/cancel", nil).refused(conflict, "repair_already_done")
	follow(t, s.timeline("ticket", ended), "repair-created", "repair-quote-created", "repair-confirmed", "repair-started", "repair-ended")
}

// Example 19, P-06: what came back is repaired: its lot and its quantity are
// there already, and a lot of another delivery is refused.
func TestExample19_RepairFromReturn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("other lot"), "name": "SN2"})
	for delivery, lot := range map[string]string{"first": "lot", "second": "other lot"} {
		s.post("/v1/deliveries", m{"id": id(delivery), "customer": id("customer"), "validate": true, "lines": []m{{
			"id": id(delivery + " line"), "product": id("tracked"), "quantity": "1", "lots": []m{{"lot": id(lot), "quantity": "1"}},
		}}})
	}
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked")})
	give := giveBack("first", "1")
	give["lines"].([]m)[0]["lots"] = []m{{"lot": id("lot"), "quantity": "1"}}
	back := s.post(on("drill", "returns"), give)
	path, made := s.repaired("drill", m{"return": back.created()})
	s.get(path, since(made)).shows(map[string]string{
		"customer": id("customer").String(), "quantity": "1", "lot": id("lot").String(), "return": back.created(), "state": "draft",
	})
	made.shows(map[string]string{"warnings.0.code": "return_not_received"})
	s.send(http.MethodPost, on("drill", "repairs"), m{"return": back.created(), "lot": id("other lot")}).refused(unprocessable, "lot_not_in_return")
	s.send(http.MethodPost, path+"/confirm", m{"lot": id("other lot"), "override": true}).refused(unprocessable, "lot_not_in_return")

	// The product is in the repair's place once it was received.
	s.send(http.MethodPost, path+"/confirm", nil).refused(conflict, "insufficient_quantity_to_repair")
	s.post("/v1/returns/"+back.created()+"/receive", nil)
	s.post(path+"/confirm", nil).shows(map[string]string{"documents.0.state": "confirmed"})

	// A lot that the draft did not name comes with the confirmation.
	path, _ = s.repaired("ticket", m{"product": id("tracked")})
	unnamed := s.send(http.MethodPost, path+"/confirm", m{"override": true})
	unnamed.refused(unprocessable, "lot_required")
	unnamed.shows(map[string]string{"detail": "Give the lot/serial number of Drill."}) // 3.8
	confirmed := s.post(path+"/confirm", m{"override": true, "lot": id("other lot")})
	s.get(path, since(confirmed)).shows(map[string]string{"lot": id("other lot").String(), "state": "confirmed"})
}

// Example 20, P-13: missing stock asks, and who went on without it is recorded.
func TestExample20_StockWarningIsOverridden(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mechanic := as(s.token("mechanic-1", []string{"repair"}, nil))
	path, made := s.repaired("ticket", m{})
	unchanged := s.unchanged(t)
	for _, command := range []string{"/confirm", "/start"} {
		s.send(http.MethodPost, path+command, nil, mechanic).refused(conflict, "insufficient_quantity_to_repair")
	}
	unchanged()
	done := s.post(path+"/confirm", m{"override": true}, mechanic)
	done.shows(map[string]string{"documents.0.state": "confirmed"})
	s.get("/v1/audit/events?type=repair-confirmed&stream=repair-"+made.created(), since(done)).shows(map[string]string{
		"items.0.data.override": "true", "items.0.data.overridden_by": "mechanic-1", "items.0.actor.id": "mechanic-1", "items.1": "",
	})
}

// P-16: who created a repair may open it, whatever their rights; other people
// without the right on repairs may not, in no read.
func TestP16TheCreatorMayOpenTheRepair(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	creator, other := as(s.token("agent-1", []string{"agent"}, nil)), as(s.token("agent-2", []string{"agent", "billing", "warehouse", "technician"}, nil))
	foreign, _ := s.repaired("ticket", m{"notes": "Not theirs"})
	path, made := s.repaired("ticket", m{"notes": "Smells burnt"}, creator)
	reads := func(who option) (repairs, ofTicket int) {
		s.t.Helper()
		kind := on("ticket", "documents?kind=repair")
		return len(s.get("/v1/repairs", who, since(made)).list("items")), len(s.get(kind, who, since(made)).list("items"))
	}
	notes := func(who option) (all []any) {
		s.t.Helper()
		for _, item := range s.get(on("ticket", "timeline?limit=200"), who, since(made)).list("items") {
			if item := item.(m); item["type"] == "repair-created" {
				all = append(all, item["data"].(m)["notes"])
			}
		}
		return all
	}
	for _, read := range []string{path, path + "?at_revision=0"} {
		s.get(read, creator, since(made)).shows(map[string]string{"id": made.created(), "notes": "Smells burnt"})
		s.send(http.MethodGet, read, nil, other, since(made)).refused(forbidden, "forbidden")
		s.send(http.MethodGet, read, nil, as(s.portalOf("customer")), since(made)).refused(missing, "not_found")
	}
	s.send(http.MethodGet, foreign, nil, creator).refused(forbidden, "forbidden")
	s.send(http.MethodGet, "/v1/repairs/"+id("nowhere").String(), nil, creator).refused(missing, "repair_not_found")
	if all, ofTicket := reads(creator); all != 1 || ofTicket != 1 {
		t.Errorf("the creator is listed %d and %d repairs", all, ofTicket)
	}
	if all, ofTicket := reads(other); all != 0 || ofTicket != 0 {
		t.Errorf("another agent is listed %d and %d repairs", all, ofTicket)
	}
	if got := notes(creator); len(got) != 2 || got[0] != nil || got[1] != "Smells burnt" {
		t.Errorf("the creator reads %v in the timeline", got)
	}
	if got := notes(other); len(got) != 2 || got[0] != nil || got[1] != nil {
		t.Errorf("another agent reads %v in the timeline", got)
	}
	s.get("/v1/tickets/"+id("ticket").String(), other, since(made)).shows(counts("0", "0", "0", "2", "0"))
	for _, role := range []string{"repair", "lead", "reviewer", "integration"} {
		may := as(s.token(role+"-1", []string{role}, nil))
		s.get(path, may, since(made)).shows(map[string]string{"notes": "Smells burnt"})
		if all, ofTicket := reads(may); all != 2 || ofTicket != 2 {
			t.Errorf("%s is listed %d and %d repairs", role, all, ofTicket)
		}
	}
	// To open it is not to work on it.
	s.send(http.MethodPost, path+"/confirm", m{"override": true}, creator).refused(forbidden, "forbidden")
}

// P-14 and domain.md 4: a quotation is sent, and the customer answers it.
func TestP14TheCustomerAnswersTheQuotation(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	quoted := func() (path, portal string) {
		s.t.Helper()
		path, made := s.repaired("ticket", m{"parts": []m{add("product", "2")}})
		portal = "/v1/portal/repairs/" + made.created() + "/quote/"
		s.send(http.MethodPost, portal+"accept", nil, mine).refused(missing, "quote_not_found")
		s.post(path+"/quote", nil)
		s.send(http.MethodPost, path+"/quote", nil).refused(conflict, "quote_already_exists")
		s.send(http.MethodPost, portal+"accept", nil, mine).refused(missing, "quote_not_found") // a draft
		sent := s.post(path+"/quote/send", nil)
		s.get(path, since(sent)).shows(map[string]string{"quote.state": "sent", "quote.total": "20.00"})
		return path, portal
	}
	path, portal := quoted()
	s.settles() // the mail is out
	s.allRefused(t, []bad{
		{name: "another customer", path: portal + "accept", status: missing, code: "repair_not_found", options: []option{theirs}},
		{name: "the company's people", path: portal + "accept", status: forbidden, code: "forbidden"},
		{name: "no reason", path: portal + "decline", body: m{"reason": " "}, status: unprocessable, code: "required", field: "reason", options: []option{mine}},
		{name: "the company's command", path: path + "/quote/accept", status: missing, code: "not_found", options: []option{mine}},
	})
	yes := s.post(portal+"accept", nil, mine)
	s.get(path, since(yes)).shows(map[string]string{"quote.state": "accepted"})
	s.get("/v1/audit/events?type=repair-quote-accepted", since(yes)).shows(map[string]string{
		"items.0.actor.channel": "portal", "items.0.data.total": "2000", "items.0.ticket": id("ticket").String(),
	})
	s.get("/v1/portal/repairs", mine, since(yes)).shows(map[string]string{"items.0.quote.state": "accepted"})
	s.send(http.MethodPost, portal+"decline", m{"reason": "Too late"}, mine).refused(conflict, "quote_already_accepted")

	path, portal = quoted()
	s.post(portal+"decline", m{"reason": "Too dear"}, mine)
	s.send(http.MethodPost, path+"/quote/accept", nil).refused(conflict, "quote_already_declined")
	path, _ = quoted()
	said := s.post(path+"/quote/decline", m{"reason": "By phone"})
	s.get(path, since(said)).shows(map[string]string{"quote.state": "declined"})
	path, _ = quoted()
	said = s.post(path+"/quote/accept", nil)
	s.get(path, since(said)).shows(map[string]string{"quote.state": "accepted"})
	// What was cancelled is not billed.
	cancelled := s.post(path+"/cancel", nil)
	s.get(path, since(cancelled)).shows(map[string]string{"state": "cancelled", "quote.total": "0.00"})
}

// 2.7: cancelling a return releases what it had not received; what had come stays
// and can be repaired.
func TestGoodsOfACancelledReturnAreRepaired(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "returns"), giveBack("delivery", "3"))
	path := "/v1/returns/" + made.created()
	line := s.get(path, since(made)).text("lines.0.id")
	s.post(path+"/receive", m{"lines": []m{{"id": line, "quantity": "2"}}})
	s.post(path+"/cancel", nil)
	wish := m{"return": made.created(), "quantity": "3", "submit": "confirm"}
	s.send("POST", on("ticket", "repairs"), wish).refused(conflict, "insufficient_quantity_to_repair")
	s.dialog("ticket", "repair", "", since(s.last())).shows(map[string]string{"candidates.returns.0.id": made.created(), "candidates.returns.1": ""})
	delete(wish, "quantity") // what came
	repaired := s.post(on("ticket", "repairs"), wish)
	s.get("/v1/repairs/"+repaired.created(), since(repaired)).shows(map[string]string{"state": "confirmed", "quantity": "2"})

	empty := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	s.post("/v1/returns/"+empty.created()+"/cancel", nil)
	s.send("POST", on("ticket", "repairs"), m{"return": empty.created()}).refused(unprocessable, "return_not_matching")
}
