// Package customer is a customer: a company, one of its contacts, or a person.
// What belongs to a customer belongs to its whole commercial entity, so that a
// contact finds the invoices and deliveries of the company (domain.md 2.3).
package customer

import (
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Language is that of the customer's mails and pages.
type Language string

// The languages.
const (
	English Language = "en"
	Persian Language = "fa"
)

// Known says whether l is one of the languages.
func (l Language) Known() bool { return l == English || l == Persian }

// Details are what can be changed of a customer. TimeZone is an IANA name, ""
// for the company's.
type Details struct {
	Name     string   `json:"name" personal:"true"`
	Email    string   `json:"email,omitempty" personal:"true"`
	Phone    string   `json:"phone,omitempty" personal:"true"`
	Language Language `json:"language"`
	Address  string   `json:"address,omitempty" personal:"true"`
	TimeZone string   `json:"time_zone,omitempty"`
}

// State is a customer as folded from its events; ID is nil before the first.
type State struct {
	Details
	ID       uuid.UUID
	Parent   uuid.UUID
	Entity   uuid.UUID
	Portal   Portal
	Archived bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{ID: e.Customer, Parent: e.Parent, Entity: e.Entity, Details: e.Details}
	case DetailsChanged:
		s.Details = e.Details
	case PortalAccessGranted:
		s.Portal.Access = PortalGranted
	case PortalAccessRevoked:
		s.Portal = Portal{Access: PortalRevoked, RevokedAt: e.At}
	case Archived:
		s.Archived = true
	case Unarchived:
		s.Archived = false
	}
	return s
}

// Register begins the customer. With a parent, c.Entity must be the parent's
// entity; a parent without one is unknown: customer_not_found. Language
// defaults to English. That the time zone exists is the caller's to check.
func (s State) Register(c Registered) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	if c.Parent == uuid.Nil {
		c.Entity = c.Customer
	}
	var fields check.Fields
	c.Details = c.checked(&fields)
	fields.Refuse(c.Entity == uuid.Nil, "parent", "customer_not_found")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{c}, nil
}

// ChangeDetails replaces all details, under the rules of Register. The parent
// stays: invoices and deliveries have recorded whose entity they are.
func (s State) ChangeDetails(d Details) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil {
		return nil, aggregates.Refuse("customer_not_found")
	}
	var fields check.Fields
	d = d.checked(&fields)
	if err := fields.Err(); err != nil || d == s.Details {
		return nil, err
	}
	return []aggregates.Event{DetailsChanged{d}}, nil
}

// checked are the details as they are kept; their faults go to fields.
func (d Details) checked(fields *check.Fields) Details {
	d.Name = strings.TrimSpace(d.Name)
	if d.Language == "" {
		d.Language = English
	}
	fields.Name("name", d.Name)
	fields.Within(check.MaxName, "phone", d.Phone)
	fields.Within(check.MaxReason, "address", d.Address)
	fields.Refuse(d.Email != "" && !check.Email(d.Email), "email", "invalid_email", "value", d.Email)
	fields.Refuse(!d.Language.Known(), "language", "invalid_value")
	return d
}
