package task

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/worksheet"
)

// Status is where a task stands.
type Status string

// The states of a task. A new task is planned once it has an assignee and a
// time; a done one can be reopened, a cancelled one cannot.
const (
	StatusNew        Status = "new"
	StatusPlanned    Status = "planned"
	StatusInProgress Status = "in_progress"
	StatusDone       Status = "done"
	StatusCancelled  Status = "cancelled"
)

// Flags are the settings of a project that its tasks follow.
type Flags struct {
	WorksheetsEnabled bool `json:"worksheets_enabled"`
	SignatureRequired bool `json:"signature_required"`
	PortalVisible     bool `json:"portal_visible"`
}

// Template is the version of a worksheet template that a task keeps.
type Template struct {
	ID      uuid.UUID         `json:"id"`
	Version int               `json:"version"`
	Fields  []worksheet.Field `json:"fields"`
}

// Worksheet is a version of the worksheet; Version is 0 before the first save.
type Worksheet struct {
	Version int
	Values  Values
	Effort
	Hash    string
	SavedAt time.Time
	SavedBy string
}

// Signature stands under one version of the worksheet, for ever. Superseded
// says that a later version, more work or a reopening has overtaken it.
type Signature struct {
	Version    int
	Hash       string
	Name       string
	Image      string
	Via        string
	SignedAt   time.Time
	Superseded bool
}

// Timer is one run of a technician's timer; Turn counts the runs of a task, from
// 1, so that no run can be taken for another. A technician's own stream grants
// it, one at a time (see package technician).
type Timer struct {
	Technician string `json:"technician,omitempty"`
	Turn       int    `json:"turn,omitempty"`
}

// State is a task as folded from its events; ID is nil before the first.
// PlannedStart and PlannedEnd are in UTC and zero while unscheduled. Running is
// the timer that has run since Since, zero while none does; Worked is what the
// stopped ones counted, in seconds; Turn is the last that ran or became void.
// Materials are what it took, by product and lot. Signatures are in the order in
// which they were given. FilledIn is the version since which what is filled in
// is as it is; Conflict are the versions, oldest first, that were saved apart
// from the newest and wait beside it for a choice. Shared is the version that was
// last shown to the customer, 0 for none. Mailed are the recipients
// whose report was sent or failed for good, by the event that asked for it.
type State struct {
	ID      uuid.UUID
	Number  string
	Status  Status
	Running Timer
	Since   time.Time
	Turn    int
	Worked  int64
	Ticket  uuid.UUID
	Title   string
	About
	Project      uuid.UUID
	Flags        Flags
	Customer     uuid.UUID
	Entity       uuid.UUID
	Template     *Template
	Followers    []uuid.UUID
	Assignee     string
	PlannedStart time.Time
	PlannedEnd   time.Time
	Worksheet    Worksheet
	FilledIn     int
	Conflict     []Worksheet
	Shared       int
	Materials    []Material
	Signatures   []Signature
	Mailed       map[uuid.UUID][]string
	Files        int // that customers added
}

// Paused says that the work has begun and that nobody is at it.
func (s State) Paused() bool { return s.Status == StatusInProgress && s.Running == (Timer{}) }

// Shown says whether the customer may see the current version of the worksheet:
// it was shared with them, they signed it, or the work was done with it.
func (s State) Shown() bool { return s.Worksheet.Version > 0 && s.Shared == s.Worksheet.Version }

// Signature is the one under the current version of the worksheet, if any.
func (s State) Signature() (Signature, bool) {
	i := slices.IndexFunc(s.Signatures, func(g Signature) bool { return g.Version == s.Worksheet.Version })
	if i < 0 {
		return Signature{}, false
	}
	return s.Signatures[i], true
}

// Signed says whether the work as it stands is signed.
func (s State) Signed() bool {
	g, ok := s.Signature()
	return ok && !g.Superseded
}

// open refuses, with task_not_open, once the task is done or cancelled, and
// before it exists.
func (s State) open() error {
	switch s.Status {
	case StatusNew, StatusPlanned, StatusInProgress:
		return nil
	default:
		return aggregates.Refuse("task_not_open", "state", string(s.Status))
	}
}

// inProgress refuses, with task_not_in_progress, unless the work has begun and
// has not ended.
func (s State) inProgress() error {
	if s.Status != StatusInProgress {
		return aggregates.Refuse("task_not_in_progress", "state", string(s.Status))
	}
	return nil
}
