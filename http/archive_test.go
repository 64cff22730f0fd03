package http_test

import (
	"net/http"
	"testing"
)

// archive puts a document of a collection out of use.
func (s *service) archive(collection, name string) answer {
	s.t.Helper()
	return s.post("/v1/"+collection+"/"+id(name).String()+"/archive", nil)
}

// 2.11, F-07, F-12: in an archived project no visit is planned; it is no
// candidate, nor a team's project, until it is taken back.
func TestArchivedProjects(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	surveys := m{"project": id("surveys")}
	s.archive("projects", "surveys").shows(map[string]string{"documents.0.kind": "project", "documents.0.state": "archived"})
	s.archive("projects", "surveys") // is no fault
	s.get("/v1/projects/"+id("surveys").String(), since(s.last())).shows(map[string]string{"state": "archived"})
	s.dialog("ticket", "intervention", "").offers(t, "projects", "plain visits", "project")
	s.send(http.MethodGet, on("ticket", "intervention-options")+"?project="+id("surveys").String(), nil).refused(conflict, "project_archived")
	s.allRefused(t, []bad{
		{name: "a visit", path: on("ticket", "interventions"), body: surveys, status: conflict, code: "project_archived", field: "project"},
		{name: "the team's project", path: "/v1/teams/" + id("team").String() + "/field-service-project", body: surveys, status: conflict, code: "project_archived", field: "project"},
		{name: "worksheets", path: "/v1/projects/" + id("surveys").String() + "/worksheets", body: m{"enabled": false}, status: conflict, code: "project_archived"},
	})
	s.post("/v1/projects/"+id("surveys").String()+"/unarchive", nil).shows(map[string]string{"documents.0.state": "active"})
	s.post(on("ticket", "interventions"), surveys)
	s.archive("projects", "project") // the team's own
	s.dialog("ticket", "intervention", "").shows(map[string]string{"defaults.project": "", "fields.worksheet_template.visible": "false"})
	s.send(http.MethodPost, on("ticket", "interventions"), m{}).refused(conflict, "project_archived")
}

// 2.11, F-11, F-12, F-13: an archived template, or another project's, is neither
// offered nor taken; as a default it is passed over. Tasks keep what they have.
func TestArchivedAndForeignWorksheetTemplates(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.visits()
	s.post("/v1/worksheet-templates", m{
		"id": id("survey sheet"), "name": "Survey only", "project": id("surveys"), "fields": []m{{"name": "found", "type": "text"}},
	})
	of := func(template string) m { return m{"worksheet_template": id(template)} }
	s.dialog("ticket", "intervention", "").offers(t, "worksheet_templates", "other worksheet", "worksheet")
	s.dialog("ticket", "intervention", "?project="+id("surveys").String()).offers(t, "worksheet_templates", "other worksheet", "survey sheet", "worksheet")
	kept := s.visited(m{})
	s.archive("worksheet-templates", "worksheet").shows(map[string]string{"documents.0.kind": "worksheet_template", "documents.0.state": "archived"})
	d := s.dialog("ticket", "intervention", "")
	d.offers(t, "worksheet_templates", "other worksheet")
	d.shows(map[string]string{"defaults.worksheet_template": "", "fields.worksheet_template.visible": "true"})
	with := func(body m, more m) m {
		for k, v := range more {
			body = but(body, k, v)
		}
		return body
	}
	s.allRefused(t, []bad{
		{name: "archived", path: on("ticket", "interventions"), body: of("worksheet"), status: conflict, code: "template_archived", field: "worksheet_template"},
		{name: "another project's", path: on("ticket", "interventions"), body: of("survey sheet"), status: unprocessable, code: "template_not_allowed", field: "worksheet_template"},
		{name: "unknown", path: on("ticket", "interventions"), body: of("nowhere"), status: unprocessable, code: "template_not_found", field: "worksheet_template"},
		{name: "a default that is archived", path: "/v1/projects", body: m{"name": "New", "default_worksheet_template": id("worksheet")}, status: conflict, code: "template_archived", field: "default_worksheet_template"},
		{name: "another project's as a default", path: "/v1/projects", body: m{"name": "New", "default_worksheet_template": id("survey sheet")}, status: unprocessable, code: "template_not_allowed", field: "default_worksheet_template"},
		{name: "an unknown default", path: "/v1/projects", body: m{"name": "New", "default_worksheet_template": id("nowhere")}, status: unprocessable, code: "template_not_found", field: "default_worksheet_template"},
		{name: "for an unknown project", path: "/v1/worksheet-templates", body: with(m{"name": "New", "fields": []m{{"name": "a", "type": "text"}}}, m{"project": id("nowhere")}), status: unprocessable, code: "project_not_found", field: "project"},
		{name: "a version of an archived one", path: "/v1/worksheet-templates/" + id("worksheet").String() + "/versions", body: m{"fields": []m{{"name": "a", "type": "text"}}}, status: conflict, code: "template_archived"},
		{name: "a version of none", path: "/v1/worksheet-templates/" + id("nowhere").String() + "/versions", body: m{"fields": []m{}}, status: missing, code: "template_not_found"},
		{name: "archiving none", path: "/v1/worksheet-templates/" + id("nowhere").String() + "/archive", status: missing, code: "template_not_found"},
	})
	s.post(on("ticket", "interventions"), m{"project": id("surveys"), "worksheet_template": id("survey sheet")})
	made := s.post(on("ticket", "interventions"), m{}) // the default has become unusable
	s.get("/v1/tasks/"+made.created(), since(made)).shows(map[string]string{"worksheet_template": ""})
	s.save(kept, "Replaced the socket").shows(map[string]string{"worksheet_template": id("worksheet").String(), "worksheet.version": "1"})
}

