package http_test

import (
	"net/http"
	"testing"
)

// rest checks what is still returnable of the first line of a delivery.
func (s *service) rest(delivery string, after answer, want string) {
	s.t.Helper()
	s.get("/v1/deliveries/"+delivery, since(after)).shows(map[string]string{"lines.0.returnable_quantity": want})
}

// Example 9: returns of a delivery of 10 of 12. What stayed behind is a
// delivery of its own, with returns of its own (T-07).
func TestExample09ReturnsAndABackorder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.delivery("twelve", "12", false)
	path := "/v1/deliveries/" + id("twelve").String()
	ten := m{"lines": []m{{"id": id("twelve line"), "done_quantity": "10"}}}
	dry := s.post(path+"/validate?dry_run=true", ten)
	dry.shows(map[string]string{"documents.0.state": "done", "documents.1.state": "ready"})
	done := s.post(path+"/validate", ten, key("ten"))
	done.shows(map[string]string{
		"documents.0.id": id("twelve").String(), "documents.0.state": "done",
		"documents.1.kind": "delivery", "documents.1.state": "ready", "documents.1.number": "WH/OUT/00003",
	})
	backorder := done.text("documents.1.id")
	s.get(path, since(done)).shows(map[string]string{"backorder": backorder, "backorder_of": "", "lines.0.done_quantity": "10"})
	s.get("/v1/deliveries/"+backorder, since(done)).shows(map[string]string{
		"backorder_of": id("twelve").String(), "backorder": "", "state": "ready", "lines.0.quantity": "2", "lines.1": "",
		"customer": id("customer").String(), "order": id("order").String(), "lines.0.order_line": id("order line").String(),
	})
	if again := s.post(path+"/validate", ten, key("ten")); string(again.body) != string(done.body) {
		t.Errorf("repeated: %s, at first %s", again.body, done.body)
	}

	give := func(quantity string) answer { return s.post(on("ticket", "returns"), giveBack("twelve", quantity)) }
	four := give("4")
	s.rest(id("twelve").String(), four, "6")
	s.rest(id("twelve").String(), s.post("/v1/returns/"+four.created()+"/cancel", nil), "10")
	all := give("10")
	s.rest(id("twelve").String(), all, "0")
	s.send(http.MethodPost, on("ticket", "returns"), m{"delivery": id("twelve"), "return_location": id("location")}).
		refused(http.StatusConflict, "return_exceeds_delivered")

	request := m{"delivery": backorder, "return_location": id("location")}
	s.send(http.MethodPost, on("ticket", "returns"), request).refused(http.StatusConflict, "delivery_not_done")
	s.rest(backorder, s.post("/v1/deliveries/"+backorder+"/validate", nil), "2")
	s.rest(backorder, s.post(on("ticket", "returns"), request), "0")
}

// Whoever says that the rest will not leave gets no backorder, nor where there
// is no rest.
func TestNoBackorder(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.delivery("part", "5", false)
	s.delivery("whole", "5", false)
	for name, body := range map[string]m{
		"part":  {"lines": []m{{"id": id("part line"), "done_quantity": "3"}}, "backorder": false},
		"whole": {"backorder": true},
	} {
		done := s.post("/v1/deliveries/"+id(name).String()+"/validate", body)
		done.shows(map[string]string{"documents.0.state": "done", "documents.1": ""})
		s.get("/v1/deliveries/"+id(name).String(), since(done)).shows(map[string]string{"backorder": ""})
	}
}

// Example 10: what came short is returnable again; more than announced is taken
// only within the rest.
func TestExample10ShortReceipt(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.delivery("ten", "10", true)
	receive := func(made answer, quantity string) answer {
		t.Helper()
		path := "/v1/returns/" + made.created()
		line := s.get(path, since(made)).text("lines.0.id")
		return s.send(http.MethodPost, path+"/receive", m{"lines": []m{{"id": line, "quantity": quantity}}})
	}
	short := s.post(on("ticket", "returns"), giveBack("ten", "4"))
	receive(short, "3").shows(map[string]string{"documents.0.state": "partially_received"})
	closed := s.post("/v1/returns/"+short.created()+"/close-short", nil)
	s.rest(id("ten").String(), closed, "7")
	s.get("/v1/returns/"+short.created(), since(closed)).shows(map[string]string{
		"state": "received", "closed_short": "true", "lines.0.quantity": "4", "lines.0.received_quantity": "3",
	})

	more := receive(s.post(on("ticket", "returns"), giveBack("ten", "4")), "5")
	more.shows(map[string]string{"documents.0.state": "received"})
	s.rest(id("ten").String(), more, "2")
	receive(s.post(on("ticket", "returns"), giveBack("ten", "2")), "3").refused(http.StatusConflict, "return_exceeds_delivered")
}

