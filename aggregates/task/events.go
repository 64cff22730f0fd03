package task

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ taskEvent() }

// Created plans an intervention. The project's flags and the template's fields
// are those of that moment and stay with the task.
type Created struct {
	Task   uuid.UUID `json:"task"`
	Ticket uuid.UUID `json:"ticket"`
	Title  string    `json:"title" personal:"true"`
	About
	Project uuid.UUID `json:"project"`
	Flags
	Customer uuid.UUID `json:"customer"`
	Entity   uuid.UUID `json:"entity"`
	Template *Template `json:"template,omitempty"`
}

// DetailsChanged says anew what the task says of the visit: all of it.
type DetailsChanged struct {
	Title string `json:"title" personal:"true"`
	About
}

// MessagePosted is a message about the visit that the customer sees, with its
// Attachments. Author is the actor's id; FromCustomer tells the customer's words
// from the company's. Body may be empty when there are Attachments.
type MessagePosted struct {
	Message      uuid.UUID         `json:"message"`
	Author       string            `json:"author"`
	FromCustomer bool              `json:"from_customer"`
	Body         string            `json:"body" personal:"true"`
	Attachments  []attachment.File `json:"attachments,omitempty"`
}

// FollowerAdded lets a customer follow the task in the portal (F-02).
type FollowerAdded struct {
	Customer uuid.UUID `json:"customer"`
}

// Numbered gives the task its human number, once.
type Numbered struct {
	Number string `json:"number"`
}

// Assigned makes a user the technician; what another one was about to start is
// void.
type Assigned struct {
	Assignee string `json:"assignee"`
}

// Scheduled sets when the visit is planned, in UTC.
type Scheduled struct {
	PlannedStart time.Time `json:"planned_start"`
	PlannedEnd   time.Time `json:"planned_end"`
}

// Started says that the technician is at work: the timer runs from At on.
type Started struct {
	Timer
	At time.Time `json:"at"`
}

// Paused stops the timer at At.
type Paused struct {
	Timer
	At time.Time `json:"at"`
}

// Resumed lets a timer run again from At on.
type Resumed struct {
	Timer
	At time.Time `json:"at"`
}

// MaterialUsed says how much of a product the work has taken in all; 0 takes it
// back.
type MaterialUsed struct {
	Material
}

// WorksheetSaved is a version of the worksheet, counted from 1, with all that
// is filled in, not only what changed, and what the work had taken by then; Hash
// is Hash(Version, Values, Effort). SavedBy, an actor id, filled it in.
type WorksheetSaved struct {
	Version int    `json:"version"`
	Values  Values `json:"values" personal:"true"`
	Effort
	Hash    string    `json:"hash"`
	SavedAt time.Time `json:"saved_at"`
	SavedBy string    `json:"saved_by"`
}

// WorksheetConflicted says that the Version that is saved next was filled in by
// somebody who had seen version Base (0: none) and not With, the newest until
// then: both stay until somebody chooses.
type WorksheetConflicted struct {
	Base    int `json:"base"`
	With    int `json:"with"`
	Version int `json:"version"`
}

// WorksheetConflictSettled says that somebody who had seen the newest version
// chose: from Version on the others count no more.
type WorksheetConflictSettled struct {
	Version int `json:"version"`
}

// WorksheetShared shows a version to the customer, to be signed in the portal or by
// link. Later versions are not shared with it.
type WorksheetShared struct {
	Version int `json:"version"`
}

// WorksheetSigned is the customer's signature under one version: Signature a
// PNG data URL, Via the channel that it came by, such as "agent" (on the
// technician's device), "portal" or "token".
type WorksheetSigned struct {
	Version   int       `json:"version"`
	Hash      string    `json:"hash"`
	Name      string    `json:"name" personal:"true"`
	Signature string    `json:"signature" personal:"true"`
	Via       string    `json:"via"`
	SignedAt  time.Time `json:"signed_at"`
	aggregates.Evidence
}

// ReportRequested asks for a mail with the signed worksheet to the recipients.
type ReportRequested struct {
	Version    int      `json:"version"`
	Recipients []string `json:"recipients" personal:"true"`
	Message    string   `json:"message,omitempty" personal:"true"`
}

// ReportSent says that a mail server (or the folder of mails) took the mail that
// the event Request asked for.
type ReportSent struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	MessageID string    `json:"message_id"`
}

// ReportFailed says that that mail does not reach the recipient, and why: the
// mail server's words, or a code.
type ReportFailed struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	Cause     string    `json:"cause" personal:"true"`
}

// Completed says that the work is done. Timer is the one that At stopped, if any.
type Completed struct {
	Timer
	At time.Time `json:"at"`
}

// Reopened takes a done task up again; its signature no longer counts.
type Reopened struct{}

// Cancelled gives the task up; Timer and At as in Completed.
type Cancelled struct {
	Timer
	At     time.Time `json:"at"`
	Reason string    `json:"reason" personal:"true"`
}

func (Created) taskEvent()                  {}
func (DetailsChanged) taskEvent()           {}
func (MessagePosted) taskEvent()            {}
func (FollowerAdded) taskEvent()            {}
func (Numbered) taskEvent()                 {}
func (Assigned) taskEvent()                 {}
func (Scheduled) taskEvent()                {}
func (Started) taskEvent()                  {}
func (Paused) taskEvent()                   {}
func (Resumed) taskEvent()                  {}
func (MaterialUsed) taskEvent()             {}
func (ReportRequested) taskEvent()          {}
func (ReportSent) taskEvent()               {}
func (ReportFailed) taskEvent()             {}
func (WorksheetSaved) taskEvent()           {}
func (WorksheetShared) taskEvent()          {}
func (WorksheetSigned) taskEvent()          {}
func (WorksheetConflicted) taskEvent()      {}
func (WorksheetConflictSettled) taskEvent() {}
func (Completed) taskEvent()                {}
func (Reopened) taskEvent()                 {}
func (Cancelled) taskEvent()                {}

// Model is the task aggregate: streams "task-<id>".
var Model = aggregates.NewModel("task", evolve,
	aggregates.Define[Created]("task-created"),
	aggregates.Define[DetailsChanged]("task-details-changed"),
	aggregates.Define[MessagePosted]("task-message-posted"),
	aggregates.Define[FollowerAdded]("task-follower-added"),
	aggregates.Define[Numbered]("task-numbered"),
	aggregates.Define[Assigned]("task-assigned"),
	aggregates.Define[Scheduled]("task-scheduled"),
	aggregates.Define[Started]("task-started"),
	aggregates.Define[Paused]("task-paused"),
	aggregates.Define[Resumed]("task-resumed"),
	aggregates.Define[WorksheetSaved]("worksheet-saved"),
	aggregates.Define[WorksheetConflicted]("worksheet-conflicted"),
	aggregates.Define[WorksheetConflictSettled]("worksheet-conflict-settled"),
	aggregates.Define[WorksheetShared]("worksheet-shared"),
	aggregates.Define[WorksheetSigned]("worksheet-signed"),
	aggregates.Define[MaterialUsed]("task-material-used"),
	aggregates.Define[ReportRequested]("worksheet-report-requested"),
	aggregates.Define[ReportSent]("worksheet-report-sent"),
	aggregates.Define[ReportFailed]("worksheet-report-failed"),
	aggregates.Define[Completed]("task-completed"),
	aggregates.Define[Reopened]("task-reopened"),
	aggregates.Define[Cancelled]("task-cancelled"),
)
