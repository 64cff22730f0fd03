package customer

import (
	"time"

	"aftersales/aggregates"
)

// PortalAccess says whether a customer may use the portal.
type PortalAccess string

// The states of portal access. With none decided, a token alone gives access.
const (
	PortalUndecided PortalAccess = ""
	PortalGranted   PortalAccess = "granted"
	PortalRevoked   PortalAccess = "revoked"
)

// Portal is a customer's access to the portal, and when it was last revoked.
type Portal struct {
	Access    PortalAccess
	RevokedAt time.Time
}

// GrantPortalAccess lets the customer into the portal, who must have an address
// to be written to: recipient_without_email.
func (s State) GrantPortalAccess(by string) ([]aggregates.Event, error) {
	if s.Portal.Access == PortalGranted {
		return nil, nil
	}
	if s.Email == "" {
		return nil, aggregates.Refuse("recipient_without_email", "name", s.Name)
	}
	return []aggregates.Event{PortalAccessGranted{By: by}}, nil
}

// RevokePortalAccess shuts the customer out at once (domain.md 2.11).
func (s State) RevokePortalAccess(by string, at time.Time) ([]aggregates.Event, error) {
	if s.Portal.Access == PortalRevoked {
		return nil, nil
	}
	return []aggregates.Event{PortalAccessRevoked{By: by, At: at}}, nil
}

// Of is what counts for a contact: what was decided about it, else about its
// commercial entity. A revocation of either ends the tokens until then.
func (p Portal) Of(entity Portal) Portal {
	if p.Access == PortalUndecided {
		return entity
	}
	if entity.RevokedAt.After(p.RevokedAt) {
		p.RevokedAt = entity.RevokedAt
	}
	return p
}

// Lets says whether a token that was issued then opens the portal: not while
// access is revoked, nor after it was granted anew.
func (p Portal) Lets(issued time.Time) bool {
	return p.Access != PortalRevoked && issued.After(p.RevokedAt)
}