// 2.11, F-11, F-13: worksheets of a project are switched, and a template gets a
// next version, for tasks planned from then on; saved worksheets stay readable.
func TestWorksheetsOfAProjectChangeForNewTasks(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	old := s.visited(m{})
	s.save(old, "Replaced the socket")
	s.post("/v1/worksheet-templates/"+id("worksheet").String()+"/versions", m{"fields": []m{{"name": "hours", "type": "number", "required": true}}})
	s.get("/v1/worksheet-templates/"+id("worksheet").String(), since(s.last())).
		shows(map[string]string{"version": "2", "name": "Visit", "fields.0.name": "hours"})
	young := s.visited(m{})
	seen := s.seen(young, s.last())
	s.send(http.MethodPost, young+"/worksheet", m{"values": m{"work": "a"}}, seen).refused(unprocessable, "invalid_value")
	s.save(old, "Replaced the socket and the bulb")
	sheets := "/v1/projects/" + id("project").String() + "/worksheets"
	s.send(http.MethodPost, sheets, m{}).refused(unprocessable, "required")
	s.send(http.MethodPost, "/v1/projects/"+id("nowhere").String()+"/worksheets", m{"enabled": true}).refused(missing, "project_not_found")
	off := s.post(sheets, m{"enabled": false})
	s.get("/v1/projects/"+id("project").String(), since(off)).shows(map[string]string{"worksheets_enabled": "false", "default_worksheet_template": ""})
	s.send(http.MethodPost, on("ticket", "interventions"), m{"worksheet_template": id("worksheet")}).refused(unprocessable, "worksheets_not_enabled")
	s.get(old).shows(map[string]string{"worksheet.version": "2", "worksheet.values.work": "Replaced the socket and the bulb"})
	on := s.post(sheets, m{"enabled": true, "default_worksheet_template": id("worksheet")})
	s.get("/v1/projects/"+id("project").String(), since(on)).shows(map[string]string{"worksheets_enabled": "true", "default_worksheet_template": id("worksheet").String()})
}

// 2.9, 2.11, C-07: an archived program gives out no coupon and is not offered,
// and its codes are invalid.
func TestArchivedPrograms(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	given := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+given.created(), since(given)).text("code")
	s.archive("coupon-programs", "program").shows(map[string]string{"documents.0.kind": "coupon_program", "documents.0.state": "archived"})
	d := s.dialog("ticket", "coupon", "")
	d.offers(t, "programs")
	s.allRefused(t, []bad{
		{name: "a coupon", path: on("ticket", "coupons"), body: m{"program": id("program")}, status: conflict, code: "program_archived", field: "program"},
		{name: "a code", path: "/v1/coupons/reserve", body: m{"code": code, "order": "W1", "customer": id("customer")}, status: conflict, code: "coupon_invalid"},
		{name: "archiving none", path: "/v1/coupon-programs/" + id("nowhere").String() + "/archive", status: missing, code: "coupon_program_not_found"},
	})
}

