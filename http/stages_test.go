package http_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// All faults of one stage of checks are told at once, each on its field; the
// first of them gives the code (domain.md 3, api.md 1).
func TestAllFaultsOfAStageAreToldAtOnce(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	none := id("nothing")
	unchanged := s.unchanged(t)
	for _, c := range []struct {
		path string
		body m
		want string
	}{
		{"/v1/customers", m{"name": "", "language": "de", "time_zone": "Mars", "parent": none}, "language invalid_value, name required, parent customer_not_found, time_zone invalid_value"},
		{"/v1/access-tokens", m{"actor": "", "roles": []string{"king"}, "teams": []any{none}, "customer": none}, "actor required, customer customer_not_found, roles invalid_value, roles[0] invalid_value, teams team_not_found"},
		{"/v1/webhooks", m{"url": "ftp://x", "teams": []any{none}}, "teams team_not_found, url invalid_value"},
		{"/v1/projects", m{"name": "", "default_worksheet_template": none}, "default_worksheet_template template_not_found, name required"},
		{"/v1/worksheet-templates", m{"name": "", "project": none, "fields": []m{{"name": "a", "type": "text"}}}, "name required, project project_not_found"},
		{"/v1/orders", m{"number": "", "customer": none, "currency": "EUR", "lines": []m{{"product": none, "quantity": "1", "unit_price": "1"}}}, "customer customer_not_found, lines[0].product product_not_found, number required"},
		{"/v1/tickets", m{"title": "", "team": none, "customer": none, "product": none, "order": none, "priority": "x"}, "customer customer_not_found, order order_not_found, priority invalid_value, product product_not_found, team team_not_found, title title_required"},
		{on("ticket", "details"), m{"title": "", "customer": none, "priority": "x"}, "customer customer_not_found, priority invalid_value, title title_required"},
		{"/v1/invoices", m{"customer": none, "journal": none, "order": none, "currency": "EUR", "lines": []m{}}, "customer customer_not_found, journal journal_not_found, order order_not_found"},
		{"/v1/invoices", m{"customer": id("customer"), "journal": id("journal"), "currency": "EUR", "lines": []m{{"product": none, "quantity": "1", "unit_price": "1"}, {"product": id("product"), "quantity": "1", "unit_price": "1", "order_line": none}}}, "lines[0].product product_not_found, lines[1].order_line invalid_value"},
		{"/v1/deliveries", m{"customer": none, "order": none, "source_location": none, "lines": []m{}}, "customer customer_not_found, order order_not_found, source_location location_not_found"},
		{"/v1/deliveries", m{"customer": id("customer"), "lines": []m{{"product": none, "quantity": "1"}, {"product": id("product"), "quantity": "1", "lots": []m{{"lot": none, "quantity": "1"}}}}}, "lines[0].product product_not_found, lines[1].lots lot_not_applicable"},
	} {
		a := s.send(http.MethodPost, c.path, c.body)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", c.path, a.status, a.body)
		}
		var told []string
		for i := range a.list("errors") {
			told = append(told, a.text(fmt.Sprintf("errors.%d.field", i))+" "+a.text(fmt.Sprintf("errors.%d.code", i)))
		}
		slices.Sort(told)
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.path, got, c.want)
		}
		if a.text("code") != a.text("errors.0.code") {
			t.Errorf("%s: %s is not the first of them", c.path, a.text("code"))
		}
	}
	unchanged()
}
