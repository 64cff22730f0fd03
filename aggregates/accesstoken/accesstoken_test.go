package accesstoken_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/aggregatetest"
)

var (
	now    = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	issued = accesstoken.Issued{
		Token: uuid.MustParse("dd1c3a10-0000-4000-8000-000000000001"), Hash: accesstoken.Hash("secret"),
		Actor: "agent-1", Roles: []accesstoken.Role{accesstoken.Agent, accesstoken.Billing},
		ExpiresAt: now.Add(time.Hour), By: "admin",
	}
)

func issue(change func(*accesstoken.Issued)) func(accesstoken.State) ([]aggregates.Event, error) {
	wish := issued
	change(&wish)
	return func(s accesstoken.State) ([]aggregates.Event, error) { return s.Issue(wish, now) }
}

func TestATokenIsIssuedOnce(t *testing.T) {
	same := issue(func(*accesstoken.Issued) {})
	aggregatetest.For(t, accesstoken.Model).When(same).Then(issued)
	aggregatetest.For(t, accesstoken.Model, issued).When(same).Refused("already_exists")
}

func TestABadTokenIsRefused(t *testing.T) {
	given := aggregatetest.For(t, accesstoken.Model)
	given.When(issue(func(i *accesstoken.Issued) { i.Actor = "" })).Refused("required")
	for _, name := range []string{accesstoken.AdminActor, accesstoken.TimerActor, accesstoken.WebhooksActor, accesstoken.OIDCPrefix + "a", accesstoken.LinkPrefix + "a"} {
		given.When(issue(func(i *accesstoken.Issued) { i.Actor = name })).Refused("invalid_value")
	}
	given.When(issue(func(i *accesstoken.Issued) { i.Roles = nil })).Refused("required")
	given.When(issue(func(i *accesstoken.Issued) { i.Roles = []accesstoken.Role{"root"} })).Refused("invalid_value")
	given.When(issue(func(i *accesstoken.Issued) { i.Roles = []accesstoken.Role{accesstoken.Customer} })).Refused("required")
	given.When(issue(func(i *accesstoken.Issued) { i.ExpiresAt = now })).Refused("expiration_in_past")
}

// Section 4: a customer's token shows what the customer's is and nothing else,
// whatever rights it is given.
func TestACustomersRoleStandsAlone(t *testing.T) {
	visitor := func(roles ...accesstoken.Role) accesstoken.Issued {
		i := issued
		i.Roles, i.Customer = roles, issued.Token
		return i
	}
	issue := func(i accesstoken.Issued) func(accesstoken.State) ([]aggregates.Event, error) {
		return func(s accesstoken.State) ([]aggregates.Event, error) { return s.Issue(i, now) }
	}
	change := func(roles ...accesstoken.Role) func(accesstoken.State) ([]aggregates.Event, error) {
		return func(s accesstoken.State) ([]aggregates.Event, error) { return s.ChangeRights(roles, nil, "admin") }
	}
	alone := visitor(accesstoken.Customer)
	aggregatetest.For(t, accesstoken.Model).When(issue(alone)).Then(alone)
	for _, roles := range [][]accesstoken.Role{{accesstoken.Customer, accesstoken.Reporting}, {accesstoken.Agent}} {
		aggregatetest.For(t, accesstoken.Model).When(issue(visitor(roles...))).Refused("invalid_value")
		aggregatetest.For(t, accesstoken.Model, alone).When(change(roles...)).Refused("invalid_value")
		if accesstoken.Model.Fold(visitor(roles...)).Usable(now) == nil {
			t.Errorf("an older token of a customer is usable as %v", roles)
		}
	}
	aggregatetest.For(t, accesstoken.Model, issued).When(change(accesstoken.Customer)).Refused("required")
	aggregatetest.For(t, accesstoken.Model, issued).When(change(accesstoken.Customer, accesstoken.Agent)).Refused("required")
}

func TestEveryRoleOfTheContractIsKnown(t *testing.T) {
	for _, r := range []accesstoken.Role{
		"admin", "lead", "agent", "billing", "warehouse", "repair", "technician",
		"reviewer", "reporting", "customer", "integration",
	} {
		if !r.Known() {
			t.Errorf("%s is unknown", r)
		}
	}
}

func TestATokenIsUsableUntilItExpiresOrIsRevoked(t *testing.T) {
	forEver := issued
	forEver.ExpiresAt = time.Time{}
	for name, c := range map[string]struct {
		events []aggregates.Event
		now    time.Time
		usable bool
	}{
		"never issued":       {nil, now, false},
		"issued":             {[]aggregates.Event{issued}, now, true},
		"in the last moment": {[]aggregates.Event{issued}, issued.ExpiresAt.Add(-1), true},
		"expired":            {[]aggregates.Event{issued}, issued.ExpiresAt, false},
		"without expiry":     {[]aggregates.Event{forEver}, now.AddDate(100, 0, 0), true},
		"revoked":            {[]aggregates.Event{forEver, accesstoken.Revoked{By: "admin"}}, now, false},
	} {
		err := accesstoken.Model.Fold(c.events...).Usable(c.now)
		if (err == nil) != c.usable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRevokingTwiceChangesNothing(t *testing.T) {
	revoke := func(s accesstoken.State) ([]aggregates.Event, error) { return s.Revoke("admin") }
	aggregatetest.For(t, accesstoken.Model, issued).When(revoke).Then(accesstoken.Revoked{By: "admin"})
	aggregatetest.For(t, accesstoken.Model, issued, accesstoken.Revoked{By: "lead"}).When(revoke).Then()
}

func TestAHashIsHexSHA256(t *testing.T) {
	const want = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
	if got := accesstoken.Hash("secret"); got != want {
		t.Errorf("got %s", got)
	}
}
