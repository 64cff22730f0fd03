package task

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"aftersales/aggregates"
)

// Filling is what somebody filled in, at a time, having seen version Base of the
// worksheet; 0 is none. By is their actor id.
type Filling struct {
	Values Values
	Base   int
	By     string
	At     time.Time
}

// SaveWorksheet makes a new version of the worksheet, unsigned, from all its values.
// Those of the current version make none, so that saving twice does not
// cost a signature, unless more work or a reopening overtook that version already.
// What was filled in by somebody who had not seen what others did since is a
// version too, and both wait for a choice (domain.md 3.7): the next save by
// somebody who has seen the newest settles it. Refusals:
// task_not_in_progress, worksheets_not_enabled; by field base_version
// invalid_value, "values.<name>" invalid_value, too_long, worksheet_field_required,
// values required.
func (s State) SaveWorksheet(w Filling) ([]aggregates.Event, error) {
	if err := s.inProgress(); err != nil {
		return nil, err
	}
	if !s.Flags.WorksheetsEnabled {
		return nil, aggregates.Refuse("worksheets_not_enabled")
	}
	if w.Base < 0 || w.Base > s.Worksheet.Version {
		return nil, aggregates.Refuse("invalid_value").On("base_version")
	}
	var err error
	said := w.Values
	if w.Values, err = canonical(s.Template, said); err != nil {
		return nil, err
	}
	if said == nil {
		return nil, aggregates.Refuse("required").On("values")
	}
	same := s.Worksheet.Version > 0 && maps.Equal(w.Values, s.Worksheet.Values)
	var events []aggregates.Event
	switch unseen := w.Base < s.FilledIn; {
	case unseen && same:
		return nil, nil
	case unseen:
		events = append(events, WorksheetConflicted{w.Base, s.Worksheet.Version, s.Worksheet.Version + 1})
	case s.InConflict():
		events = append(events, WorksheetConflictSettled{s.Worksheet.Version})
	}
	g, signed := s.Signature()
	if overtaken := signed && g.Superseded; same && !overtaken {
		return events, nil
	}
	return append(events, s.saved(w.Values, w.By, w.At)), nil
}

// InConflict says whether versions of the worksheet wait for a choice.
func (s State) InConflict() bool { return len(s.Conflict) > 0 }

// undisputed refuses, with worksheet_conflict_open, while versions of the
// worksheet wait for a choice.
func (s State) undisputed() error {
	if !s.InConflict() {
		return nil
	}
	return aggregates.Refuse("worksheet_conflict_open", "version", strconv.Itoa(s.Worksheet.Version), "with", s.Disputed())
}

// Disputed names the versions that wait beside the newest, such as "1, 2".
func (s State) Disputed() string {
	versions := make([]string, len(s.Conflict))
	for i, w := range s.Conflict {
		versions[i] = strconv.Itoa(w.Version)
	}
	return strings.Join(versions, ", ")
}

// saved is the next version, with what the work has taken by then.
func (s State) saved(values Values, by string, at time.Time) WorksheetSaved {
	s.Signatures = superseded(s.Signatures)
	version, effort := s.Worksheet.Version+1, Effort{s.Materials, s.stopped(at).Worked}
	return WorksheetSaved{
		Version: version, Values: values, Effort: effort, Hash: Hash(version, values, effort), SavedAt: at.UTC(), SavedBy: by,
	}
}
