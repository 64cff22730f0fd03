package accesstoken

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ accessTokenEvent() }

// Issued gives the bearer of a secret the rights of Actor until ExpiresAt (UTC;
// zero: for ever). Hash is what Hash makes of the secret, which is stored
// nowhere. Teams narrow the roles to some teams, none: all. Customer is whose
// documents a customer token shows. By is the actor who issued it.
type Issued struct {
	Token     uuid.UUID   `json:"token"`
	Hash      string      `json:"hash"`
	Actor     string      `json:"actor"`
	Roles     []Role      `json:"roles"`
	Teams     []uuid.UUID `json:"teams,omitempty"`
	Customer  uuid.UUID   `json:"customer,omitzero"`
	ExpiresAt time.Time   `json:"expires_at,omitzero"`
	By        string      `json:"by"`
}

// LinkIssued lets the bearer of a secret see and answer one document as Customer
// does in the portal, from IssuedAt until ExpiresAt (UTC), and nothing else. Ticket is the one that
// the document was made from, if any. Hash and By are as of Issued.
type LinkIssued struct {
	Token     uuid.UUID `json:"token"`
	Hash      string    `json:"hash"`
	Kind      string    `json:"kind"`
	Document  uuid.UUID `json:"document"`
	Ticket    uuid.UUID `json:"ticket,omitzero"`
	Customer  uuid.UUID `json:"customer"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	By        string    `json:"by"`
}

// QuotationViewed says that the quotation that the link shows was looked at by
// Customer, on that day of the company's for the first time.
type QuotationViewed struct {
	Kind     string          `json:"kind"`
	Document uuid.UUID       `json:"document"`
	Customer uuid.UUID       `json:"customer"`
	On       aggregates.Date `json:"on"`
}

// RightsChanged replaces the roles and the teams of a token, with its next use.
// By is the actor who changed them.
type RightsChanged struct {
	Roles []Role      `json:"roles"`
	Teams []uuid.UUID `json:"teams,omitempty"`
	By    string      `json:"by"`
}

// Revoked ends the token at once and for ever. By is the actor who revoked it.
type Revoked struct {
	By string `json:"by"`
}

func (Issued) accessTokenEvent()          {}
func (RightsChanged) accessTokenEvent()   {}
func (LinkIssued) accessTokenEvent()      {}
func (QuotationViewed) accessTokenEvent() {}
func (Revoked) accessTokenEvent()         {}

// Model is the access token aggregate: streams "access_token-<id>".
var Model = aggregates.NewModel("access_token", evolve,
	aggregates.Define[Issued]("access-token-issued"),
	aggregates.Define[LinkIssued]("portal-link-issued"),
	aggregates.Define[QuotationViewed]("quotation-viewed"),
	aggregates.Define[RightsChanged]("access-token-rights-changed"),
	aggregates.Define[Revoked]("access-token-revoked"),
)
