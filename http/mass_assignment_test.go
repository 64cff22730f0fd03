package http_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// decidedHere are names of what the service decides, never a caller: who acts,
// in which state a document is, what it is called, what was computed, for whom.
var decidedHere = strings.Fields(`actor by approver approved_by created_by author role state status number revision position stream
	created_at updated_at recorded_at posted_at ticket company tenant entity untaxed tax total residual credited creditable
	payment_state uses code hash access granted posted from_customer`)

// given are the few that a command does take, and why.
var given = map[string]string{
	"registerOrder": "number", "draftInvoice": "number", "planDelivery": "number", "openTicket": "number", // as the ERP numbered them
	"issueAccessToken": "actor",                                                                          // whom the token is for
	"checkCoupon":      "code", "reserveCoupon": "code", "releaseCoupon": "code", "redeemCoupon": "code", // the secret that people type
	"registerJournal":   "code",                             // such as INV
	"registerCurrency":  "code",                             // such as EUR
	"acceptRepairQuote": "total", "acceptOwnQuote": "total", // that was accepted
	"requestOwnReturn": "ticket", // of the customer, on which they ask
	"signWorksheet":    "hash",   // of the version that was shown
	"signOwnWorksheet": "hash", "signByLink": "hash",
}

// TestMassAssignment (C7): no command takes what the service decides, neither
// beside its fields nor in its lines.
func TestMassAssignment(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	ticket, order := s.linkTo("ticket", id("ticket").String()), s.linkTo("order", id("order").String())
	task := s.linkTo("task", s.post(on("ticket", "interventions"), nil).created())
	links := map[string]string{"messages": ticket, "close": ticket, "rate": ticket, "sign": task, "accept": order, "decline": order}
	tried := 0
	used := map[string]bool{}
	for _, o := range operations(t) {
		if o.method != http.MethodPost || strings.HasPrefix(o.path, "/v1/projections/") {
			continue // nothing is read from the body of the latter
		}
		path := strings.NewReplacer("{id}", id("nowhere").String(), "{service}", "repairs", "{name}", "nothing",
			"/portal/{secret}", links[o.path[strings.LastIndex(o.path, "/")+1:]]).Replace(o.path)
		for _, field := range decidedHere {
			if given[o.OperationID] == field {
				used[o.OperationID] = true
				continue
			}
			s.unknownField(path, field, m{field: "x"})
			tried++
		}
		for _, list := range o.lists() {
			for _, field := range []string{"untaxed", "tax", "total", "credited_quantity", "returned_quantity", "number", "state"} {
				s.unknownField(path, field, m{list: []m{{field: "1"}}})
				tried++
			}
		}
	}
	for operation := range given {
		if !used[operation] {
			t.Errorf("no command %s takes %s", operation, given[operation])
		}
	}
	t.Logf("%d bodies", tried)
}

// unknownField sends a body with a field that no command may take, and is
// refused for that: a field that is taken, but not as this text, is malformed too.
func (s *service) unknownField(path, field string, body m) {
	s.t.Helper()
	a := s.direct(must(s.request(http.MethodPost, path, body))(s.t))
	a.refused(http.StatusBadRequest, "malformed")
	if !strings.Contains(a.text("detail"), "unknown field "+strconv.Quote(field)) {
		s.t.Errorf("%s with %v: %s", a.what, body, a.text("detail"))
	}
}

// lists are the fields of the body that are lists of objects.
func (o operation) lists() (names []string) {
	if o.RequestBody == nil {
		return nil
	}
	for name, property := range o.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
		if items := property.Value.Items; items != nil && len(items.Value.Properties) > 0 {
			names = append(names, name)
		}
	}
	return names
}
