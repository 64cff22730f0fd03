package http_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/currency"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/projectionstest"
	"aftersales/projections/reporting"
)

// money is an amount in the body of a request.
func money(amount, code string) m { return m{"amount": amount, "currency": code} }

// Section 5, RegisterCurrency: uniqueness, scale. What is registered stays; the
// digits of ISO 4217 can be overridden until something is recorded in them.
func TestCurrenciesAreRegistered(t *testing.T) {
	t.Parallel()
	s := furnished(t) // in EUR
	made := s.post("/v1/currencies", m{"code": "XTS", "digits": 3, "name": "Test"})
	made.shows(map[string]string{"documents.0.kind": "currency", "documents.0.number": "XTS", "documents.0.id": currency.ID("XTS").String()})
	if at := made.header.Get("Location"); made.status != http.StatusCreated || at != "/v1/currencies/"+currency.ID("XTS").String() {
		t.Errorf("%d at %q", made.status, at)
	}
	for _, at := range []string{"/v1/currencies/XTS", made.header.Get("Location")} {
		s.get(at, since(made)).shows(map[string]string{"code": "XTS", "digits": "3", "name": "Test", "registered": "true", "number": "XTS"})
	}
	s.get("/v1/currencies/EUR", since(made)).shows(map[string]string{"digits": "2", "registered": "false", "name": ""})
	s.get("/v1/currencies?number=XTS", since(made)).shows(map[string]string{"items.0.code": "XTS", "items.1": ""})
	unchanged := s.unchanged(t)
	same := s.send(http.MethodPost, "/v1/currencies?dry_run=true", m{"code": "XTS", "digits": 3})
	same.shows(map[string]string{"documents.0.number": "XTS", "documents.0.state": "active"})
	for _, c := range []struct {
		body  m
		code  string
		field string
	}{
		{m{"code": "XTS", "digits": 2}, "currency_digits_fixed", "digits"},
		{m{"code": "EUR", "digits": 3}, "currency_digits_fixed", "digits"},
		{m{"code": "EURO", "digits": 2}, "invalid_value", "code"},
		{m{"code": "AFN", "digits": 5}, "invalid_value", "digits"},
		{m{"code": "AFN"}, "required", "digits"},
		{m{"digits": 2}, "required", "code"},
		{m{"code": "AFN", "digits": 2, "name": strings.Repeat("x", 101)}, "too_long", "name"},
	} {
		status := unprocessable
		if c.code == "currency_digits_fixed" {
			status = conflict
		}
		a := s.send(http.MethodPost, "/v1/currencies", c.body)
		a.refused(status, c.code)
		if got := a.text("field") + a.text("errors.0.field"); !strings.Contains(got, c.field) {
			t.Errorf("%v: the field is %q", c.body, got)
		}
	}
	s.send(http.MethodGet, "/v1/currencies/AFN", nil).refused(missing, "currency_not_found")
	unchanged()
	if again := s.post("/v1/currencies", m{"code": "XTS", "digits": 3, "name": "Test"}); again.status != http.StatusOK {
		t.Errorf("the same again: %d", again.status)
	}
	renamed := s.post("/v1/currencies", m{"code": "EUR", "digits": 2, "name": "یورو"})
	s.get("/v1/currencies/EUR", since(renamed)).shows(map[string]string{"digits": "2", "registered": "true", "name": "یورو"})
	s.get("/v1/currencies/EUR?at_revision=0").shows(map[string]string{"registered": "false"})
}

