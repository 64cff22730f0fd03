package repair

import (
	"time"

	"aftersales/aggregates"
)

// SetToDraft takes a cancelled repair up again; its quotation bills the parts as
// before. Refusal: repair_not_cancelled for one that has gone on.
func (s State) SetToDraft() ([]aggregates.Event, error) {
	switch s.Status {
	case StatusDraft:
		return nil, nil
	case StatusCancelled:
		return []aggregates.Event{ReturnedToDraft{s.ScheduledAt, s.requote(s.Parts, demanded)}}, nil
	default:
		return nil, aggregates.Refuse("repair_not_cancelled", "state", string(s.Status))
	}
}

// OverdueAfter is how long after its scheduled time a repair that is not done
// counts as overdue.
const OverdueAfter = 24 * time.Hour

// RemindOverdue reminds, once, of a repair that is overdue at the time. Nothing
// overdue: no events.
func (s State) RemindOverdue(now time.Time) ([]aggregates.Event, error) {
	if s.open() != nil || !s.RemindedAt.IsZero() || now.Before(s.ScheduledAt.Add(OverdueAfter)) {
		return nil, nil
	}
	return []aggregates.Event{OverdueReminded{s.ScheduledAt, s.Responsible, now.UTC()}}, nil
}
