package task_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

// F-01, F-02, F-05, F-06, F-11: the customer follows the task from the start.
func TestATaskIsCreatedAndItsCustomerFollowsIt(t *testing.T) {
	given(t).When(create(func(d *task.Draft) { d.Title = " Repair the pump\n" })).Then(
		task.Created{
			Task: id("task"), Ticket: id("ticket"), Title: "Repair the pump", Project: id("project"),
			Flags:    task.Flags{WorksheetsEnabled: true, SignatureRequired: true, PortalVisible: true},
			Customer: customer.ID, Entity: customer.Entity, Template: &report,
		},
		task.FollowerAdded{Customer: customer.ID},
	)
	given(t, create()).When(create()).Refused("already_exists")
}

// 3.5: the checks and their order; each fault is put in front of all later ones.
func TestPlanningChecksInTheOrderOfTheDialog(t *testing.T) {
	faults := []struct {
		code  string
		spoil func(*task.Draft)
	}{
		{"template_not_allowed", func(d *task.Draft) { d.Template = &task.Choice{Template: report, Only: id("other project")} }},
		{"template_archived", func(d *task.Draft) { d.Template.Archived = true }},
		{"worksheets_not_enabled", func(d *task.Draft) { d.Project.WorksheetsEnabled = false }},
		{"project_archived", func(d *task.Draft) { d.Project.Archived = true }},
		{"project_not_field_service", func(d *task.Draft) { d.Project.FieldService = false }},
		{"project_required", func(d *task.Draft) { d.Project.ID = uuid.Nil }},
		{"title_too_long", func(d *task.Draft) { d.Title = strings.Repeat("ی", task.MaxTitle+1) }},
		{"title_required", func(d *task.Draft) { d.Title = " \t" }},
		{"customer_required", func(d *task.Draft) { d.Customer = task.Customer{} }},
	}
	var spoilt []func(*task.Draft)
	for _, f := range faults {
		spoilt = append(spoilt, f.spoil)
		given(t).When(create(spoilt...)).Refused(f.code)
	}
}

// F-05: the limit counts characters, not bytes.
func TestATitleHasUpTo200Characters(t *testing.T) {
	title := strings.Repeat("ی", task.MaxTitle)
	s := given(t).When(create(func(d *task.Draft) { d.Title = title })).State()
	if s.Title != title {
		t.Errorf("got %q", s.Title)
	}
}

// F-08, F-11 to F-13, example 21: the default template comes with its project,
// another may be chosen, and without worksheets there is none.
func TestTheTemplateFollowsTheProject(t *testing.T) {
	other := task.Template{ID: id("other template"), Version: 1, Fields: report.Fields[:1]}
	cases := map[string]struct {
		change func(*task.Draft)
		want   *task.Template
	}{
		"default":           {func(*task.Draft) {}, &report},
		"replaced":          {func(d *task.Draft) { d.Template = &task.Choice{Template: other} }, &other},
		"of this project":   {func(d *task.Draft) { d.Template = &task.Choice{Template: other, Only: id("project")} }, &other},
		"no worksheets":     {func(d *task.Draft) { d.Project.WorksheetsEnabled = false }, nil},
		"no default":        {func(d *task.Draft) { d.Project.DefaultTemplate = nil }, nil},
		"archived default":  {func(d *task.Draft) { d.Project.DefaultTemplate = &task.Choice{Template: report, Archived: true} }, nil},
		"default elsewhere": {func(d *task.Draft) { d.Project.DefaultTemplate = &task.Choice{Template: report, Only: id("x")} }, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, given(t).When(create(c.change)).State().Template); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// F-13: that the field does not apply is told before that the template is unknown.
func TestAnUnknownTemplateIsToldWhereOneMayBeChosen(t *testing.T) {
	missing := aggregates.Refuse("worksheet_template_not_found")
	unknown := func(enabled bool) func(*task.Draft) {
		return func(d *task.Draft) { d.Missing.Template, d.Project.WorksheetsEnabled = missing, enabled }
	}
	given(t).When(create(unknown(true))).Refused("worksheet_template_not_found")
	given(t).When(create(unknown(false))).Refused("worksheets_not_enabled")
}

// 3.5: warnings do not block.
func TestWarningsTellOfAMissingAddressAndAHiddenProject(t *testing.T) {
	d := draft(func(d *task.Draft) { d.Customer.HasAddress, d.Project.PortalVisible = false, false })
	if diff := cmp.Diff([]string{"customer_without_address", "task_not_visible_to_customer"}, d.Warnings()); diff != "" {
		t.Error(diff)
	}
	if w := draft().Warnings(); len(w) > 0 {
		t.Errorf("got %v", w)
	}
}

func TestATaskIsNumberedOnce(t *testing.T) {
	given(t, create()).When(number("TASK/00001")).Then(task.Numbered{Number: "TASK/00001"})
	given(t, create(), number("TASK/00001")).When(number("TASK/00002")).Then()
}
