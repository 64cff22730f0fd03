package task_test

import (
	"strings"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/task"
)

func mailReport() rule {
	return func(s task.State) ([]aggregates.Event, error) {
		return s.RequestReport([]string{"a@example.com", "b@example.com"}, "Thank you")
	}
}

func reported(to string) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.NoteReportSent(id("request"), to, "message") }
}

func failed(to string) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.NoteReportFailed(id("request"), to, "gone") }
}

// Section 5, SendWorksheetReport: what is signed is mailed, each mail once.
func TestTheSignedWorksheetIsReported(t *testing.T) {
	signed := with(visit(), save(filled), sign())
	want := task.ReportRequested{Version: 1, Recipients: []string{"a@example.com", "b@example.com"}, Message: "Thank you"}
	given(t, signed...).When(mailReport()).Then(want)
	given(t, with(signed, complete())...).When(mailReport()).Then(want)
	given(t, with(signed, complete(), reopen())...).When(mailReport()).Refused("worksheet_not_signed")
	given(t, visit()...).When(mailReport()).Refused("worksheet_not_signed")
	given(t, signed...).When(func(s task.State) ([]aggregates.Event, error) {
		return s.RequestReport([]string{"a@example.com"}, strings.Repeat("ت", check.MaxText+1))
	}).Refused("too_long")
	asked := with(signed, mailReport())
	given(t, asked...).When(reported("a@example.com")).
		Then(task.ReportSent{Request: id("request"), Recipient: "a@example.com", MessageID: "message"})
	given(t, asked...).When(failed("b@example.com")).
		Then(task.ReportFailed{Request: id("request"), Recipient: "b@example.com", Cause: "gone"})
	both := with(asked, reported("a@example.com"), failed("b@example.com"))
	given(t, both...).When(reported("a@example.com")).Then()
	given(t, both...).When(failed("a@example.com")).Then()
	given(t).When(reported("a@example.com")).Then()
}
