package http_test

import (
	"strings"
	"testing"
)

// Section 4: when a ticket was another customer's before, what was said and
// described then is not for its customer now.
func TestATicketHandedOverTellsNothingOfTheCustomerBefore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.furnish()
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
