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
// parent's, or the customer itself without a parent (domain.md 2.3).
type Registered struct {
	Customer uuid.UUID `json:"customer"`
	Details
	Parent uuid.UUID `json:"parent,omitzero"`
	Entity uuid.UUID `json:"entity"`
}

// DetailsChanged holds all details as they are from now on; documents made
// before keep what they took from the customer.
type DetailsChanged struct{ Details }

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
func (DetailsChanged) customerEvent()      {}
func (PortalAccessGranted) customerEvent() {}
func (PortalAccessRevoked) customerEvent() {}
func (Archived) customerEvent()            {}
func (Unarchived) customerEvent()          {}

// Model is the customer aggregate: streams "customer-<id>".
var Model = aggregates.NewModel("customer", evolve,
	aggregates.Define[Registered]("customer-registered"),
	aggregates.Define[DetailsChanged]("customer-details-changed"),
	aggregates.Define[PortalAccessGranted]("customer-portal-access-granted"),
	aggregates.Define[PortalAccessRevoked]("customer-portal-access-revoked"),
	aggregates.Define[Archived]("customer-archived"),
	aggregates.Define[Unarchived]("customer-unarchived"),
)
