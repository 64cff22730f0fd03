package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/project"
	"aftersales/aggregates/worksheet"
)

// SetProjectWorksheets switches the worksheets of a project on or off for new
// tasks (F-11, F-13).
type SetProjectWorksheets struct {
	Project                  uuid.UUID `json:"-"`
	Enabled                  *bool     `json:"enabled"`
	DefaultWorksheetTemplate uuid.UUID `json:"default_worksheet_template"`
}

func (SetProjectWorksheets) commandName() string { return "set-project-worksheets" }

func (c SetProjectWorksheets) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "project", project.Model, c.Project, func(s project.State) ([]aggregates.Event, error) {
		if s.ID != uuid.Nil && c.Enabled == nil {
			return nil, aggregates.Refuse("required").On("enabled")
		}
		if err := x.defaultTemplate(ctx, c.Project, c.DefaultWorksheetTemplate); s.ID != uuid.Nil && err != nil {
			return nil, err
		}
		return s.SetWorksheets(c.Enabled != nil && *c.Enabled, c.DefaultWorksheetTemplate)
	})
}

// ReviseWorksheet publishes the next version of a worksheet template.
type ReviseWorksheet struct {
	Template uuid.UUID         `json:"-"`
	Name     string            `json:"name"`
	Fields   []worksheet.Field `json:"fields"`
}

func (ReviseWorksheet) commandName() string { return "revise-worksheet" }

func (c ReviseWorksheet) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "worksheet_template", worksheet.Model, c.Template, func(s worksheet.State) ([]aggregates.Event, error) {
		return s.Revise(c.Name, c.Fields)
	})
}

// defaultTemplate refuses a template that the tasks of a project could not have:
// template_not_found, template_archived, template_not_allowed. uuid.Nil is none.
func (x *execution) defaultTemplate(ctx context.Context, projectID, id uuid.UUID) error {
	w, err := named(ctx, x, "default_worksheet_template", "template", worksheet.Model, id)
	switch {
	case err != nil:
		return err
	case w.Archived:
		return aggregates.Refuse("template_archived").On("default_worksheet_template")
	case w.Project != uuid.Nil && w.Project != projectID:
		return aggregates.Refuse("template_not_allowed").On("default_worksheet_template")
	}
	return nil
}
