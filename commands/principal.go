package commands

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
)

// Admin is the bearer of the first admin token.
var Admin = Principal{
	Actor: aggregates.Actor{ID: accesstoken.AdminActor, Role: string(accesstoken.Admin), Channel: "api"},
	Roles: []accesstoken.Role{accesstoken.Admin},
}

// Principal is who asks: the actor for the record, and what they may do.
// An agent without teams works for all teams. Customer is set for a portal
// user, who sees only what belongs to that customer's commercial entity. Token is
// the access token or portal link that they came with, if it was one of ours.
type Principal struct {
	Actor    aggregates.Actor
	Roles    []accesstoken.Role
	Teams    []uuid.UUID
	Customer uuid.UUID
	Token    uuid.UUID
}

// Has says whether the principal has one of the roles; an admin has all.
func (p Principal) Has(roles ...accesstoken.Role) bool {
	for _, r := range p.Roles {
		if r == accesstoken.Admin || slices.Contains(roles, r) {
			return true
		}
	}
	return false
}

// Internal says whether the principal works for the company.
func (p Principal) Internal() bool {
	return slices.ContainsFunc(p.Roles, func(r accesstoken.Role) bool { return r != accesstoken.Customer })
}

// commandID is the identity of what the principal does under an idempotency key.
// Actors of one name are one caller, but for customers: each has keys of their own.
func (p Principal) commandID(key string) uuid.UUID {
	if p.IsCustomer() {
		return aggregates.DeriveID("command of a customer", p.Customer.String(), p.Actor.ID, key)
	}
	return aggregates.DeriveID("command", p.Actor.ID, key)
}

// Caller names who asks as commandID does, for quotas and limits of guesses.
func (p Principal) Caller() string {
	if p.IsCustomer() {
		return "customer " + p.Customer.String() + " " + p.Actor.ID
	}
	return "actor " + p.Actor.ID
}

// IsCustomer says whether the principal is a customer in the portal.
func (p Principal) IsCustomer() bool { return p.Customer != uuid.Nil }

// WorksFor says whether the principal belongs to a team, or to none in
// particular.
func (p Principal) WorksFor(team uuid.UUID) bool {
	return len(p.Teams) == 0 || slices.Contains(p.Teams, team)
}
