// Package journal is an accounting journal, in which invoices and credit notes
// are posted and numbered (requirements ).
package journal

import (
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Type is what a journal is for; a credit note stays in the type of its invoice.
type Type string

// The types.
const (
	Sale     Type = "sale"
	Purchase Type = "purchase"
	General  Type = "general"
)

// Known says whether t is one of the types.
func (t Type) Known() bool { return t == Sale || t == Purchase || t == General }

// State is a journal as folded from its events; ID is nil before the first.
type State struct {
	ID       uuid.UUID
	Code     string
	Name     string
	Type     Type
	Archived bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{ID: e.Journal, Code: e.Code, Name: e.Name, Type: e.Type}
	case Archived:
		s.Archived = true
	case Unarchived:
		s.Archived = false
	}
	return s
}

// Register begins the journal. The code is made of 1 to 10 ASCII letters and
// digits, for it stands in document numbers and names of streams.
func (s State) Register(j Registered) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	j.Name = strings.TrimSpace(j.Name)
	var fields check.Fields
	fields.Required("code", j.Code)
	fields.Refuse(j.Code != "" && !validCode(j.Code), "code", "invalid_value")
	fields.Name("name", j.Name)
	fields.Refuse(!j.Type.Known(), "type", "invalid_value")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{j}, nil
}

func validCode(code string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	return len(code) <= 10 && strings.Trim(code, allowed) == ""
}
