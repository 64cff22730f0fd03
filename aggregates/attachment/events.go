package attachment

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ attachmentEvent() }

// Stored keeps a file that came with a message or, when Internal, with a note
// that no customer ever sees. Kind and Document are of the document that it was
// said on, Ticket the ticket of that. FromCustomer tells a customer's file from
// the company's. Entity is the customer's whom the document was of, nil before it
// had one and in older events: another one must not see it. Content is encrypted, bound to the file's id.
type Stored struct {
	File
	Kind         string    `json:"kind"`
	Document     uuid.UUID `json:"document"`
	Ticket       uuid.UUID `json:"ticket,omitzero"`
	Author       string    `json:"author"`
	FromCustomer bool      `json:"from_customer"`
	Internal     bool      `json:"internal"`
	Entity       uuid.UUID `json:"entity,omitzero"`
	Content      []byte    `json:"content_sealed" personal:"true"`
}

func (Stored) attachmentEvent() {}

// Model is the attachment aggregate: streams "attachment-<id>".
var Model = aggregates.NewModel("attachment", evolve,
	aggregates.Define[Stored]("attachment-stored"),
)
