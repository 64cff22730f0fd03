// Package attachment is a file that came with a message or a note. Each lives in
// a stream of its own, so that those of tickets and tasks stay small.
package attachment

import (
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// MaxSize is the greatest size of a file, in bytes: encrypted and in base64 it
// still fits one append.
const MaxSize = 700_000

// MaxOfMessage is how many files may come with one message.
const MaxOfMessage = 10

// MaxOfCustomers is how many files customers may add to one document, for they
// stay for ever.
const MaxOfCustomers = 100

// File is what a message tells of a file that came with it: its name as Name
// cleans it, its media type as MediaType knows it, its size in bytes and the hex
// SHA-256 of its content.
type File struct {
	ID        uuid.UUID `json:"id"`
	Name      string    `json:"name" personal:"true"`
	MediaType string    `json:"media_type"`
	Size      int       `json:"size"`
	SHA256    string    `json:"sha256"`
}

// State is an attachment as folded from its events, without its content, which
// is only ever read to be sent; ID is nil before the first.
type State struct {
	File
	Kind     string
	Document uuid.UUID
	Ticket   uuid.UUID
	Internal bool
	Entity   uuid.UUID
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Stored:
		s = State{File: e.File, Kind: e.Kind, Document: e.Document, Ticket: e.Ticket, Internal: e.Internal, Entity: e.Entity}
	}
	return s
}

// ShownTo says whether customers of the entity may see the file, as long as they
// see the document that it was said on.
func (s State) ShownTo(entity uuid.UUID) bool {
	return !s.Internal && (s.Entity == uuid.Nil || s.Entity == entity)
}

// Store keeps a file. Refusal: already_exists.
func (s State) Store(f Stored) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	return []aggregates.Event{f}, nil
}

// Check refuses files that cannot come with one message, by field "attachments":
// too_many_attachments; then, by "attachments[i]", required for a file without a
// name and too_long, attachment_empty, attachment_too_large, already_exists for an id that
// stands twice.
func Check(files []File) error {
	if len(files) > MaxOfMessage {
		return tooMany(MaxOfMessage)
	}
	var fields check.Fields
	seen := map[uuid.UUID]bool{}
	for i, f := range files {
		of := "attachments[" + strconv.Itoa(i) + "]."
		fields.Refuse(seen[f.ID], of+"id", "already_exists")
		fields.Name(of+"name", f.Name)
		fields.Refuse(f.Size == 0, of+"content", "attachment_empty")
		fields.Refuse(f.Size > MaxSize, of+"content", "attachment_too_large", "max", strconv.Itoa(MaxSize))
		seen[f.ID] = true
	}
	return fields.Err()
}

// Say refuses a message that says nothing, in words or files: required; one that
// says too much: too_long; and, from a customer, more files than are left of
// MaxOfCustomers when there were that many before: too_many_attachments.
func Say(body string, files []File, fromCustomer bool, before int) error {
	var fields check.Fields
	if len(files) == 0 {
		fields.Required("body", body)
	}
	fields.Within(check.MaxText, "body", body)
	if err := fields.Err(); err != nil {
		return err
	}
	if fromCustomer && before+len(files) > MaxOfCustomers {
		return tooMany(MaxOfCustomers)
	}
	return nil
}

func tooMany(most int) error {
	return aggregates.Refuse("too_many_attachments", "max", strconv.Itoa(most)).On("attachments")
}
