package aggregates

import (
	"time"

	"github.com/google/uuid"
)

// Actor is who caused an event. Channel is agent, portal, token, timer, import
// or process; OnBehalfOf names the person behind a delegate, when there is one.
type Actor struct {
	ID         string `json:"id"`
	Role       string `json:"role"`
	Channel    string `json:"channel"`
	OnBehalfOf string `json:"on_behalf_of,omitempty"`
}

// Ref names a document: its kind (api.md 2), its id and the stream it lives in.
type Ref struct {
	Kind   string    `json:"kind"`
	ID     uuid.UUID `json:"id"`
	Stream string    `json:"stream"`
}

// Warning is something worth knowing that did not stop a command. Params are
// what its message shows.
type Warning struct {
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

// Metadata stands beside the data of every event: who did what, by which
// command, why. Business time is in the event's data; RecordedAt is when the
// command decided, in UTC. CorrelationID is the id of the command that began
// it all, CausationID that of the command or event that led directly here.
// TicketCustomer is whom the ticket was of when a service on it was decided.
// Key is the caller's idempotency key. The first event of a command carries in
// Answers the documents that the command answers with, and in Warnings what it
// had to warn of by then, so that its outcome can be told even when the process
// died before it was recorded.
type Metadata struct {
	SchemaVersion  int        `json:"schema_version"`
	RecordedAt     time.Time  `json:"recorded_at"`
	Actor          Actor      `json:"actor"`
	Command        string     `json:"command"`
	CommandID      uuid.UUID  `json:"command_id"`
	Caller         string     `json:"caller,omitempty"`
	Key            string     `json:"key,omitempty"`
	RequestHash    string     `json:"request_hash,omitempty"`
	Answers        []Ref      `json:"answers,omitempty"`
	Created        bool       `json:"created,omitempty"`
	Warnings       []Warning  `json:"warnings,omitempty"`
	CorrelationID  uuid.UUID  `json:"$correlationId"`
	CausationID    uuid.UUID  `json:"$causationId"`
	Ticket         *uuid.UUID `json:"ticket,omitempty"`
	TicketCustomer uuid.UUID  `json:"ticket_customer,omitzero"`
	Company        string     `json:"company"`
	RequestID      string     `json:"request_id,omitempty"`
	Traceparent    string     `json:"traceparent,omitempty"`
}