// 2.3, 2.11: an archived customer cannot be chosen for new documents, an
// archived product not for a repair or its parts; what has them goes on, and is
// still read.
func TestArchivedCustomersAndProducts(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("gone"), "name": "Customer C"})
	s.ticket("theirs", m{"customer": id("gone"), "product": id("tracked")})
	s.archive("customers", "gone").shows(map[string]string{"documents.0.kind": "customer", "documents.0.state": "archived"})
	s.archive("products", "tracked").shows(map[string]string{"documents.0.kind": "product", "documents.0.state": "archived"})
	s.dialog("ticket", "repair", "").offers(t, "products", "product")
	line := []m{{"id": id("new line"), "product": id("product"), "quantity": "1", "unit_price": "1.00"}}
	choose := func(name, path string, body m) bad {
		return bad{name: name, path: path, body: body, status: conflict, code: "customer_archived", field: "customer"}
	}
	s.allRefused(t, []bad{
		choose("a ticket", "/v1/tickets", m{"title": "New", "team": id("team"), "customer": id("gone")}),
		choose("a ticket's customer", on("ticket", "details"), m{"customer": id("gone"), "order": nil}),
		choose("an order", "/v1/orders", m{"number": "S9", "customer": id("gone"), "currency": "EUR", "lines": line}),
		choose("an invoice", "/v1/invoices", m{"customer": id("gone"), "journal": id("journal"), "currency": "EUR", "lines": line}),
		choose("a delivery", "/v1/deliveries", m{"customer": id("gone"), "lines": []m{{"product": id("product"), "quantity": "1"}}}),
		choose("a repair", on("ticket", "repairs"), m{"customer": id("gone")}),
		{name: "a repair of the product", path: on("ticket", "repairs"), body: m{"product": id("tracked")}, status: conflict, code: "product_archived", field: "product"},
		{name: "a part", path: on("ticket", "repairs"), body: m{"parts": []m{add("tracked", "1")}}, status: conflict, code: "product_archived", field: "parts[0].product"},
		{name: "archiving no customer", path: "/v1/customers/" + id("nowhere").String() + "/archive", status: missing, code: "customer_not_found"},
		{name: "archiving no product", path: "/v1/products/" + id("nowhere").String() + "/archive", status: missing, code: "product_not_found"},
		{name: "archiving no project", path: "/v1/projects/" + id("nowhere").String() + "/archive", status: missing, code: "project_not_found"},
		{name: "by an agent", path: "/v1/products/" + id("product").String() + "/archive", status: forbidden, code: "forbidden", options: []option{as(s.token("agent-1", []string{"agent"}, nil))}},
	})
	made := s.post(on("theirs", "repairs"), nil)
	s.get("/v1/repairs/"+made.created(), since(made)).shows(map[string]string{"customer": id("gone").String(), "product": id("tracked").String()})
	s.post(on("theirs", "details"), m{"title": "Changed"})
	for path, name := range map[string]string{"customers": "gone", "products": "tracked"} {
		back := s.post("/v1/"+path+"/"+id(name).String()+"/unarchive", nil)
		s.get("/v1/"+path+"/"+id(name).String(), since(back)).shows(map[string]string{"state": "active"})
	}
	s.post(on("ticket", "repairs"), m{"product": id("tracked"), "customer": id("gone")})
}

// everyArchive is every for what is put out of use.
func (s *service) everyArchive() []bad {
	s.t.Helper()
	var all []bad
	for _, collection := range []string{"customers", "products", "projects", "journals", "worksheet-templates", "coupon-programs"} {
		name := map[string]string{"customers": "customer", "products": "product", "projects": "project", "journals": "journal", "worksheet-templates": "worksheet", "coupon-programs": "program"}[collection]
		path := "/v1/" + collection + "/" + id(name).String()
		all = append(all, bad{path: path + "/archive"})
		if collection != "worksheet-templates" && collection != "coupon-programs" {
			all = append(all, bad{path: path + "/unarchive"})
		}
	}
	made, _ := s.link("ticket", id("ticket").String(), nil)
	s.post("/v1/teams", m{"id": id("idle"), "name": "Idle"})
	terms := m{"name": "Spring", "type": "coupons", "rewards": []m{{"type": "discount", "discount": "10"}}}
	s.post("/v1/coupon-programs", but(but(terms, "id", id("draft")), "draft", true))
	s.post("/v1/products/"+id("tracked").String()+"/lots", m{"id": id("worn"), "name": "Worn"})
	return append(all,
		bad{path: "/v1/lots/" + id("worn").String() + "/scrap"},
		bad{path: "/v1/teams/" + id("idle").String() + "/archive"},
		bad{path: "/v1/teams/" + id("idle").String() + "/unarchive"},
		bad{path: "/v1/customers/" + id("customer").String() + "/details", body: m{"name": "Customer B"}},
		bad{path: "/v1/products/" + id("product").String() + "/details", body: m{"name": "Big lamp"}},
		bad{path: "/v1/coupon-programs/" + id("draft").String() + "/terms", body: terms},
		bad{path: "/v1/coupon-programs/" + id("draft").String() + "/activate"},
		bad{path: "/v1/portal-links", body: m{"kind": "ticket", "document": id("ticket")}},
		bad{path: "/v1/portal-links/" + made.text("id") + "/revoke"},
		bad{path: "/v1/teams/" + id("team").String() + "/settings", body: m{"auto_close_days": 7}},
		bad{path: "/v1/projects/" + id("project").String() + "/worksheets", body: m{"enabled": false}},
		bad{path: "/v1/worksheet-templates/" + id("worksheet").String() + "/versions", body: m{"fields": []m{{"name": "a", "type": "text"}}}},
	)
}
