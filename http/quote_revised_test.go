package http_test

import (
	"net/http"
	"strings"
	"testing"
)

// P-14, domain.md 4: nobody's yes is taken for a quotation that they did not
// see. Changed after it was sent it is to be sent again, and what was accepted
// stays beside what is billed after the work (2.8).
func TestP14TheCustomerAcceptsWhatTheySaw(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine, open := as(s.portalOf("customer")), without("Authorization")
	path, made := s.repaired("ticket", m{"parts": []m{add("product", "1")}})
	portal, link := strings.Replace(path, "/v1/", "/v1/portal/", 1)+"/quote/accept", s.linkTo("repair", made.created())+"/accept"
	s.post(path+"/quote", nil)
	s.post(path+"/quote/send", nil)
	part := s.get(path, since(s.last())).text("parts.0.id")
	seen := s.seen(path, s.last())
	changed := s.post(path+"/parts", m{"parts": []m{{"id": part, "kind": "add", "product": id("product"), "unit_price": "40.00"}}}, seen)
	s.get(path, since(changed)).shows(map[string]string{"quote.state": "draft", "quote.total": "40.00", "quote.accepted_total": ""})
	s.get("/v1/portal/repairs", mine, since(changed)).shows(map[string]string{"items.0.quote": ""})
	s.send(http.MethodPost, portal, nil, mine).refused(missing, "quote_not_found")

	s.post(path+"/quote/send", nil)
	stale := func(name, path string, body m, o ...option) bad {
		return bad{name: name, path: path, body: body, status: http.StatusPreconditionFailed, code: "stale_version", options: o}
	}
	s.settles() // the mail is out
	s.allRefused(t, []bad{
		stale("the former total", portal, m{"total": "10.00"}, mine),
		stale("by link", link, m{"total": "10.00"}, open),
		stale("by the company", path+"/quote/accept", m{"total": "10.00"}),
		stale("a former revision", portal, m{}, mine, seen),
	})
	s.post(portal, m{"total": "40.00"}, mine)
	s.post(path+"/start", m{"override": true})
	done := s.post(path+"/end", m{"parts": []m{{"id": part, "done_quantity": "100"}}})
	billed := map[string]string{"state": "accepted", "accepted_total": "40.00", "total": "4000.00"}
	for field, want := range billed {
		s.get(path, since(done)).shows(map[string]string{"quote." + field: want})
		s.get("/v1/portal/repairs", mine, since(done)).shows(map[string]string{"items.0.quote." + field: want})
	}
}
