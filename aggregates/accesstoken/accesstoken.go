// Package accesstoken is the right to use the service, carried by whoever
// knows a secret.
package accesstoken

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Role is a set of rights.
type Role string

// The roles.
const (
	Admin       Role = "admin"
	Lead        Role = "lead"
	Agent       Role = "agent"
	Billing     Role = "billing"
	Warehouse   Role = "warehouse"
	Repair      Role = "repair"
	Technician  Role = "technician"
	Reviewer    Role = "reviewer"
	Reporting   Role = "reporting"
	Customer    Role = "customer"
	Integration Role = "integration"
)

var roles = []Role{
	Admin, Lead, Agent, Billing, Warehouse, Repair, Technician, Reviewer, Reporting, Customer, Integration,
}

// The actors that are the system itself: the bearer of the first admin token,
// what time makes due, and the sender of webhooks. No token can be issued for one.
const (
	AdminActor    = "admin"
	TimerActor    = "timer"
	WebhooksActor = "webhooks"
)

// LinkPrefix begins the actors that are portal links; no token can be issued for
// one.
const LinkPrefix = "portal-link:"

// OIDCPrefix begins the actors whom an OpenID provider vouches for; no token of
// our own can be issued for one.
const OIDCPrefix = "oidc:"

// Known says whether r is one of the roles.
func (r Role) Known() bool { return slices.Contains(roles, r) }

// Hash is the hex SHA-256 of a secret. The secret must be random and long, for
// the hash is neither salted nor slow.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// State is a token as folded from its events; ID is nil before the first.
type State struct {
	ID        uuid.UUID
	Hash      string
	Actor     string
	Roles     []Role
	Teams     []uuid.UUID
	Customer  uuid.UUID
	ExpiresAt time.Time
	By        string
	Revoked   bool
	// What a portal link shows; zero for a bearer's token.
	Kind     string
	Document uuid.UUID
	Ticket   uuid.UUID
	IssuedAt time.Time
	Viewed   aggregates.Date // a quotation, last
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Issued:
		s = State{
			ID: e.Token, Hash: e.Hash, Actor: e.Actor, Roles: e.Roles, Teams: e.Teams,
			Customer: e.Customer, ExpiresAt: e.ExpiresAt, By: e.By,
		}
	case LinkIssued:
		s = State{
			ID: e.Token, Hash: e.Hash, Customer: e.Customer, ExpiresAt: e.ExpiresAt, By: e.By,
			Kind: e.Kind, Document: e.Document, Ticket: e.Ticket, IssuedAt: e.IssuedAt,
		}
	case QuotationViewed:
		s.Viewed = e.On
	case RightsChanged:
		s.Roles, s.Teams = e.Roles, e.Teams
	case Revoked:
		s.Revoked = true
	}
	return s
}

// Issue begins the token. Its roles must be Consistent with the customer, and an
// expiry must lie in the future.
func (s State) Issue(t Issued, now time.Time) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	t.ExpiresAt = t.ExpiresAt.UTC()
	var fields check.Fields
	fields.Required("actor", t.Actor)
	fields.Within(check.MaxUser, "actor", t.Actor)
	fields.Refuse(reserved(t.Actor), "actor", "invalid_value")
	checkRoles(&fields, t.Roles, t.Customer)
	fields.Refuse(!t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt), "expires_at", "expiration_in_past")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{t}, nil
}

// reserved says whether the name is that of an actor who needs no token of ours.
func reserved(actor string) bool {
	system := actor == AdminActor || actor == TimerActor || actor == WebhooksActor
	return system || strings.HasPrefix(actor, OIDCPrefix) || strings.HasPrefix(actor, LinkPrefix)
}

// Revoke ends the token.
func (s State) Revoke(by string) ([]aggregates.Event, error) {
	if s.Revoked {
		return nil, nil
	}
	return []aggregates.Event{Revoked{By: by}}, nil
}

// Status is whether the token is in force, as far as its events tell: expiry is by date.
func (s State) Status() string {
	if s.Revoked {
		return "revoked"
	}
	return "active"
}

// Usable refuses a token that was never issued, was revoked or has expired, or
// is a portal link, or whose roles are not Consistent, as older ones may be; all
// as unauthenticated: the bearer learns nothing about it.
func (s State) Usable(now time.Time) error {
	expired := !s.ExpiresAt.IsZero() && !now.Before(s.ExpiresAt)
	if s.ID == uuid.Nil || s.Document != uuid.Nil || s.Revoked || expired || !Consistent(s.Roles, s.Customer) {
		return aggregates.Refuse("unauthenticated")
	}
	return nil
}
