package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Section 4: when a ticket was another customer's before, what was said and
// described then is not for its customer now.
func TestATicketHandedOverTellsNothingOfTheCustomerBefore(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("moved", m{"customer": id("customer"), "description": "Call me at 555"})
	s.post("/v1/portal/tickets/"+id("moved").String()+"/messages", m{"body": "My number is 555"}, as(s.portalOf("customer")))
	s.post(on("moved", "details"), m{"customer": id("other customer")})
	last := s.post(on("moved", "messages"), m{"body": "Hello B"})
	path, theirs := "/v1/portal/tickets/"+id("moved").String(), s.portalOf("other customer")
	page := s.get(path, as(theirs), since(last))
	page.shows(map[string]string{"description": "", "messages.0.body": "Hello B", "messages.1": ""})
	if strings.Contains(string(page.body), "555") {
		t.Errorf("customer B reads of customer A: %s", page.body)
	}
	s.get("/v1/tickets/"+id("moved").String(), since(last)).shows(map[string]string{"description": "Call me at 555", "description_shared": "false"})
	last = s.post(on("moved", "details"), m{"description": "Customer B's lamp"})
	s.get(path, as(theirs), since(last)).shows(map[string]string{"description": "Customer B's lamp"})
}

// Section 4 and decision 17: nor can the new customer fetch the files that came
// with it by their ids, or read how content the old one was.
func TestATicketHandedOverKeepsFilesAndRatingOfTheCustomerBefore(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("moved", m{"customer": id("customer")})
	path := "/v1/portal/tickets/" + id("moved").String()
	a, b := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	named := func(name string) m { f := file(name+".png", name); f["id"] = id(name); return f }
	own := func(name string) string { return "/v1/portal/attachments/" + id(name).String() }
	s.post(path+"/messages", m{"attachments": []m{named("photo of A")}}, a)
	s.post(on("moved", "messages"), m{"attachments": []m{named("plan for A")}})
	s.post(path+"/rate", m{"rating": "dissatisfied"}, a)
	s.get(own("plan for A"), a)

	s.post(on("moved", "details"), m{"customer": id("other customer")})
	last := s.post(on("moved", "messages"), m{"attachments": []m{named("plan for B")}})
	s.get(path, b, since(last)).shows(map[string]string{"rating": "", "messages.0.attachments.0.name": "plan for B.png", "messages.1": ""})
	s.get("/v1/tickets/"+id("moved").String(), since(last)).shows(map[string]string{"rating": ""})
	s.get(own("plan for B"), b)
	for _, name := range []string{"photo of A", "plan for A"} {
		s.send(http.MethodGet, own(name), nil, b).refused(missing, "attachment_not_found")
		s.get("/v1/attachments/" + id(name).String())
	}
	s.send(http.MethodGet, own("photo of A"), nil, a).refused(missing, "attachment_not_found")
	last = s.post(path+"/rate", m{"rating": "dissatisfied"}, b)
	s.get(path, b, since(last)).shows(map[string]string{"rating": "dissatisfied"})
}

// 2.1 (#69281), worked example 24: nobody who followed for the customer before
// hears of the new one's coupon; whoever follows for another company does.
func TestATicketHandedOverIsFollowedByNobodyOfTheCustomerBefore(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("colleague"), "name": "Colleague of A", "parent": id("customer"), "email": "a2@example.com"})
	s.post("/v1/customers", m{"id": id("insurer"), "name": "Insurer", "email": "insurer@example.com"})
	s.post("/v1/customers", m{"id": id("new"), "name": "Customer N", "email": "n@example.com"})
	s.ticket("moved", m{"customer": id("customer")})
	for _, follower := range []m{{"contact": id("colleague")}, {"contact": id("insurer")}, {"email": "a3@example.com"}} {
		s.post(on("moved", "followers"), follower)
	}
	s.post(on("moved", "details"), m{"customer": id("new")})
	last := s.post(on("moved", "coupons"), m{"program": id("program"), "deliver": "email"})
	s.mailed(2)
	var to []string
	for name := range s.files() {
		_, recipient, _ := strings.Cut(name, " ")
		to = append(to, recipient)
	}
	slices.Sort(to)
	if !slices.Equal(to, []string{"insurer@example.com", "n@example.com"}) {
		t.Errorf("the code went to %v", to)
	}
	s.get("/v1/tickets/"+id("moved").String(), since(last)).shows(map[string]string{
		"followers.0.contact": id("insurer").String(), "followers.1.contact": id("new").String(), "followers.2": "",
	})
}

// 2.1: who asked may be known without a contact record. api.md: only title and
// team are required; the after-sales services need a customer all the same.
func TestWhoAskedNeedsNoContactRecord(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := "/v1/tickets/" + id("mailed").String()
	s.ticket("bare", nil)
	s.send(http.MethodPost, "/v1/tickets", m{"title": "T", "team": id("team"), "email": "a@"}).refused(unprocessable, "invalid_email")
	opened := s.ticket("mailed", m{"email": "ann@example.com", "name": "Ann", "phone": "555"})
	s.get(path, since(opened)).shows(map[string]string{"customer": "", "email": "ann@example.com", "name": "Ann", "phone": "555"})
	s.send(http.MethodPost, on("mailed", "coupons"), m{"program": id("program")}).refused(unprocessable, "customer_required")
	known := s.post(on("mailed", "details"), m{"customer": id("customer"), "phone": "556"})
	s.get(path, since(known)).shows(map[string]string{"email": "ann@example.com", "phone": "556"})
	page := s.get("/v1/portal/tickets/"+id("mailed").String(), as(s.portalOf("customer")), since(known))
	if strings.Contains(string(page.body), "ann@example.com") {
		t.Errorf("the portal shows %s", page.body)
	}
	moved := s.post(on("mailed", "details"), m{"customer": id("other customer")})
	s.get(path, since(moved)).shows(map[string]string{"email": "", "name": "", "phone": ""})
}
