package http_test

import "testing"

// serials are one piece of each serial number.
func serials(names ...string) (lots []m) {
	for _, n := range names {
		lots = append(lots, m{"lot": id(n), "quantity": "1"})
	}
	return lots
}

// 2.4: a line whose lot belongs to another product is refused, also when the lot
// is named only as the goods leave.
func TestALotOfAnotherProductDoesNotLeave(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/products", m{"id": id("saw"), "name": "Saw", "tracking": "serial"})
	s.post("/v1/products/"+id("saw").String()+"/lots", m{"id": id("saw 1"), "name": "SAW1"})
	s.post("/v1/deliveries", m{"id": id("drills"), "customer": id("customer"), "lines": []m{
		{"id": id("drills line"), "product": id("tracked"), "quantity": "1"},
	}})
	path := "/v1/deliveries/" + id("drills").String() + "/validate"
	leaves := func(lots []m) m { return m{"lines": []m{{"id": id("drills line"), "lots": lots}}} }
	s.allRefused(t, []bad{
		{name: "a serial of the saw", path: path, body: leaves(serials("saw 1")), status: unprocessable, code: "lot_other_product", field: "lines[0].lots"},
		{name: "none that is known", path: path, body: leaves(serials("nowhere")), status: unprocessable, code: "lot_other_product", field: "lines[0].lots"},
		{name: "no serial at all", path: path, body: leaves([]m{{"quantity": "1"}}), status: unprocessable, code: "lot_required", field: "lines[0].lots"},
		{name: "of no delivery", path: "/v1/deliveries/" + id("nowhere").String() + "/validate", body: leaves(serials("lot")), status: missing, code: "delivery_not_found"},
	})
	s.post(path, leaves(serials("lot"))).shows(map[string]string{"documents.0.state": "done"})
}
