package task

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// RequestReport asks for a mail with the signed worksheet to the recipients, as
// often as it is wished. Refusals: worksheet_not_signed, too_long.
func (s State) RequestReport(recipients []string, message string) ([]aggregates.Event, error) {
	if !s.Signed() {
		return nil, aggregates.Refuse("worksheet_not_signed")
	}
	var fields check.Fields
	fields.Within(check.MaxText, "message", message)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{ReportRequested{s.Worksheet.Version, recipients, message}}, nil
}

// Unmailed are those of the recipients whose report, asked for by the event
// request, was neither sent nor failed yet.
func (s State) Unmailed(request uuid.UUID, recipients []string) []string {
	var open []string
	for _, r := range recipients {
		if !slices.Contains(s.Mailed[request], r) {
			open = append(open, r)
		}
	}
	return open
}

// NoteReportSent records that the report to the recipient went out, once.
func (s State) NoteReportSent(request uuid.UUID, recipient, messageID string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || len(s.Unmailed(request, []string{recipient})) == 0 {
		return nil, nil
	}
	return []aggregates.Event{ReportSent{request, recipient, messageID}}, nil
}

// NoteReportFailed records that the report to the recipient will not go out, once.
func (s State) NoteReportFailed(request uuid.UUID, recipient, cause string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || len(s.Unmailed(request, []string{recipient})) == 0 {
		return nil, nil
	}
	return []aggregates.Event{ReportFailed{request, recipient, cause}}, nil
}

// mailedTo is mailed with one more recipient of a request.
func mailedTo(mailed map[uuid.UUID][]string, request uuid.UUID, recipient string) map[uuid.UUID][]string {
	mailed = maps.Clone(mailed)
	if mailed == nil {
		mailed = map[uuid.UUID][]string{}
	}
	mailed[request] = append(slices.Clone(mailed[request]), recipient)
	return mailed
}