// A refused or tried command fixes no digits, a currency that nobody knows has
// none, and amounts have no more than theirs.
func TestAmountsAreHeldToTheRegisteredDigits(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	product := func(price m) m { return m{"name": "Bulb", "price": price} }
	order := func(code string) m {
		return m{"number": "S-" + code, "customer": id("customer"), "currency": code, "lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "1.5"}}}
	}
	unchanged := s.unchanged(t)
	s.post("/v1/orders?dry_run=true", order("USD"))
	s.send(http.MethodPost, "/v1/orders", but(order("USD"), "customer", id("nobody"))).refused(unprocessable, "customer_not_found")
	s.send(http.MethodPost, "/v1/orders", order("XTS")).refused(unprocessable, "invalid_value")
	s.send(http.MethodPost, "/v1/orders", order("XTS:2")).refused(http.StatusBadRequest, "malformed")
	for _, price := range []m{money("1", "XTS"), money("1.5", "IRR"), money("1.500", "EUR"), money("1", "EUR:2"), money("1.00000", "EUR")} {
		s.send(http.MethodPost, "/v1/products", product(price)).refused(http.StatusBadRequest, "malformed")
	}
	unchanged()
	s.post("/v1/currencies", m{"code": "USD", "digits": 3}) // still open
	s.post("/v1/currencies", m{"code": "IRR", "digits": 2, "name": "Rial"})
	s.post("/v1/currencies", m{"code": "XTS", "digits": 0})
	bulb := s.post("/v1/products", product(money("1.5", "IRR")))
	s.get("/v1/products/"+bulb.created(), since(bulb)).shows(map[string]string{"price.amount": "1.50", "price.currency": "IRR"})
	for code, want := range map[string]string{"USD": "1.500", "XTS": "2"} {
		made := s.post("/v1/orders", order(code))
		s.get("/v1/orders/"+made.created(), since(made)).shows(map[string]string{"currency": code, "untaxed": want})
	}
	nested := s.send(http.MethodPost, "/v1/coupon-programs", m{
		"name": "Off", "type": "coupons", "rewards": []m{{"type": "discount", "fixed": money("1.5", "XTS")}},
	})
	nested.refused(http.StatusBadRequest, "malformed")
	made := s.post("/v1/coupon-programs", m{
		"name": "Off", "type": "coupons", "rewards": []m{{"type": "discount", "fixed": money("1.5", "USD"), "max": money("2", "USD")}}, "currency": "USD",
	})
	s.get("/v1/coupon-programs/"+made.created(), since(made)).shows(map[string]string{
		"currency": "USD", "rewards.0.fixed.amount": "1.500", "rewards.0.max.amount": "2.000", "rewards.0.max.currency": "USD",
	})
}

// Domain.md 2.5 with any digits: what is invoiced, paid, credited and paid out
// adds up in the currency's own minor units, to the reports.
func TestEachCurrencyKeepsItsDigitsToTheReports(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/currencies", m{"code": "XTS", "digits": 3})
	s.post("/v1/currencies", m{"code": "CLF", "digits": 4})
	var last answer
	for code, want := range map[string][4]string{ // untaxed, tax, total, a little less than it
		"IRR": {"30", "6", "36", "35"},
		"EUR": {"30.38", "6.08", "36.46", "36.45"},
		"XTS": {"30.375", "6.075", "36.450", "36.449"},
		"CLF": {"30.3750", "6.0750", "36.4500", "36.4499"},
	} {
		s.post("/v1/invoices", m{
			"id": id(code), "customer": id("customer"), "journal": id("journal"), "currency": code, "invoice_date": "2026-02-01", "post": true,
			"lines": []m{{"product": id("product"), "quantity": "3", "unit_price": "10.125", "taxes": []m{{"name": "VAT", "rate": "20"}}}},
		})
		invoice := "/v1/invoices/" + id(code).String()
		s.post(invoice+"/payments", m{"amount": money(want[3], code), "paid_on": "2026-02-02"})
		over := s.send(http.MethodPost, invoice+"/payments", m{"amount": money(want[2], code), "paid_on": "2026-02-02"})
		over.refused(conflict, "payment_exceeds_residual")
		note := "/v1/credit-notes/" + s.post(on("ticket", "refunds"), refund(code, "reverse")).created()
		posted := s.post(note+"/post", nil)
		rest := want[3]
		s.get(note, since(posted)).shows(map[string]string{"currency": code, "untaxed": want[0], "tax": want[1], "total": want[2], "residual": rest})
		last = s.post(note+"/payout", m{"amount": money(rest, code), "paid_on": "2026-03-01"})
		zero := strings.Map(func(r rune) rune {
			if r == '.' {
				return r
			}
			return '0'
		}, want[2][strings.IndexByte(want[2]+".", '.')-1:])
		s.get(note, since(last)).shows(map[string]string{"payment_state": "paid", "residual": zero})
		s.get(invoice, since(last)).shows(map[string]string{"currency": code, "total": want[2], "residual": zero})
	}
	quoted := s.post(on("ticket", "repairs"), m{
		"currency": "XTS", "submit": "confirm_and_quote", "override": true,
		"parts": []m{{"kind": "add", "product": id("product"), "quantity": "2", "unit_price": "1.234"}},
	})
	last = s.post("/v1/repairs/"+quoted.created()+"/quote/send", nil)
	s.mailed(1)
	for name, text := range s.files() {
		if !strings.Contains(text, "2 unit × 1.234 = 2.468 XTS") {
			t.Errorf("%s: %s", name, text)
		}
	}
	for _, path := range []string{
		"/v1/invoices", "/v1/credit-notes", "/v1/payments", "/v1/repairs", "/v1/currencies", on("ticket", "refund-options"),
		"/v1/tickets/" + id("ticket").String() + "/documents", "/v1/portal/credit-notes",
	} {
		options := []option{since(last)}
		if strings.HasPrefix(path, "/v1/portal") {
			options = append(options, as(s.portalOf("customer")))
		}
		if a := s.get(path, options...); bytes.Contains(a.body, []byte("XTS:")) || bytes.Contains(a.body, []byte("CLF:")) {
			t.Errorf("%s tells how a currency is stored: %s", path, a.body)
		}
	}
	s.reports(last)
	s.post("/v1/projections/documents/verify", nil).shows(map[string]string{"count": "0"})
}

// reports holds the reports against what TestEachCurrencyKeepsItsDigitsToTheReports
// made, and both against a rebuild.
func (s *service) reports(last answer) {
	s.t.Helper()
	r := projectionstest.Start(s.t, s.env, nil, reporting.Projection)
	projectionstest.Wait(s.t, r, "reporting", must(eventstore.ParsePosition(last.header.Get("Position")))(s.t))
	ctx := eventstoretest.Context(s.t)
	rows := must(r.Pool().Query(ctx, `SELECT concat_ws(' ', f.currency, f.untaxed, f.tax, f.total, p.amount) FROM reporting.fact_refund f
		JOIN reporting.fact_payment p USING (refund) ORDER BY f.currency`))(s.t)
	want := []string{
		"CLF 30.3750 6.0750 36.4500 36.4499", "EUR 30.38 6.08 36.46 36.45", "IRR 30 6 36 35", "XTS 30.375 6.075 36.450 36.449",
	}
	if diff := cmp.Diff(want, must(pgx.CollectRows(rows, pgx.RowTo[string]))(s.t)); diff != "" {
		s.t.Errorf("reports (-want +got):\n%s", diff)
	}
	if found := must(r.Verify(ctx, "reporting"))(s.t); len(found) > 0 {
		s.t.Errorf("a rebuild differs: %+v", found)
	}
}
