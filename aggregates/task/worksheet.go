package task

import (
	"maps"

	"aftersales/aggregates"
)

// SaveWorksheet makes a new version of the worksheet, unsigned, from all its
// values. Those of the current version make none, so that saving twice does not
// cost a signature, unless a reopening overtook that version already. Refusals:
// task_not_in_progress, worksheets_not_enabled; on fields "values.<name>"
// invalid_value, worksheet_field_required.
func (s State) SaveWorksheet(values Values) ([]aggregates.Event, error) {
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
	version := s.Worksheet.Version + 1
	return []aggregates.Event{WorksheetSaved{version, values, Hash(version, values)}}, nil
}
