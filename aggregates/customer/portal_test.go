package customer_test

import (
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/customer"
)

var revokedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func grantAccess(s customer.State) ([]aggregates.Event, error) { return s.GrantPortalAccess("lead-1") }

func revokeAccess(s customer.State) ([]aggregates.Event, error) {
	return s.RevokePortalAccess("lead-1", revokedAt)
}

// 2.11: an invitation needs an address; asking again changes nothing.
func TestPortalAccessNeedsAnAddress(t *testing.T) {
	registered := customer.Registered{Customer: id, Entity: id, Details: customer.Details{Name: "Customer A", Email: "a@example.com"}}
	given := aggregatetest.For(t, customer.Model, registered)
	granted, revoked := customer.PortalAccessGranted{By: "lead-1"}, customer.PortalAccessRevoked{By: "lead-1", At: revokedAt}
	given.When(grantAccess).Then(granted)
	aggregatetest.For(t, customer.Model, registered, granted).When(grantAccess).Then()
	aggregatetest.For(t, customer.Model, registered, granted).When(revokeAccess).Then(revoked)
	aggregatetest.For(t, customer.Model, registered, revoked).When(revokeAccess).Then()
	aggregatetest.For(t, customer.Model, customer.Registered{Customer: id, Entity: id, Details: customer.Details{Name: "Customer A"}}).
		When(grantAccess).Refused("recipient_without_email")
}

// 2.3, 2.11: a contact goes by its entity unless decided itself, and a token
// from before a revocation stays dead.
func TestRevokedAccessEndsTheTokensUntilThen(t *testing.T) {
	never, granted := customer.Portal{}, customer.Portal{Access: customer.PortalGranted}
	revoked := customer.Portal{Access: customer.PortalRevoked, RevokedAt: revokedAt}
	again := customer.Portal{Access: customer.PortalGranted, RevokedAt: revokedAt}
	later := customer.Portal{Access: customer.PortalGranted, RevokedAt: revokedAt.Add(1)}
	for name, c := range map[string]struct {
		own, entity customer.Portal
		issued      time.Time
		lets        bool
	}{
		"undecided":                 {never, never, revokedAt, true},
		"revoked":                   {revoked, never, revokedAt.Add(1), false},
		"revoked for the entity":    {never, revoked, revokedAt.Add(1), false},
		"own grant, old token":      {granted, revoked, revokedAt, false},
		"own grant, new token":      {granted, revoked, revokedAt.Add(1), true},
		"own grant, entity again":   {granted, again, revokedAt, false},
		"own revocation is later":   {later, revoked, revokedAt.Add(1), false},
		"granted again, old token":  {again, never, revokedAt, false},
		"granted again, new token":  {again, never, revokedAt.Add(1), true},
		"entity granted, old token": {never, again, revokedAt, false},
	} {
		if got := c.own.Of(c.entity).Lets(c.issued); got != c.lets {
			t.Errorf("%s: %v", name, got)
		}
	}
}
