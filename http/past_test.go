package http_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	api "aftersales/http"
)

// everyKind is a document of each kind, by kind.
func (s *service) everyKind() (ids map[string]string, last answer) {
	s.t.Helper()
	ids = map[string]string{
		"team": "team", "customer": "customer", "product": "product", "journal": "journal", "location": "location", "project": "project",
		"worksheet_template": "worksheet", "coupon_program": "program", "order": "order", "invoice": "invoice", "delivery": "delivery",
		"ticket": "ticket", "lot": "lot",
	}
	for kind, name := range ids {
		ids[kind] = id(name).String()
	}
	s.post("/v1/invoices/"+ids["invoice"]+"/payments", m{"id": id("payment"), "amount": m{"amount": "1.00", "currency": "EUR"}, "paid_on": "2026-03-01"})
	ids["payment"] = id("payment").String()
	ids["credit_note"] = s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()
	ids["return"] = s.post(on("ticket", "returns"), giveBack("delivery", "1")).created()
	ids["coupon"] = s.post(on("ticket", "coupons"), m{"program": id("program")}).created()
	ids["repair"] = s.post(on("ticket", "repairs"), nil).created()
	ids["task"] = s.post(on("ticket", "interventions"), nil).created()
	ids["webhook"] = s.post("/v1/webhooks", m{"url": "https://hooks.example/a"}).created()
	ids["access_token"] = s.post("/v1/access-tokens", m{"actor": "agent-1", "roles": []string{"agent"}}).created()
	last = s.post("/v1/portal-links", m{"kind": "ticket", "document": id("ticket")})
	ids["portal_link"] = last.created()
	ids["currency"] = "EUR"
	return ids, last
}

// Each kind of document can be read as it was: at its newest revision and now it
// is the present one, marked; before its first event it was not.
func TestEveryKindHasAPast(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	ids, last := s.everyKind()
	for kind, collection := range api.Collections {
		t.Run(kind, func(t *testing.T) {
			path := "/v1/" + collection + "/" + ids[kind]
			now := s.get(path, since(last))
			present, _ := now.json.(m)
			present["historical"] = true
			for _, of := range []string{"actions", "activities"} {
				delete(present, of) // these tell what can be done now
			}
			for _, query := range []string{"?at_revision=" + now.text("revision"), "?as_of=" + url.QueryEscape(now.text("updated_at")), "?as_of=2026-12-01T00:00:00%2B02:00"} {
				past := s.get(path + query)
				want := present
				if r, _ := past.at("revision").(float64); strings.HasSuffix(query, "Z") && r < present["revision"].(float64) {
					want = maps.Clone(present) // its stream went on, with other documents
					want["revision"] = r
				}
				if diff := cmp.Diff(want, past.json); diff != "" || past.header.Get("ETag") != `"`+past.text("revision")+`"` || past.header.Get("Position") == "" {
					t.Errorf("%s (-present +past):\n%s%v", past.what, diff, past.header)
				}
			}
			for _, query := range []string{"?as_of=2020-01-01T00:00:00Z", "?as_of=" + url.QueryEscape("2026-03-01T12:00:00.0009Z")} {
				if a := s.send(http.MethodGet, path+query, nil); a.status != http.StatusNotFound {
					t.Errorf("%s: %d %s", a.what, a.status, a.body)
				}
			}
			for _, query := range []string{"?at_revision=-1", "?at_revision=1.0", "?at_revision=18446744073709551616", "?at_revision=", "?as_of=", "?as_of=2026-03-01&at_revision=1"} {
				s.send(http.MethodGet, path+query, nil).refused(http.StatusBadRequest, "invalid_parameter")
			}
		})
	}
}

// domain.md 3.6: the smart buttons of a past ticket count what there was then.
func TestAPastTicketCountsWhatThereWas(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	ticket := "/v1/tickets/" + id("ticket").String()
	s.ticket("other", m{"customer": id("customer")})
	var moments []string
	var buttons []any
	then := func(document string) {
		t.Helper()
		moments = append(moments, s.get(document, since(s.last())).text("updated_at"))
		buttons = append(buttons, s.get(ticket, since(s.last())).at("smart_buttons"))
	}
	then(ticket)
	note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), refund("invoice", "reverse")).created()
	then(ticket)
	s.post(note+"/post", nil)
	then(note)
	back := "/v1/returns/" + s.post(on("ticket", "returns"), giveBack("delivery", "1")).created()
	then(ticket)
	s.post(on("other", "returns"), giveBack("delivery", "1"))
	s.post(on("ticket", "coupons"), m{"program": id("program")})
	then(ticket)
	s.post(back+"/cancel", nil)
	s.post(on("ticket", "repairs"), nil)
	s.post(on("ticket", "interventions"), nil)
	then(ticket)
	for i, moment := range moments {
		if diff := cmp.Diff(buttons[i], s.get(ticket+"?as_of="+url.QueryEscape(moment)).at("smart_buttons")); diff != "" {
			t.Errorf("moment %d (-as it was +as of then):\n%s", i, diff)
		}
	}
	s.get(ticket + "?at_revision=0").shows(map[string]string{"smart_buttons.credit_notes": "0", "smart_buttons.returns": "0"})
	s.get(ticket).shows(map[string]string{
		"smart_buttons.credit_notes": "1", "smart_buttons.returns": "1", "smart_buttons.coupons": "1", "smart_buttons.repairs": "1", "smart_buttons.tasks": "1",
	})
}
