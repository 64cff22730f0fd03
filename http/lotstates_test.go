package http_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// drills are two serial numbers, a lot of paint, and a ticket about a drill.
func (s *service) drills() {
	s.t.Helper()
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("SN2"), "name": "SN2"})
	s.post("/v1/products", m{"id": id("paint"), "name": "Paint", "tracking": "lot"})
	s.post("/v1/products/"+id("paint").String()+"/lots", m{"id": id("pot"), "name": "P1"})
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked")})
}

// drill is a delivery of serial numbers.
func drill(name string, validate bool, names ...string) m {
	return m{"id": id(name), "customer": id("customer"), "validate": validate, "lines": []m{
		{"id": id(name + " line"), "product": id("tracked"), "quantity": strconv.Itoa(len(names)), "lots": serials(names...)},
	}}
}

// 2.11: the state of a lot is where the piece with the serial number is; it can be
// read as it was, and lists choose by it.
func TestALotShowsWhereItIs(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drills()
	lot := "/v1/lots/" + id("lot").String()
	var then, states []string // the moments and what it was
	moved := func(state string, a answer) {
		t.Helper()
		now := s.get(lot, since(s.last()), with("If-None-Match", "*"))
		now.shows(map[string]string{"state": state, "name": "SN1", "product": id("tracked").String()})
		then, states = append(then, s.get("/v1/"+a.text("kind")+"/"+a.text("id")).text("updated_at")), append(states, state)
		for _, other := range []string{"known", "delivered", "returned", "in_repair", "scrapped"} {
			found := 0
			for _, l := range s.get("/v1/lots?state=" + other).list("items") {
				if l := l.(m); l["id"] == id("lot").String() {
					found++
					if l["state"] != other || other != state {
						t.Errorf("%s among the %s, as %v", state, other, l["state"])
					}
				}
			}
			if other == state && found != 1 {
				t.Errorf("%d times among the %s", found, other)
			}
		}
	}
	about := func(collection, name string) answer {
		return answer{t: t, json: m{"kind": collection, "id": id(name).String()}}
	}
	moved("known", about("lots", "lot"))
	s.post("/v1/deliveries", drill("first", false, "lot", "SN2"))
	moved("known", about("deliveries", "first"))
	s.post("/v1/deliveries/"+id("first").String()+"/validate", nil)
	moved("delivered", about("deliveries", "first"))
	s.post(on("drill", "returns"), m{"id": id("back"), "delivery": id("first"), "return_location": id("location"), "lines": []m{
		{"delivery_line": id("first line"), "lots": serials("lot")},
	}})
	moved("delivered", about("returns", "back"))
	s.post("/v1/returns/"+id("back").String()+"/receive", nil)
	moved("returned", about("returns", "back"))
	s.post(on("drill", "repairs"), m{"id": id("repair"), "lot": id("lot"), "submit": "confirm", "override": true})
	moved("in_repair", about("repairs", "repair"))
	repair := "/v1/repairs/" + id("repair").String()
	s.post(repair+"/details", m{"lot": id("SN2")})
	moved("returned", about("repairs", "repair"))
	s.post(repair+"/details", m{"lot": id("lot")})
	moved("in_repair", about("repairs", "repair"))
	s.post(repair+"/start", nil)
	s.post(repair+"/end", nil)
	moved("returned", about("repairs", "repair"))
	s.post("/v1/returns/"+id("back").String()+"/redeliver", m{"id": id("again")})
	s.post("/v1/deliveries/"+id("again").String()+"/validate", nil)
	moved("delivered", about("deliveries", "again"))
	s.post(on("drill", "returns"), m{"id": id("back again"), "delivery": id("again"), "return_location": id("location")})
	s.post("/v1/returns/"+id("back again").String()+"/receive", nil)
	moved("returned", about("returns", "back again"))
	s.post("/v1/lots/"+id("lot").String()+"/scrap", nil).shows(map[string]string{"documents.0.kind": "lot", "documents.0.state": "scrapped"})
	moved("scrapped", about("lots", "lot"))
	for i, moment := range then {
		s.get(lot + "?as_of=" + url.QueryEscape(moment)).shows(map[string]string{"state": states[i], "historical": "true"})
	}
	s.get(lot + "?at_revision=1").shows(map[string]string{"state": "known"})
}

