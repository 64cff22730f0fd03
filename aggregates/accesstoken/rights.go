package accesstoken

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// ChangeRights gives the bearer other roles and teams, no teams for all. A
// portal link has no rights to change: access_token_not_found.
func (s State) ChangeRights(roles []Role, teams []uuid.UUID, by string) ([]aggregates.Event, error) {
	if s.Document != uuid.Nil {
		return nil, aggregates.Refuse("access_token_not_found")
	}
	var fields check.Fields
	checkRoles(&fields, roles, s.Customer)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if slices.Equal(roles, s.Roles) && slices.Equal(teams, s.Teams) {
		return nil, nil
	}
	return []aggregates.Event{RightsChanged{Roles: roles, Teams: teams, By: by}}, nil
}

// Consistent says whether the roles go with the customer: that of a customer
// stands alone and has one, the others have none, so that nobody's rights lead
// both into the portal and behind it.
func Consistent(roles []Role, customer uuid.UUID) bool {
	isCustomer := slices.Contains(roles, Customer)
	return isCustomer == (customer != uuid.Nil) && (!isCustomer || len(roles) == 1)
}

// checkRoles refuses none, unknown ones, that of a customer without one, and
// those that are not Consistent.
func checkRoles(fields *check.Fields, roles []Role, customer uuid.UUID) {
	fields.Refuse(len(roles) == 0, "roles", "required")
	for i, r := range roles {
		fields.Refuse(!r.Known(), fmt.Sprintf("roles[%d]", i), "invalid_value")
	}
	orphan := slices.Contains(roles, Customer) && customer == uuid.Nil
	fields.Refuse(orphan, "customer", "required")
	fields.Refuse(len(roles) > 0 && !orphan && !Consistent(roles, customer), "roles", "invalid_value")
}
