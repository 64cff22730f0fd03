package documents

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
)

// tokens is the access token without what its secret is checked with: no read
// model needs that.
func tokens() aggregates.Model[accesstoken.State] {
	m := accesstoken.Model
	m.Evolve = func(s accesstoken.State, e aggregates.Event) accesstoken.State {
		s = accesstoken.Model.Evolve(s, e)
		s.Hash = ""
		return s
	}
	return m
}

// accessTokenFields are those of an access token.
type accessTokenFields struct {
	Actor     string             `json:"actor"`
	Roles     []accesstoken.Role `json:"roles"`
	Teams     []uuid.UUID        `json:"teams"`
	Customer  *uuid.UUID         `json:"customer"`
	ExpiresAt *time.Time         `json:"expires_at"`
	IssuedBy  string             `json:"issued_by"`
}

// portalLinkFields are those of a portal link.
type portalLinkFields struct {
	Shows     string     `json:"document_kind"`
	Document  uuid.UUID  `json:"document"`
	Customer  uuid.UUID  `json:"customer"`
	ExpiresAt *time.Time `json:"expires_at"`
	IssuedBy  string     `json:"issued_by"`
}

// viewAccessToken shows a portal link as a document of its own kind.
func viewAccessToken(s accesstoken.State) []Document {
	switch {
	case s.ID == uuid.Nil:
		return nil
	case s.Document != uuid.Nil:
		d := Document{Kind: "portal_link", ID: s.ID, State: s.Status(), Ticket: s.Ticket, Customer: s.Customer}
		return []Document{d.with(portalLinkFields{s.Kind, s.Document, s.Customer, when(s.ExpiresAt), s.By})}
	}
	return []Document{Document{Kind: "access_token", ID: s.ID, State: s.Status(), Customer: s.Customer}.with(accessTokenFields{
		s.Actor, list(s.Roles), list(s.Teams), ref(s.Customer), when(s.ExpiresAt), s.By,
	})}
}

// Shows is the kind and the id of the document that a portal link shows.
func (d Document) Shows() (kind string, id uuid.UUID, err error) {
	var f portalLinkFields
	if err = json.Unmarshal(d.Fields, &f); err != nil {
		err = fmt.Errorf("fields of %s %s: %w", d.Kind, d.ID, err)
	}
	return f.Shows, f.Document, err
}
