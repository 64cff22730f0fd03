package http_test

import (
	"net/http"
	"testing"
)

// P-03, P-04, P-05, P-08: customer and product come from the ticket; the lot is
// a field of tracked products only; scheduled now.
func TestTheRepairDialogBeginsWithTheTicket(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	d := s.dialog("ticket", "repair", "")
	d.shows(map[string]string{
		"defaults.customer": id("customer").String(), "defaults.product": id("product").String(), "defaults.lot": "", "defaults.quantity": "1",
		"defaults.under_warranty": "false", "defaults.responsible": "admin", "defaults.submit": "save", "defaults.return": "",
		"fields.product.required": "true", "fields.scheduled_at.required": "true", "fields.lot.visible": "false", "fields.return.visible": "false",
	})
	if day := d.text("defaults.scheduled_at"); len(day) < 10 || day[:10] != "2026-03-01" {
		t.Errorf("scheduled at %q", day)
	}
	d.offers(t, "products", "product", "tracked")
	other := s.dialog("ticket", "repair", "?customer="+id("other customer").String()+"&product="+id("tracked").String())
	other.shows(map[string]string{
		"defaults.customer": id("other customer").String(), "defaults.product": id("tracked").String(), "fields.lot.visible": "true",
	})
	other.offers(t, "lots", "lot", "lot 2", "lot 9")
	made := s.post(on("ticket", "repairs"), m{
		"customer": d.at("defaults.customer"), "product": d.at("defaults.product"), "quantity": d.at("defaults.quantity"),
		"scheduled_at": d.at("defaults.scheduled_at"), "submit": d.at("defaults.submit"),
	})
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{"product": id("product").String(), "state": "draft"})
	s.dialog("ticket", "repair", "?product="+id("labour").String()).shows(map[string]string{"defaults.product": ""})
	s.send(http.MethodPost, on("ticket", "repairs"), m{"product": id("labour")}).refused(http.StatusUnprocessableEntity, "product_not_repairable")
	s.send(http.MethodPost, on("ticket", "repairs"), m{"product": id("product"), "lot": id("lot")}).
		refused(http.StatusUnprocessableEntity, "lot_not_applicable")
}

// P-06: offered are the customer's returns with the product that are not
// cancelled; the ticket's only one is chosen.
func TestTheRepairDialogOffersReturnsWithTheProduct(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.ticket("bare", m{"customer": id("customer")})
	lamp := giveBack("delivery", "2")
	lamp["id"] = id("lamp return")
	s.post(on("ticket", "returns"), lamp)
	drill := giveBack("drill delivery", "1")
	drill["id"] = id("drill return")
	s.post(on("bare", "returns"), drill)
	gone := giveBack("delivery", "1")
	gone["id"] = id("cancelled")
	s.post(on("ticket", "returns"), gone)
	s.post("/v1/returns/"+id("cancelled").String()+"/cancel", m{})
	d := s.dialog("ticket", "repair", "")
	d.offers(t, "returns", "lamp return")
	d.offers(t, "products", "product")
	d.shows(map[string]string{"fields.return.visible": "true", "defaults.return": id("lamp return").String(), "defaults.quantity": "2"})
	none := s.dialog("ticket", "repair", "?product=&return=")
	none.offers(t, "returns", "drill return", "lamp return")
	none.shows(map[string]string{"defaults.return": "", "defaults.product": ""})
	s.send(http.MethodPost, on("ticket", "repairs"), m{"product": id("product"), "return": id("drill return")}).
		refused(http.StatusUnprocessableEntity, "return_not_matching")
}

// P-06, with the goods of example 19: a return with one lot fills in customer, quantity
// and lot; a lot of another delivery is refused.
func TestTheRepairDialogIsFilledInByTheReturn(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	back := giveBack("drill delivery", "1")
	back["lines"] = []m{{"delivery_line": id("drill delivery line"), "quantity": "1", "lots": []m{{"lot": id("lot 2"), "quantity": "1"}}}}
	back["id"] = id("drill return")
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked")})
	s.post(on("drill", "returns"), back)
	d := s.dialog("drill", "repair", "?return="+id("drill return").String())
	d.shows(map[string]string{
		"defaults.customer": id("customer").String(), "defaults.quantity": "1", "defaults.lot": id("lot 2").String(),
		"defaults.return": id("drill return").String(), "fields.lot.visible": "true",
	})
	d.offers(t, "lots", "lot 2")
	wish := m{"product": id("tracked"), "return": id("drill return"), "lot": id("lot 9")}
	s.send(http.MethodPost, on("drill", "repairs"), wish).refused(http.StatusUnprocessableEntity, "lot_not_in_return")
	delete(wish, "lot")
	made := s.post(on("drill", "repairs"), wish)
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{
		"customer": id("customer").String(), "quantity": "1", "lot": id("lot 2").String(), "return": id("drill return").String(),
	})
}

// P-10: tags that there are can be assigned, as they were first written; others are
// new.
func TestTheDialogsOfferTheTagsThatThereAre(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.dialog("ticket", "repair", "").shows(map[string]string{"candidates.tags.0": "", "fields.tags.visible": "true"})
	s.post(on("ticket", "repairs"), m{"tags": []string{"Seal", "Urgent"}})
	made := s.post(on("ticket", "repairs"), m{"tags": []string{"seal", "new"}})
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{"tags.0": "Seal", "tags.1": "new", "tags.2": ""})
	for _, service := range []string{"repair", "intervention"} {
		s.dialog("ticket", service, "", since(made)).shows(map[string]string{
			"candidates.tags.0.name": "new", "candidates.tags.1.name": "Urgent", "candidates.tags.2.name": "Seal", "candidates.tags.3": "",
		})
	}
}
