package task

import (
	"strings"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// SetNumber gives the task the human number that a sequence allotted; a second
// number is not heard.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	if s.Number != "" {
		return nil, nil
	}
	return []aggregates.Event{Numbered{number}}, nil
}

// Assignee is a user, by actor id, who is to make a visit; Internal tells the
// company's people from portal users.
type Assignee struct {
	ID       string
	Internal bool
}

// Assign makes a user the technician; on an open task at any
// time. Work that runs is paused: whoever takes it over may be at another task.
// Refusals: task_not_open, required, too_long, responsible_not_internal.
func (s State) Assign(to Assignee, at time.Time) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	var fields check.Fields
	fields.Required("assignee", to.ID)
	fields.Within(check.MaxUser, "assignee", to.ID)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	switch {
	case s.Assignee == to.ID:
		return nil, nil
	case !to.Internal:
		return nil, aggregates.Refuse("responsible_not_internal").On("assignee")
	}
	var events []aggregates.Event
	if s.Running != (Timer{}) {
		events = append(events, Paused{s.Running, at.UTC()})
	}
	return append(events, Assigned{to.ID}), nil
}

// Schedule plans the visit from start to end; on an open task at any time. A
// visit needs an address: hasAddress says whether the customer has one.
// Refusals: task_not_open, required, end_not_after_start,
// customer_without_address (only a warning when the task is made).
func (s State) Schedule(start, end time.Time, hasAddress bool) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	start, end = start.UTC(), end.UTC()
	var fields check.Fields
	fields.Refuse(start.IsZero(), "planned_start", "required")
	fields.Refuse(end.IsZero(), "planned_end", "required")
	fields.Refuse(!start.IsZero() && !end.IsZero() && !start.Before(end), "planned_end", "end_not_after_start")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if !hasAddress {
		return nil, aggregates.Refuse("customer_without_address")
	}
	if s.PlannedStart.Equal(start) && s.PlannedEnd.Equal(end) {
		return nil, nil
	}
	return []aggregates.Event{Scheduled{start, end}}, nil
}

// Complete ends the work at a time. Where the project demands a signature, the current
// version of the worksheet must bear one. Refusals: task_not_in_progress,
// worksheet_conflict_open, signature_required.
func (s State) Complete(at time.Time) ([]aggregates.Event, error) {
	if s.Status == StatusDone {
		return nil, nil
	}
	if err := s.inProgress(); err != nil {
		return nil, err
	}
	if err := s.undisputed(); err != nil {
		return nil, err
	}
	if s.Flags.SignatureRequired && !s.Signed() {
		return nil, aggregates.Refuse("signature_required")
	}
	return []aggregates.Event{Completed{s.Running, at.UTC()}}, nil
}

// Reopen takes up a done task again. Its signature stays where it is, but the
// work needs a new version and a new signature, and nobody's timer runs yet. An
// open task is open already.
// Refusal: task_not_done for a cancelled one.
func (s State) Reopen() ([]aggregates.Event, error) {
	if s.open() == nil {
		return nil, nil
	}
	if s.Status != StatusDone {
		return nil, aggregates.Refuse("task_not_done", "state", string(s.Status))
	}
	return []aggregates.Event{Reopened{}}, nil
}

// Cancel gives the task up at a time, for a reason. Refusals: task_not_open for a done
// one, required, too_long.
func (s State) Cancel(reason string, at time.Time) ([]aggregates.Event, error) {
	var fields check.Fields
	fields.Required("reason", reason)
	fields.Within(check.MaxReason, "reason", reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if s.Status == StatusCancelled {
		return nil, nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	return []aggregates.Event{Cancelled{s.Running, at.UTC(), strings.TrimSpace(reason)}}, nil
}
