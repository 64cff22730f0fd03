package http_test

import (
	"net/http"
	"testing"

	api "aftersales/http"
)

// A caller beyond the quota is told to wait; others go on. Who is unknown counts
// by address, so that guessing tokens is limited too.
func TestCallersHaveAQuota(t *testing.T) {
	t.Parallel()
	s := newService(t, func(s *service) {
		// One request in a quarter of an hour: time plays no part.
		s.configure = func(c *api.Config) { c.Rate = 1.0 / 900 }
	})
	other := s.token("agent-1", []string{"agent"}, nil)
	s.send(http.MethodGet, "/v1/teams", nil, as(other))
	a := s.send(http.MethodGet, "/v1/teams", nil, as(other))
	a.refused(429, "too_many_requests")
	if a.header.Get("Retry-After") == "" {
		t.Error("not told when to try again")
	}
	s.send(http.MethodGet, "/v1/teams", nil).refused(429, "too_many_requests")
	s.send(http.MethodGet, "/v1/teams", nil, as("a guess")).refused(401, "unauthenticated")
	s.send(http.MethodGet, "/v1/teams", nil, as("another guess")).refused(429, "too_many_requests")
	s.get("/healthz", without("Authorization"))
}

// Customers of one name have each their quota, as each their idempotency keys;
// so has an actor of the company of that name.
func TestCallersOfOneNameHaveEachAQuota(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	mine := s.token("info", []string{"customer"}, m{"customer": id("customer")})
	theirs := s.token("info", []string{"customer"}, m{"customer": id("other customer")})
	inside := s.token("info", []string{"agent"}, nil)
	s.configure = func(c *api.Config) { c.Rate = 1.0 / 900 }
	s.restart()
	for _, who := range []string{mine, theirs} {
		s.get("/v1/portal/tickets", as(who))
		s.send(http.MethodGet, "/v1/portal/tickets", nil, as(who)).refused(429, "too_many_requests")
	}
	s.get("/v1/teams", as(inside))
}
