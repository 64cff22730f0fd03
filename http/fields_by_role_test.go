package http_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The fields that both the company's people and a customer see of a document,
// besides what all have, and those that only one of the two sees.
var fieldsByReader = map[string]struct{ both, inside, portal string }{
	"tickets": {
		both:   "assignee description documents lot order priority product rating return_requests stage title",
		inside: "actions activities after_closing description_shared email followers name phone smart_buttons team",
		portal: "messages",
	},
	"tasks": {
		both:   "assignee deadline description planned_end planned_start priority project signature_required ticket title worksheet",
		inside: "followers materials paused portal_visible tags worked_seconds worksheet_template",
		portal: "messages",
	},
	"credit-notes": {
		both:   "currency due_date goodwill invoice lines payment_state reason reference residual reversal_date tax ticket total untaxed",
		inside: "accounting_date allocations auto_post_on auto_post_refused journal mode over_credit payments replacement_invoice",
	},
	"returns": {
		both:   "closed_short delivery lines reason ticket",
		inside: "redeliveries return_location update_order_quantities",
	},
	"coupons": {
		both:   "code expires_on program redemption reservation share_link ticket uses",
		inside: "bound reason",
	},
	"repairs": {
		both:   "lot product quantity quote return scheduled_at ticket under_warranty unit",
		inside: "currency notes parts priority reminded_at responsible tags",
	},
}

// everyField are what all documents have.
const everyField = "created_at customer id kind number revision state updated_at"

// TestFieldsByRole (C7): readers get the fields that their role may see and no
// others, and of a coupon's code only those the whole who may send it.
func TestFieldsByRole(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.twoTeams()
	s.post("/v1/credit-notes/"+id("credit_note of team").String()+"/post", nil)
	last := s.post("/v1/teams", m{"name": "Last"})
	customer := as(s.portalOf("customer"))
	for collection, want := range fieldsByReader {
		kind := kindOfPath("/v1/" + collection)
		inside := s.get("/v1/"+collection+"/"+id(kind+" of team").String(), since(last))
		var portal any
		switch collection {
		case "tickets", "tasks":
			portal = s.get("/v1/portal/"+collection+"/"+id(kind+" of team").String(), customer, since(last)).json
		default:
			items := s.get("/v1/portal/"+collection, customer, since(last)).list("items")
			portal = items[slices.IndexFunc(items, func(i any) bool { return i.(m)["id"] == id(kind+" of team").String() })]
		}
		for reader, got := range map[string]any{want.inside: inside.json, want.portal: portal} {
			fields := strings.Fields(everyField + " " + want.both + " " + reader)
			slices.Sort(fields)
			if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(got.(m)))); diff != "" {
				t.Errorf("%s with %q (-want +got):\n%s", collection, reader, diff)
			}
		}
	}
	path := "/v1/coupons/" + id("coupon of team").String()
	code := s.get(path, since(last)).text("code")
	for _, role := range companyRoles {
		shown := s.get(path, as(s.token(role+"-1", []string{role}, nil))).text("code")
		if whole := slices.Contains([]string{"admin", "lead", "agent", "integration"}, role); (shown == code) != whole {
			t.Errorf("%s sees %q of %q", role, shown, code)
		}
	}
}
