package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// commands is a request for each kind of command that would succeed now.
func (s *service) commands() []bad {
	s.t.Helper()
	return slices.Concat(s.every(), s.everyRepairAndTask(), s.everyAccounting(), s.everyArchive(), s.everyPortal(), s.everyWebhook(),
		s.everyOrder(), s.everyLink())
}

// Every command on a document refuses a revision that the document does not
// have, and writes nothing. That it must exist (*) stops none, but those that
// want to be told a revision (RFC 9110 13.1.1).
func TestEveryCommandOnADocumentHonoursIfMatch(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	commands := s.commands()
	doc := must(spec())(t)
	missing := map[string]bool{}
	wantsRevision := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		if item.Post != nil && strings.Contains(path, "{") && !slices.Contains(projectionOperations, path) {
			missing[item.Post.OperationID] = true
			wantsRevision[item.Post.OperationID] = item.Post.Parameters.GetByInAndName("header", "If-Match").Required
		}
	}
	wantsRevision["saveWorksheet"] = true // or a base_version
	unchanged := s.unchanged(t)
	for _, c := range commands {
		operation := s.operation(must(s.request(http.MethodPost, c.path, nil))(t))
		if _, onDocument := wantsRevision[operation]; !onDocument {
			continue
		}
		delete(missing, operation)
		for _, stale := range []string{`"99999"`, `"x"`, `W/"0"`} {
			s.send(http.MethodPost, c.path, c.body, append(slices.Clone(c.options), with("If-Match", stale))...).
				refused(http.StatusPreconditionFailed, "stale_version")
		}
		a := s.send(http.MethodPost, c.path+"?dry_run=true", c.body, append(slices.Clone(c.options), with("If-Match", "*"))...)
		if wantsRevision[operation] {
			a.refused(http.StatusPreconditionRequired, "precondition_required")
		} else if a.status != http.StatusOK {
			t.Errorf("%s, If-Match *: %d %s", a.what, a.status, a.body)
		}
	}
	unchanged()
	for operation := range missing {
		t.Errorf("%s was not tried", operation)
	}
}

// If-Match: * says that the document is there: what a command is to make is not.
// Whether a code is one, the rules on coupons tell and not If-Match.
func TestIfMatchAsksWhetherADocumentIsThere(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	given := s.post(on("ticket", "coupons"), m{"program": id("program")})
	code := s.get("/v1/coupons/"+given.created(), since(given)).text("code")
	unchanged := s.unchanged(t)
	there := with("If-Match", "*")
	for path, body := range map[string]m{
		"/v1/teams": {"name": "Two"}, "/v1/tickets": {"title": "Two", "team": id("team")}, "/v1/access-tokens": {"actor": "erp", "roles": []string{"agent"}},
		"/v1/customers": {"name": "Two"}, "/v1/portal-links": {"kind": "ticket", "document": id("ticket")},
	} {
		s.send(http.MethodPost, path, body, there).refused(http.StatusPreconditionFailed, "stale_version")
	}
	s.send(http.MethodPost, on("nowhere", "close"), nil, there).refused(http.StatusNotFound, "ticket_not_found")
	for _, match := range []string{"*", `"99999"`} {
		s.send(http.MethodPost, "/v1/coupons/check", m{"code": "NONE"}, with("If-Match", match)).refused(http.StatusConflict, "coupon_invalid")
		s.send(http.MethodPost, "/v1/coupons/redeem", m{"code": code}, with("If-Match", match)).refused(http.StatusUnprocessableEntity, "required")
	}
	unchanged()
	s.post("/v1/coupons/reserve", m{"code": code, "order": "cart", "customer": id("customer")}, there)
	for order, of := range map[string]string{"cart": "stale_version", "another": "coupon_reserved_elsewhere"} {
		a := s.send(http.MethodPost, "/v1/coupons/release", m{"code": code, "order": order}, with("If-Match", `"99999"`))
		if a.text("code") != of {
			t.Errorf("%s for %s: %d %s", a.what, order, a.status, a.body)
		}
	}
}