// Example 11 and T-15: serial numbers may stay open until the goods arrive.
func TestExample11Serials(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for _, n := range []string{"SN2", "SN3", "SN9"} {
		s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id(n), "name": n})
	}
	s.post("/v1/deliveries", m{"id": id("drills"), "customer": id("customer"), "validate": true, "lines": []m{
		{"id": id("drills line"), "product": id("tracked"), "quantity": "3", "lots": serials("lot", "SN2", "SN3")},
	}})
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked")})
	made := s.post(on("drill", "returns"), giveBack("drills", "2"))
	path := "/v1/returns/" + made.created()
	line := s.get(path, since(made)).text("lines.0.id")
	receive := func(lots []m) answer {
		return s.send(http.MethodPost, path+"/receive", m{"lines": []m{{"id": line, "quantity": "2", "lots": lots}}})
	}
	unnamed := receive(nil)
	unnamed.refused(http.StatusUnprocessableEntity, "lot_required")
	unnamed.shows(map[string]string{"detail": "Give the lot/serial number of Drill.", "errors.0.params.product": "Drill"}) // 3.8
	s.send(http.MethodPost, path+"/receive", nil).refused(http.StatusUnprocessableEntity, "lot_required")
	receive(serials("lot", "SN9")).refused(http.StatusUnprocessableEntity, "lot_not_delivered")
	receive(serials("lot", "lot")).refused(http.StatusUnprocessableEntity, "serial_quantity")
	came := receive(serials("lot", "SN3"))
	came.shows(map[string]string{"documents.0.state": "received"})
	s.get(path, since(came)).shows(map[string]string{"lines.0.received_lots.1.lot": id("SN3").String()})
	again := giveBack("drills", "1")
	again["lines"].([]m)[0]["lots"] = serials("lot")
	s.send(http.MethodPost, on("drill", "returns"), again).refused(http.StatusConflict, "return_exceeds_delivered")
	again["lines"].([]m)[0]["lots"] = serials("SN2")
	s.post(on("drill", "returns"), again)
}

// Example 12 and T-08: a quantity that rounds to nothing is none.
func TestExample12AQuantityBelowTheUnitsPrecision(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("sand"), "name": "Sand", "unit": "kg"})
	s.post("/v1/deliveries", m{"id": id("sack"), "customer": id("customer"), "validate": true, "lines": []m{
		{"id": id("sack line"), "product": id("sand"), "quantity": "1.25"},
	}})
	s.ticket("sandy", m{"customer": id("customer"), "product": id("sand")})
	s.send(http.MethodPost, on("sandy", "returns"), giveBack("sack", "0.004")).refused(http.StatusUnprocessableEntity, "return_empty")
	s.send(http.MethodPost, on("sandy", "returns"), giveBack("sack", "0.015")).refused(http.StatusUnprocessableEntity, "quantity_precision")
	s.rest(id("sack").String(), s.post(on("sandy", "returns"), giveBack("sack", "0.01")), "1.24")
}

// Example 23, S-07, S-13 and T-02: a service that is switched off starts
// nothing new; what there is stays in sight and goes on.
func TestExample23TeamSwitch(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	first := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	second := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	s.page("ticket", second).shows(map[string]string{"actions.return.available": "true"})
	off := s.post("/v1/teams/"+id("team").String()+"/services/returns/disable", nil)
	page := s.page("ticket", off)
	page.shows(counts("0", "0", "2", "0", "0"))
	page.shows(map[string]string{"actions.return.available": "false", "actions.return.reason": "service_not_enabled"})
	s.send(http.MethodPost, on("ticket", "returns"), giveBack("delivery", "1")).refused(http.StatusConflict, "service_not_enabled")
	s.post("/v1/returns/"+first.created()+"/receive", nil).shows(map[string]string{"documents.0.state": "received"})
	last := s.post("/v1/returns/"+second.created()+"/cancel", nil)
	s.page("ticket", last).shows(counts("0", "0", "2", "0", "0"))
	s.get(on("ticket", "documents?kind=return"), since(last)).shows(map[string]string{"items.0.id": first.created(), "items.1.id": second.created()})
}

