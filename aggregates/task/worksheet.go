package task

import (
	"maps"
	"time"

	"aftersales/aggregates"
)

// SaveWorksheet makes a new version of the worksheet at a time, unsigned, from all
// its values. Those of the current version make none, so that saving twice does not
// cost a signature, unless more work or a reopening overtook that version already. Refusals:
// task_not_in_progress, worksheets_not_enabled; on fields "values.<name>"
// invalid_value, worksheet_field_required.
func (s State) SaveWorksheet(values Values, at time.Time) ([]aggregates.Event, error) {
	if err := s.inProgress(); err != nil {
		return nil, err
	}
	if !s.Flags.WorksheetsEnabled {
		return nil, aggregates.Refuse("worksheets_not_enabled")
	}
	values, err := canonical(s.Template, values)
	if err != nil {
		return nil, err
	}
	g, signed := s.Signature()
	overtaken := signed && g.Superseded
	if s.Worksheet.Version > 0 && maps.Equal(values, s.Worksheet.Values) && !overtaken {
		return nil, nil
	}
	return []aggregates.Event{s.saved(values, at)}, nil
}

// saved is the next version, with what the work has taken by then.
func (s State) saved(values Values, at time.Time) WorksheetSaved {
	version, effort := s.Worksheet.Version+1, Effort{s.Materials, s.stopped(at).Worked}
	return WorksheetSaved{version, values, effort, Hash(version, values, effort)}
}
