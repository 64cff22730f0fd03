package accesstoken_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/aggregatetest"
)

func TestRightsOfATokenChange(t *testing.T) {
	team := aggregates.DeriveID("team")
	issued := accesstoken.Issued{Token: aggregates.DeriveID("token"), Hash: "h", Actor: "agent-1", Roles: []accesstoken.Role{"agent"}, By: "admin"}
	rights := func(teams []uuid.UUID, roles ...accesstoken.Role) func(accesstoken.State) ([]aggregates.Event, error) {
		return func(s accesstoken.State) ([]aggregates.Event, error) { return s.ChangeRights(roles, teams, "admin-1") }
	}
	given := aggregatetest.For(t, accesstoken.Model, issued)
	given.When(rights(nil, "agent")).Then()
	given.When(rights([]uuid.UUID{team}, "agent", "lead")).
		Then(accesstoken.RightsChanged{Roles: []accesstoken.Role{"agent", "lead"}, Teams: []uuid.UUID{team}, By: "admin-1"})
	given.When(rights(nil)).Refused("required")
	given.When(rights(nil, "king")).Refused("invalid_value")
	given.When(rights(nil, "customer")).Refused("required")
	link := accesstoken.LinkIssued{Token: issued.Token, Kind: "ticket", Document: team, ExpiresAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	aggregatetest.For(t, accesstoken.Model, link).When(rights(nil, "agent")).Refused("access_token_not_found")
}
