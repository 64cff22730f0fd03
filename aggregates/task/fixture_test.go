package task_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/task"
	"aftersales/aggregates/worksheet"
)

func id(name string) uuid.UUID { return aggregates.DeriveID("task test", name) }

var (
	start = time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	end   = start.Add(2 * time.Hour)
	image = png("one")

	customer = task.Customer{ID: id("customer"), Entity: id("entity"), HasAddress: true}
	report   = task.Template{ID: id("template"), Version: 2, Fields: []worksheet.Field{
		{Name: "work", Type: worksheet.Text, Required: true},
		{Name: "hours", Type: worksheet.Number},
		{Name: "tested", Type: worksheet.Checkbox, Required: true},
		{Name: "on", Type: worksheet.Date},
	}}
	filled = task.Values{"work": "pump replaced", "tested": true}
)

func png(content string) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n"+content))
}

// draft is a wish that is fine: a visit of the customer in a project that has
// worksheets with a default template, and demands a signature.
func draft(change ...func(*task.Draft)) task.Draft {
	d := task.Draft{
		ID: id("task"), Ticket: id("ticket"), Title: "Repair the pump", Customer: customer,
		Project: task.Project{
			ID: id("project"), FieldService: true,
			Flags:           task.Flags{WorksheetsEnabled: true, SignatureRequired: true, PortalVisible: true},
			DefaultTemplate: &task.Choice{Template: report},
		},
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

type rule = func(task.State) ([]aggregates.Event, error)

func create(change ...func(*task.Draft)) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Create(draft(change...)) }
}

func assign(to string) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		return s.Assign(task.Assignee{ID: to, Internal: true}, end)
	}
}

func schedule(from, to time.Time) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Schedule(from, to, true) }
}

func begin(by string, lead bool) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		granted, err := s.Start(by, lead)
		return granting(s, granted, err)
	}
}

func resume() rule {
	return func(s task.State) ([]aggregates.Event, error) {
		granted, err := s.Resume()
		return granting(s, granted, err)
	}
}

// granting begins what the technician's stream always grants here.
func granting(s task.State, granted task.Timer, err error) ([]aggregates.Event, error) {
	if err != nil || granted == (task.Timer{}) {
		return nil, err
	}
	return s.Begin(granted, start)
}

func pause() rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Pause(end) }
}

func complete() rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Complete(end) }
}

func reopen() rule { return task.State.Reopen }

// turn is a timer of technician-1; assigning them was turn 1.
func turn(n int) task.Timer { return task.Timer{Technician: "technician-1", Turn: n} }

func cancel(reason string) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.Cancel(reason, end) }
}

// save fills in the worksheet by somebody who has seen what is current.
func save(v task.Values) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		return s.SaveWorksheet(task.Filling{Values: v, Base: s.Worksheet.Version, By: "technician-1", At: start})
	}
}

// saveOn fills in the worksheet by somebody who has seen the version.
func saveOn(version int, v task.Values) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		return s.SaveWorksheet(task.Filling{Values: v, Base: version, By: "technician-1", At: start})
	}
}

// version is what technician-1 has saved at a time.
func version(n int, v task.Values, effort task.Effort, at time.Time) task.WorksheetSaved {
	return task.WorksheetSaved{
		Version: n, Values: v, Effort: effort, Hash: task.Hash(n, v, effort), SavedAt: at, SavedBy: "technician-1",
	}
}

// sign signs what is current, unless it is changed.
func sign(change ...func(*task.Signing)) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		w := task.Signing{
			Version: s.Worksheet.Version, Hash: s.Worksheet.Hash, Name: "Customer A", Image: image, Via: "portal", At: end,
		}
		for _, c := range change {
			c(&w)
		}
		return s.Sign(w)
	}
}

func share() rule { return task.State.Share }

// inPortal signs where no more is seen than what was shared.
func inPortal(w *task.Signing) { w.Shown = true }

func number(n string) rule {
	return func(s task.State) ([]aggregates.Event, error) { return s.SetNumber(n) }
}

// visit are the rules up to a technician at work.
func visit(change ...func(*task.Draft)) []rule {
	return []rule{create(change...), assign("technician-1"), schedule(start, end), begin("technician-1", false)}
}

func with(rules []rule, more ...rule) []rule { return append(slices.Clip(rules), more...) }

// given is a task after rules that follow each other from nothing.
func given(t *testing.T, rules ...rule) aggregatetest.Given[task.State] {
	t.Helper()
	var events []aggregates.Event
	for _, r := range rules {
		more, err := r(task.Model.Fold(events...))
		if err != nil {
			t.Fatalf("given: %v", err)
		}
		events = append(events, more...)
	}
	return aggregatetest.For(t, task.Model, events...)
}

func values(t *testing.T, text string) task.Values {
	t.Helper()
	var v task.Values
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