// T-01, T-11 and T-12: a return is a warehouse operation of its own, of the
// delivery, and names the ticket to go back to.
func TestT12AReturnLeadsBackToItsTicket(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	made.shows(map[string]string{"documents.0.kind": "return", "documents.0.number": "WH/IN/00001"})
	s.get("/v1/returns/"+made.created(), since(made)).shows(map[string]string{
		"ticket": id("ticket").String(), "delivery": id("delivery").String(), "state": "ready",
	})
	s.get("/v1/returns?ticket="+id("ticket").String(), since(made)).shows(map[string]string{"items.0.id": made.created(), "items.1": ""})
	s.get("/v1/deliveries/"+id("delivery").String(), since(made)).shows(map[string]string{"returns.0": made.created(), "lines.0.done_quantity": "3"})
}

// A return can itself be returned: what was received, such as repaired goods,
// leaves again, never more than came (domain.md 2.7).
func TestReceivedGoodsAreDeliveredAgain(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "returns"), giveBack("delivery", "2"))
	path := "/v1/returns/" + made.created()
	line := s.get(path, since(made)).text("lines.0.id")
	part := func(quantity string) m { return m{"lines": []m{{"id": line, "quantity": quantity}}} }
	s.send(http.MethodPost, path+"/redeliver", part("1")).refused(http.StatusConflict, "redelivery_exceeds_received")
	s.post(path+"/receive", nil)

	s.post(path+"/redeliver?dry_run=true", nil).shows(map[string]string{"documents.0.state": "ready"})
	one := s.post(path+"/redeliver", part("1"))
	if one.status != http.StatusCreated || one.header.Get("Location") != "/v1/deliveries/"+one.created() {
		t.Errorf("%d at %q", one.status, one.header.Get("Location"))
	}
	one.shows(map[string]string{"documents.0.kind": "delivery", "documents.0.state": "ready", "documents.0.number": "WH/OUT/00002", "documents.1.kind": "return"})
	s.send(http.MethodPost, path+"/redeliver", part("2")).refused(http.StatusConflict, "redelivery_exceeds_received")
	s.get(path, since(one)).shows(map[string]string{"redeliveries.0": one.created(), "lines.0.redelivered_quantity": "1", "lines.0.received_quantity": "2"})
	s.get("/v1/deliveries/"+one.created(), since(one)).shows(map[string]string{
		"redelivery_of": made.created(), "lines.0.quantity": "1", "source_location": id("location").String(), "customer": id("customer").String(),
	})

	s.post("/v1/deliveries/"+one.created()+"/cancel", nil)
	two := s.post(path+"/redeliver", nil)
	s.get(path, since(two)).shows(map[string]string{"redeliveries.1": two.created(), "lines.0.redelivered_quantity": "2"})
	s.send(http.MethodPost, path+"/redeliver", nil).refused(http.StatusUnprocessableEntity, "return_empty")
	s.rest(two.created(), s.post("/v1/deliveries/"+two.created()+"/validate", nil), "2")
	s.rest(id("delivery").String(), two, "1") // what came back is not delivered a second time by this one
	s.send(http.MethodPost, path+"/redeliver", m{"id": two.created(), "lines": part("1")["lines"]}).refused(http.StatusConflict, "already_exists")
}

// 2.7: what of a redelivery does not leave is there again, to leave another time or
// to be repaired, also when a backorder was to take it.
func TestWhatDoesNotLeaveAgainIsThereAgain(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "returns"), giveBack("delivery", "3"))
	path := "/v1/returns/" + made.created()
	s.post(path+"/receive", nil)
	leave := func(again answer, quantity string, backorder bool) answer {
		t.Helper()
		d := "/v1/deliveries/" + again.created()
		line := s.get(d, since(again)).text("lines.0.id")
		return s.post(d+"/validate", m{"lines": []m{{"id": line, "done_quantity": quantity}}, "backorder": backorder})
	}
	short := leave(s.post(path+"/redeliver", nil), "1", false)
	s.get(path, since(short)).shows(map[string]string{"lines.0.redelivered_quantity": "1"})
	s.post(on("ticket", "repairs?dry_run=true"), m{"return": made.created(), "quantity": "2", "submit": "confirm"})

	rest := leave(s.post(path+"/redeliver", nil), "1", true)
	backorder := "/v1/deliveries/" + rest.text("documents.1.id")
	s.get(backorder, since(rest)).shows(map[string]string{"redelivery_of": made.created(), "lines.0.quantity": "1"})
	s.send(http.MethodPost, path+"/redeliver", nil).refused(http.StatusUnprocessableEntity, "return_empty")
	s.post(backorder+"/cancel", nil)
	last := s.post(path+"/redeliver", nil)
	s.get(path, since(last)).shows(map[string]string{"lines.0.redelivered_quantity": "3", "redeliveries.2": last.created()})
	s.get("/v1/deliveries/"+last.created(), since(last)).shows(map[string]string{"lines.0.quantity": "1"})
}
