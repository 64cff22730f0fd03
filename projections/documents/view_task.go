package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

// taskFields are those of a task. The two flags are its project's when the visit
// was planned.
type taskFields struct {
	Title             string           `json:"title"`
	Description       *string          `json:"description"`
	Deadline          *aggregates.Date `json:"deadline"`
	Priority          int              `json:"priority"` // 0 to task.MaxPriority
	Tags              []string         `json:"tags"`
	Project           uuid.UUID        `json:"project"`
	Customer          *uuid.UUID       `json:"customer"`
	Followers         []uuid.UUID      `json:"followers"`
	WorksheetTemplate *uuid.UUID       `json:"worksheet_template"`
	Assignee          *string          `json:"assignee"`
	PlannedStart      *time.Time       `json:"planned_start"`
	PlannedEnd        *time.Time       `json:"planned_end"`
	Paused            bool             `json:"paused"`
	WorkedSeconds     int64            `json:"worked_seconds"` // by the timers that were stopped
	Materials         []task.Material  `json:"materials"`
	SignatureRequired bool             `json:"signature_required"`
	PortalVisible     bool             `json:"portal_visible"`
	Worksheet         *taskWorksheet   `json:"worksheet"`
}

// taskWorksheet is the newest version with the customer's signature under it, if
// any. Shared says whether the customer may see it. Conflict are the versions that wait beside it for a choice, oldest first.
type taskWorksheet struct {
	worksheetVersion
	Shared    bool               `json:"shared"`
	Signature *taskSignature     `json:"signature"`
	Conflict  []worksheetVersion `json:"conflict"`
}

// worksheetVersion is a saved version, with what the work had taken by then; Hash
// is what a signature is bound to.
type worksheetVersion struct {
	Version int         `json:"version"`
	Values  task.Values `json:"values"`
	task.Effort
	Hash    string    `json:"hash"`
	SavedAt time.Time `json:"saved_at"`
	SavedBy string    `json:"saved_by"`
}

func versionOf(w task.Worksheet) worksheetVersion {
	return worksheetVersion{w.Version, w.Values, w.Effort, w.Hash, w.SavedAt.UTC(), w.SavedBy}
}

// taskSignature is the customer's, Image a PNG data URL. A superseded one stands
// under work that was changed or taken up again afterwards.
type taskSignature struct {
	Name       string    `json:"name"`
	Image      string    `json:"image"`
	Via        string    `json:"via"`
	SignedAt   time.Time `json:"signed_at"`
	Superseded bool      `json:"superseded"`
}

// viewTask shows the newest worksheet, null before the first, with the
// signature under that version.
func viewTask(s task.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	f := taskFields{
		Title: s.Title, Description: text(s.Description), Deadline: text(s.Deadline), Priority: s.Priority, Tags: list(s.Tags),
		Project: s.Project, Customer: ref(s.Customer), Followers: list(s.Followers),
		Assignee: text(s.Assignee), PlannedStart: when(s.PlannedStart), PlannedEnd: when(s.PlannedEnd),
		Paused: s.Paused(), WorkedSeconds: s.Worked, Materials: list(s.Materials), SignatureRequired: s.Flags.SignatureRequired, PortalVisible: s.Flags.PortalVisible,
	}
	if s.Template != nil {
		f.WorksheetTemplate = ref(s.Template.ID)
	}
	if w := s.Worksheet; w.Version > 0 {
		f.Worksheet = &taskWorksheet{worksheetVersion: versionOf(w), Shared: s.Shown(), Conflict: mapped(s.Conflict, versionOf)}
		if g, ok := s.Signature(); ok {
			f.Worksheet.Signature = &taskSignature{g.Name, g.Image, g.Via, g.SignedAt.UTC(), g.Superseded}
		}
	}
	return []Document{Document{
		Kind: "task", ID: s.ID, Number: s.Number, State: string(s.Status), Ticket: s.Ticket,
		Customer: s.Customer, Entity: s.Entity, source: s.Project,
	}.with(f)}
}
