package task_test

import (
	"strings"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/task"
)

func edit(change func(*task.Edit)) rule {
	return func(s task.State) ([]aggregates.Event, error) {
		var w task.Edit
		change(&w)
		return s.ChangeDetails(w)
	}
}

// 2.10: deadline, priority, tags and description are told when the task is made
// and can be changed until it is done or cancelled; what is not told stays.
func TestWhatATaskSaysCanBeChanged(t *testing.T) {
	told := task.About{Description: "It drips", Deadline: "2026-03-31", Priority: 2, Tags: []string{"pump"}}
	made := create(func(d *task.Draft) {
		d.About = task.About{Description: " It drips ", Deadline: "2026-03-31", Priority: 2, Tags: []string{"pump", " ", "pump "}}
	})
	if s := given(t, made).When(none).State(); s.About.Description != told.Description || len(s.Tags) != 1 || s.Priority != 2 {
		t.Errorf("%+v", s.About)
	}
	urgent, title, no, empty := 3, "Look at the pump", aggregates.Date(""), []string{}
	after := told
	after.Priority = urgent
	given(t, made).When(edit(func(w *task.Edit) { w.Priority = &urgent })).Then(task.DetailsChanged{Title: "Repair the pump", About: after})
	given(t, made).When(edit(func(w *task.Edit) { w.Title, w.Deadline, w.Tags = &title, &no, &empty })).
		Then(task.DetailsChanged{Title: title, About: task.About{Description: "It drips", Priority: 2}})
	given(t, made).When(edit(func(*task.Edit) {})).Then()
	bad, blank := 4, " "
	given(t, made).When(edit(func(w *task.Edit) { w.Priority = &bad })).Refused("invalid_value")
	given(t, made).When(edit(func(w *task.Edit) { w.Title = &blank })).Refused("title_required")
	given(t).When(create(func(d *task.Draft) { d.About.Priority = -1 })).Refused("invalid_value")
	long := strings.Repeat("ت", check.MaxText+1)
	given(t, made).When(edit(func(w *task.Edit) { w.Description = &long })).Refused("too_long")
	given(t).When(create(func(d *task.Draft) { d.About.Description = long })).Refused("too_long")
	given(t, made).When(cancel(strings.Repeat("ت", check.MaxReason+1))).Refused("too_long")
	old := func(task.State) ([]aggregates.Event, error) { // from before there was a limit
		return []aggregates.Event{task.DetailsChanged{Title: title, About: task.About{Description: long}}}, nil
	}
	given(t, made, old).When(edit(func(w *task.Edit) { w.Priority = &urgent })).
		Then(task.DetailsChanged{Title: title, About: task.About{Description: long, Priority: urgent}})
	given(t, made, cancel("withdrew")).When(edit(func(w *task.Edit) { w.Priority = &urgent })).Refused("task_not_open")
}
