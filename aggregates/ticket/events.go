package ticket

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ ticketEvent() }

// Opened begins a ticket. Number is empty until a sequence allots it, unless
// it came from outside.
type Opened struct {
	Ticket uuid.UUID `json:"ticket"`
	Number string    `json:"number,omitempty"`
	Stage  string    `json:"stage"`
	Details
}

// Numbered gives the ticket the number that people call it by.
type Numbered struct {
	Number string `json:"number"`
}

// DetailsChanged holds all details as they are from now on.
type DetailsChanged struct {
	Details
}

// Assigned hands the ticket to a user; "" takes it back.
type Assigned struct {
	Assignee string `json:"assignee"`
}

// StageChanged moves the ticket to another stage of its team.
type StageChanged struct {
	Stage string `json:"stage"`
}

// Closed ends the work on the ticket, until it is reopened.
type Closed struct{}

// Reopened takes up a closed ticket again.
type Reopened struct{}

// FollowerAdded makes somebody hear of what happens to the ticket.
type FollowerAdded struct {
	Follower
}

// FollowerRemoved ends that.
type FollowerRemoved struct {
	Follower
}

// MessagePosted is a message that the customer sees. Author is the actor's id;
// FromCustomer tells the customer's words from the team's. Body may be empty when
// there are Attachments, which the customer sees too. Entity is the customer's
// whom the ticket was of, nil before it had one: another one must not see it.
type MessagePosted struct {
	Message      uuid.UUID         `json:"message"`
	Author       string            `json:"author"`
	FromCustomer bool              `json:"from_customer"`
	Body         string            `json:"body" personal:"true"`
	Attachments  []attachment.File `json:"attachments,omitempty"`
	Entity       uuid.UUID         `json:"entity,omitzero"`
}

// Rated is the customer's opinion of the work on the ticket; a later one counts
// in its place. Comment may be empty.
type Rated struct {
	Rating  Rating `json:"rating"`
	Comment string `json:"comment,omitempty" personal:"true"`
}

// ReturnRequested is the wish of the Customer, of the commercial Entity that the
// ticket is of, to give goods of a delivery back; a later one about that delivery
// counts in its place. It reserves nothing: the return is the team's to make.
type ReturnRequested struct {
	Request  uuid.UUID    `json:"request"`
	Delivery uuid.UUID    `json:"delivery"`
	Customer uuid.UUID    `json:"customer"`
	Entity   uuid.UUID    `json:"entity"`
	At       time.Time    `json:"at"`
	Reason   string       `json:"reason,omitempty" personal:"true"`
	Lines    []ReturnLine `json:"lines"`
}

// ReturnRequestDeclined is the team's answer that they make no return of a request.
// The customer reads the Reason.
type ReturnRequestDeclined struct {
	Request uuid.UUID `json:"request"`
	Reason  string    `json:"reason" personal:"true"`
}

// ReturnRequestWithdrawn takes a request back before the team has answered it.
type ReturnRequestWithdrawn struct {
	Request uuid.UUID `json:"request"`
}

// NoteLogged is an internal note that no customer ever sees, nor its Attachments.
type NoteLogged struct {
	Note        uuid.UUID         `json:"note"`
	Author      string            `json:"author"`
	Body        string            `json:"body" personal:"true"`
	Attachments []attachment.File `json:"attachments,omitempty"`
}

// DocumentLinked says that a document was made from the ticket.
type DocumentLinked struct {
	Document
}

func (Opened) ticketEvent()                 {}
func (Numbered) ticketEvent()               {}
func (DetailsChanged) ticketEvent()         {}
func (Assigned) ticketEvent()               {}
func (StageChanged) ticketEvent()           {}
func (Closed) ticketEvent()                 {}
func (Reopened) ticketEvent()               {}
func (FollowerAdded) ticketEvent()          {}
func (FollowerRemoved) ticketEvent()        {}
func (MessagePosted) ticketEvent()          {}
func (NoteLogged) ticketEvent()             {}
func (Rated) ticketEvent()                  {}
func (DocumentLinked) ticketEvent()         {}
func (ReturnRequested) ticketEvent()        {}
func (ReturnRequestDeclined) ticketEvent()  {}
func (ReturnRequestWithdrawn) ticketEvent() {}

// Model is the ticket aggregate: streams "ticket-<id>".
var Model = aggregates.NewModel("ticket", evolve,
	aggregates.Define[Opened]("ticket-opened"),
	aggregates.Define[Numbered]("ticket-numbered"),
	aggregates.Define[DetailsChanged]("ticket-details-changed"),
	aggregates.Define[Assigned]("ticket-assigned"),
	aggregates.Define[StageChanged]("ticket-stage-changed"),
	aggregates.Define[Closed]("ticket-closed"),
	aggregates.Define[Reopened]("ticket-reopened"),
	aggregates.Define[FollowerAdded]("ticket-follower-added"),
	aggregates.Define[FollowerRemoved]("ticket-follower-removed"),
	aggregates.Define[MessagePosted]("ticket-message-posted"),
	aggregates.Define[NoteLogged]("ticket-note-logged"),
	aggregates.Define[Rated]("ticket-rated"),
	aggregates.Define[DocumentLinked]("ticket-document-linked"),
	aggregates.Define[ReturnRequested]("ticket-return-requested"),
	aggregates.Define[ReturnRequestDeclined]("ticket-return-request-declined"),
	aggregates.Define[ReturnRequestWithdrawn]("ticket-return-request-withdrawn"),
)
