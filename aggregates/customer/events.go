package customer

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ customerEvent() }

// Registered makes a customer known. Entity is the commercial entity: the
// parent's, or the customer itself without a parent (domain.md 2.3). TimeZone
// is an IANA name, "" for the company's.
type Registered struct {
	Customer uuid.UUID `json:"customer"`
	Name     string    `json:"name" personal:"true"`
	Email    string    `json:"email,omitempty" personal:"true"`
	Phone    string    `json:"phone,omitempty" personal:"true"`
	Language Language  `json:"language"`
	Parent   uuid.UUID `json:"parent,omitzero"`
	Entity   uuid.UUID `json:"entity"`
	Address  string    `json:"address,omitempty" personal:"true"`
	TimeZone string    `json:"time_zone,omitempty"`
}

// PortalAccessGranted lets the customer, and the contacts that have no grant
// of their own, into the portal (domain.md 2.3). By is the actor who granted it.
type PortalAccessGranted struct {
	By string `json:"by"`
}

// PortalAccessRevoked ends that: tokens issued until At end with it, for ever.
type PortalAccessRevoked struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Archived keeps the customer out of new documents; what there is stays readable
// (domain.md 2.11).
type Archived struct{}

// Unarchived takes that back.
type Unarchived struct{}

func (Registered) customerEvent()          {}
func (PortalAccessGranted) customerEvent() {}
func (PortalAccessRevoked) customerEvent() {}
func (Archived) customerEvent()            {}
func (Unarchived) customerEvent()          {}

// Model is the customer aggregate: streams "customer-<id>".
var Model = aggregates.NewModel("customer", evolve,
	aggregates.Define[Registered]("customer-registered"),
	aggregates.Define[PortalAccessGranted]("customer-portal-access-granted"),
	aggregates.Define[PortalAccessRevoked]("customer-portal-access-revoked"),
	aggregates.Define[Archived]("customer-archived"),
	aggregates.Define[Unarchived]("customer-unarchived"),
)
