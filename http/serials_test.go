package http_test

import "testing"

// serials are one piece of each serial number.
func serials(names ...string) (lots []m) {
	for _, n := range names {
		lots = append(lots, m{"lot": id(n), "quantity": "1"})
	}
	return lots
}

// saw is another product with a serial number.
func (s *service) saw() {
	s.t.Helper()
	s.post("/v1/products", m{"id": id("saw"), "name": "Saw", "tracking": "serial"})
	s.post("/v1/products/"+id("saw").String()+"/lots", m{"id": id("saw 1"), "name": "SAW1"})
}

// 2.4: a line whose lot belongs to another product is refused, also when the lot
// is named only as the goods leave.
func TestALotOfAnotherProductDoesNotLeave(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.saw()
	s.post("/v1/deliveries", m{"id": id("drills"), "customer": id("customer"), "lines": []m{
		{"id": id("drills line"), "product": id("tracked"), "quantity": "1"},
	}})
	path := "/v1/deliveries/" + id("drills").String() + "/validate"
	leaves := func(lots []m) m { return m{"lines": []m{{"id": id("drills line"), "lots": lots}}} }
	s.allRefused(t, []bad{
		{name: "a serial of the saw", path: path, body: leaves(serials("saw 1")), status: unprocessable, code: "lot_other_product", field: "lines[0].lots"},
		{name: "none that is known", path: path, body: leaves(serials("nowhere")), status: unprocessable, code: "lot_not_found", field: "lines[0].lots"},
		{name: "no serial at all", path: path, body: leaves([]m{{"quantity": "1"}}), status: unprocessable, code: "lot_required", field: "lines[0].lots"},
		{name: "of no delivery", path: "/v1/deliveries/" + id("nowhere").String() + "/validate", body: leaves(serials("lot")), status: missing, code: "delivery_not_found"},
	})
	s.post(path, leaves(serials("lot"))).shows(map[string]string{"documents.0.state": "done"})
}

// api.md, and 2.4: a lot that there is not is told as unknown, one of another product
// as that, by every command that names one.
func TestALotThatThereIsNot(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.saw()
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked")})
	back := giveBack("drill delivery", "1")
	s.post(on("drill", "returns"), but(back, "id", id("back")))
	s.post(on("drill", "repairs"), m{"id": id("repair")})
	repair := "/v1/repairs/" + id("repair").String()
	for lot, code := range map[string]string{"nowhere": "lot_not_found", "saw 1": "lot_other_product"} {
		named := m{"product": id("tracked"), "lot": id(lot)}
		planned := []m{{"product": id("tracked"), "quantity": "1", "lots": serials(lot)}}
		returned := []m{{"delivery_line": id("drill delivery line"), "lots": serials(lot)}}
		received := []m{{"id": s.get("/v1/returns/"+id("back").String(), since(s.last())).at("lines.0.id"), "lots": serials(lot)}}
		of := func(name, path string, body any, field string) bad {
			return bad{name: lot + ", " + name, path: path, body: body, status: unprocessable, code: code, field: field}
		}
		s.allRefused(t, []bad{
			of("a ticket", "/v1/tickets", but(but(named, "title", "Drill"), "team", id("team")), "lot"),
			of("a delivery", "/v1/deliveries", m{"customer": id("customer"), "lines": planned}, "lines[0].lots"),
			of("a refund", on("drill", "refunds"), but(but(refund("drill invoice", "reverse"), "lot", id(lot)), "product", id("tracked")), "lot"),
			of("a return", on("drill", "returns"), but(back, "lines", returned), "lines[0].lots"),
			of("a reception", "/v1/returns/"+id("back").String()+"/receive", m{"lines": received}, "lines[0].lots"),
			of("a repair", on("drill", "repairs"), named, "lot"),
			of("another lot of a repair", repair+"/details", m{"lot": id(lot)}, "lot"),
			of("a repair's confirmation", repair+"/confirm", m{"lot": id(lot), "override": true}, "lot"),
		})
	}
}

// A customer who asks for a return hears the same of every lot that was not delivered
// to them, be it there or not.
func TestACustomerDoesNotHearWhichLotsThereAre(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.saw()
	mine := []option{as(s.portalOf("customer"))}
	s.ticket("drill", m{"customer": id("customer")})
	path := "/v1/portal/deliveries/" + id("drill delivery").String() + "/return-requests"
	for _, lot := range []string{"nowhere", "saw 1", "lot 9"} {
		body := m{"ticket": id("drill"), "lines": []m{{"delivery_line": id("drill delivery line"), "lots": serials(lot)}}}
		s.allRefused(t, []bad{{name: lot, path: path, body: body, status: unprocessable, code: "lot_not_delivered", field: "lines[0].lots", options: mine}})
	}
}
