// Package ticket is a support ticket: the conversation with a customer, who
// follows it, and links to every document made from it (domain.md 2.1).
package ticket

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Details are what people enter of a ticket. Entity is the customer's
// commercial entity; a nil id is an empty field. Email, Name and Phone are those of
// whoever asked, also without a record of them as a customer.
type Details struct {
	Title       string    `json:"title" personal:"true"`
	Team        uuid.UUID `json:"team"`
	Customer    uuid.UUID `json:"customer,omitzero"`
	Entity      uuid.UUID `json:"entity,omitzero"`
	Description string    `json:"description,omitempty" personal:"true"`
	Product     uuid.UUID `json:"product,omitzero"`
	Lot         uuid.UUID `json:"lot,omitzero"`
	Order       uuid.UUID `json:"order,omitzero"`
	Priority    Priority  `json:"priority"`
	Email       string    `json:"email,omitempty" personal:"true"`
	Name        string    `json:"name,omitempty" personal:"true"`
	Phone       string    `json:"phone,omitempty" personal:"true"`
}

// Priority is how urgent a ticket is.
type Priority string

// The priorities, low being the default.
const (
	Low    Priority = "low"
	Medium Priority = "medium"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Known says whether p is one of the priorities.
func (p Priority) Known() bool { return slices.Contains([]Priority{Low, Medium, High, Urgent}, p) }

// Follower is a known customer or contact, else whoever reads a mail address.
// Entity is the contact's commercial entity; older events do not have it.
type Follower struct {
	Contact uuid.UUID `json:"contact,omitzero"`
	Entity  uuid.UUID `json:"entity,omitzero"`
	Email   string    `json:"email,omitempty" personal:"true"`
}

// is says whether both are the same contact or, without any, the same address.
func (f Follower) is(other Follower) bool {
	if f.Contact != uuid.Nil || other.Contact != uuid.Nil {
		return f.Contact == other.Contact
	}
	return strings.EqualFold(f.Email, other.Email)
}

// Document is a document made from a ticket: its kind as in the HTTP API
// (credit_note, return …) and the stream that it lives in.
type Document struct {
	Kind   string    `json:"kind"`
	ID     uuid.UUID `json:"id"`
	Stream string    `json:"stream"`
}

// State is a ticket as folded from its events; ID is nil before the first.
// Followers, Documents and ReturnRequests are in the order in which they came.
// DescribedFor is the entity that the ticket was of when its description was written,
// AfterClosing what was made from it since it was closed.
type State struct {
	ID           uuid.UUID
	Number       string
	Details      Details
	DescribedFor uuid.UUID
	Stage        string
	Assignee     string
	Closed       bool
	Followers    []Follower
	Documents    []Document
	AfterClosing []Document
	Rating       Rating
	Files        int // that customers added

	ReturnRequests []ReturnRequest
}

// Status is "open" or "closed".
func (s State) Status() string {
	if s.Closed {
		return "closed"
	}
	return "open"
}

// DescriptionShared says whether the description is for the customer's eyes, and
// not about somebody else whom the ticket was of before.
func (s State) DescriptionShared() bool {
	return s.DescribedFor == uuid.Nil || s.DescribedFor == s.Details.Entity
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.ID, s.Number, s.Stage, s.Details = e.Ticket, e.Number, e.Stage, e.Details
		s.DescribedFor = e.Entity
	case Numbered:
		s.Number = e.Number
	case DetailsChanged:
		if e.Description != s.Details.Description {
			s.DescribedFor = e.Entity
		}
		if e.Entity != s.Details.Entity {
			s.Rating, s.ReturnRequests = "", nil // were another customer's opinion and wishes
		}
		s.Details = e.Details
	case Assigned:
		s.Assignee = e.Assignee
	case StageChanged:
		s.Stage = e.Stage
	case Closed:
		s.Closed = true
	case Reopened:
		s.Closed, s.AfterClosing = false, nil
	case FollowerAdded:
		s.Followers = append(slices.Clip(s.Followers), e.Follower)
	case FollowerRemoved:
		s.Followers = slices.DeleteFunc(slices.Clone(s.Followers), e.is)
	case Rated:
		s.Rating = e.Rating
	case MessagePosted:
		if e.FromCustomer {
			s.Files += len(e.Attachments)
		}
	case NoteLogged:
		// The timeline shows it; no rule asks what was said.
	case DocumentLinked:
		s.Documents = append(slices.Clip(s.Documents), e.Document)
		if s.Closed {
			s.AfterClosing = append(slices.Clip(s.AfterClosing), e.Document)
		}
		s.ReturnRequests = answered(s.ReturnRequests, e.Document)
	case ReturnRequested:
		s.ReturnRequests = append(slices.DeleteFunc(slices.Clone(s.ReturnRequests), e.replaces), ReturnRequest{Wish: e})
	case ReturnRequestDeclined:
		s.ReturnRequests = ended(s.ReturnRequests, e.Request, func(r *ReturnRequest) { r.Declined = e.Reason })
	case ReturnRequestWithdrawn:
		s.ReturnRequests = ended(s.ReturnRequests, e.Request, func(r *ReturnRequest) { r.Withdrawn = true })
	}
	return s
}
