package commandlog

import (
	"encoding/json"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ commandLogEvent() }

// Succeeded is the outcome of a command, to be answered again whenever Caller
// sends the idempotency Key again. RequestHash is a digest of the request's
// content, Status the HTTP status, Body the answer, which must hold no secret.
type Succeeded struct {
	Caller      string          `json:"caller"`
	Key         string          `json:"key"`
	Command     string          `json:"command"`
	RequestHash string          `json:"request_hash"`
	Status      int             `json:"status"`
	Body        json.RawMessage `json:"body"`
	Documents   []Document      `json:"documents,omitempty"`
}

// Document is a document that the command made or changed, and where it lives.
type Document struct {
	Kind   string    `json:"kind"`
	ID     uuid.UUID `json:"id"`
	Stream string    `json:"stream"`
}

func (Succeeded) commandLogEvent() {}

// Model is the command log: streams "command-<command id>".
var Model = aggregates.NewModel("command", evolve,
	aggregates.Define[Succeeded]("command-succeeded"),
)
