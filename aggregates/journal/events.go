package journal

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ journalEvent() }

// Registered makes an accounting journal known. Code is the first part of the
// numbers of its documents: "INV" in INV/2026/00001.
type Registered struct {
	Journal uuid.UUID `json:"journal"`
	Code    string    `json:"code"`
	Name    string    `json:"name"`
	Type    Type      `json:"type"`
}

// Archived lets nothing more be posted in the journal (domain.md 2.5).
type Archived struct{}

// Unarchived takes that back.
type Unarchived struct{}

func (Registered) journalEvent() {}
func (Archived) journalEvent()   {}
func (Unarchived) journalEvent() {}

// Model is the journal aggregate: streams "journal-<id>".
var Model = aggregates.NewModel("journal", evolve,
	aggregates.Define[Registered]("journal-registered"),
	aggregates.Define[Archived]("journal-archived"),
	aggregates.Define[Unarchived]("journal-unarchived"),
)