// A lot of several pieces is in several places at once, so it has none.
func TestALotOfSeveralPiecesIsKnown(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drills()
	for range 2 {
		s.post("/v1/deliveries", m{"customer": id("customer"), "validate": true, "lines": []m{
			{"product": id("paint"), "quantity": "2", "lots": []m{{"lot": id("pot"), "quantity": "2"}}},
		}})
	}
	s.get("/v1/lots/"+id("pot").String(), since(s.last())).shows(map[string]string{"state": "known"})
}

// 2.4, 2.8: one place at a time, told on the field that names the serial number.
func TestASerialNumberThatIsElsewhere(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drills()
	s.post("/v1/deliveries", drill("first", true, "lot"))
	s.post("/v1/deliveries", drill("planned", false, "SN2", "lot"))
	s.post(on("drill", "repairs"), m{"id": id("repair"), "lot": id("SN2"), "submit": "confirm", "override": true})
	s.post(on("drill", "repairs"), m{"id": id("draft"), "lot": id("SN2")})
	s.post("/v1/repairs/"+id("repair").String()+"/start", nil)
	validate := "/v1/deliveries/" + id("planned").String() + "/validate"
	elsewhere := func(name, path string, body any, field string) bad {
		return bad{name: name, path: path, body: body, status: conflict, code: "serial_not_available", field: field}
	}
	s.allRefused(t, []bad{
		elsewhere("delivered, at once", "/v1/deliveries", drill("second", true, "lot"), "lines[0].lots"),
		elsewhere("delivered, of what was planned", validate, m{"lines": []m{{"id": id("planned line"), "lots": serials("lot")}}}, "lines[0].lots"),
		elsewhere("in repair", validate, m{"lines": []m{{"id": id("planned line"), "lots": serials("SN2")}}}, "lines[0].lots"),
		elsewhere("a second repair", on("drill", "repairs"), m{"lot": id("SN2"), "submit": "confirm", "override": true}, "lot"),
		elsewhere("a draft's", "/v1/repairs/"+id("draft").String()+"/confirm", m{"override": true}, "lot"),
		elsewhere("scrapped at the customer's", "/v1/lots/"+id("lot").String()+"/scrap", nil, "lot"),
		{name: "a lot that is scrapped", path: "/v1/lots/" + id("pot").String() + "/scrap", status: conflict, code: "lot_not_serial"},
		{name: "no lot", path: "/v1/lots/" + id("nowhere").String() + "/scrap", status: missing, code: "lot_not_found"},
	})
	s.send(http.MethodPost, "/v1/deliveries", drill("second", true, "lot"), with("Accept-Language", "fa")).shows(map[string]string{
		"errors.0.message": "قطعهٔ این شماره سریال در دسترس نیست؛ وضعیت آن: delivered.", "errors.0.params.lot": id("lot").String(),
	})
	s.send(http.MethodPost, "/v1/deliveries?dry_run=true", drill("second", true, "lot")).refused(conflict, "serial_not_available")
}

// 2.11: what was scrapped is not offered for repair, nor proposed because the ticket
// or the return is about it.
func TestScrappedPiecesAreNotOffered(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked"), "lot": id("lot")})
	s.post(on("drill", "returns"), m{"id": id("back"), "delivery": id("drill delivery"), "return_location": id("location"), "lines": []m{
		{"delivery_line": id("drill delivery line"), "lots": serials("lot")},
	}})
	s.post("/v1/returns/"+id("back").String()+"/receive", nil)
	lots := func(query, proposed string, offered ...string) {
		t.Helper()
		d := s.dialog("drill", "repair", query)
		d.offers(t, "lots", offered...)
		d.shows(map[string]string{"defaults.lot": proposed})
	}
	lots("", id("lot").String(), "lot")
	lots("?return=", id("lot").String(), "lot", "lot 2", "lot 9")
	s.post("/v1/lots/"+id("lot").String()+"/scrap", nil)
	lots("", "")
	lots("?return=", "", "lot 2", "lot 9")
	s.dialog("drill", "return", "").shows(map[string]string{"defaults.lines.0.quantity": "1", "defaults.lines.0.lots.0": ""})
	s.dialog("drill", "refund", "").offers(t, "lots", "lot", "lot 2") // it was paid for
}
