package http_test

import (
	"strings"
	"testing"
)

// Section 5, AcceptRepairQuote: a quotation can be accepted through its last valid
// day; sent again with a later one it can be accepted again.
func TestAQuotationExpires(t *testing.T) {
	t.Parallel()
	s := furnished(t) // on 2026-03-01
	mine := as(s.portalOf("customer"))
	path, _ := s.repaired("ticket", m{"parts": []m{add("product", "2")}})
	portal := strings.Replace(path, "/v1/", "/v1/portal/", 1)
	s.post(path+"/quote", nil)
	s.send("POST", path+"/quote/send", m{"valid_until": "2026-02-28"}).refused(unprocessable, "expiration_in_past")
	s.post(path+"/quote/send", m{"valid_until": "2026-03-02"})
	s.get(path, since(s.last())).shows(map[string]string{"quote.state": "sent", "quote.valid_until": "2026-03-02"})
	s.pass(oneDay)
	s.post(portal+"/quote/accept?dry_run=true", nil, mine) // on its last day
	s.pass(oneDay)
	s.allRefused(t, []bad{
		{name: "in the portal", path: portal + "/quote/accept", status: conflict, code: "quote_expired", options: []option{mine}},
		{name: "by the company", path: path + "/quote/accept", status: conflict, code: "quote_expired"},
	})
	s.post(path+"/quote/send", m{"valid_until": "2026-03-04"})
	s.post(portal+"/quote/accept", nil, mine).shows(map[string]string{"documents.0.kind": "repair"})
}
