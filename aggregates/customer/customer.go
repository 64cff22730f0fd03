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

// State is a customer as folded from its events; ID is nil before the first.
type State struct {
	ID       uuid.UUID
	Name     string
	Email    string
	Phone    string
	Language Language
	Parent   uuid.UUID
	Entity   uuid.UUID
	Address  string
	TimeZone string
	Portal   Portal
	Archived bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{
			ID: e.Customer, Name: e.Name, Email: e.Email, Phone: e.Phone, Language: e.Language,
			Parent: e.Parent, Entity: e.Entity, Address: e.Address, TimeZone: e.TimeZone,
		}
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
	c.Name = strings.TrimSpace(c.Name)
	if c.Language == "" {
		c.Language = English
	}
	if c.Parent == uuid.Nil {
		c.Entity = c.Customer
	}
	var fields check.Fields
	fields.Required("name", c.Name)
	fields.Refuse(c.Email != "" && !check.Email(c.Email), "email", "invalid_email", "value", c.Email)
	fields.Refuse(!c.Language.Known(), "language", "invalid_value")
	fields.Refuse(c.Entity == uuid.Nil, "parent", "customer_not_found")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{c}, nil
}
