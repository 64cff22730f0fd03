package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/project"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/worksheet"
)

// PlanIntervention makes a field-service task of a ticket (F-01 to F-15).
// Without a title it is the ticket's, without a project the team's, without a
// worksheet template the project's. Deadline is "" for none, Priority 0 to
// task.MaxPriority.
type PlanIntervention struct {
	Ticket            uuid.UUID       `json:"-"`
	ID                *uuid.UUID      `json:"id"`
	Title             *string         `json:"title"`
	Project           uuid.UUID       `json:"project"`
	WorksheetTemplate uuid.UUID       `json:"worksheet_template"`
	Description       string          `json:"description"`
	Deadline          aggregates.Date `json:"deadline"`
	Priority          int             `json:"priority"`
	Tags              []string        `json:"tags"`
}

func (PlanIntervention) commandName() string { return "plan-intervention" }

func (c PlanIntervention) execute(ctx context.Context, x *execution) error {
	t, err := x.service(ctx, c.Ticket, team.FieldService)
	if err != nil {
		return err
	}
	draft, err := c.draft(ctx, x, t)
	if err != nil {
		return err
	}
	for _, code := range draft.Warnings() {
		x.warn(code)
	}
	rule := func(s task.State) ([]aggregates.Event, error) { return s.Create(draft) }
	if draft.About.Tags, err = tagged(ctx, x, task.Model, draft.ID, c.Tags, rule); err != nil {
		return err
	}
	_, err = create(ctx, x, "task", task.Model, draft.ID, rule)
	return err
}

// draft looks up what the task names. What cannot be had is refused by the rule,
// in the order of domain.md 3.5.
func (c PlanIntervention) draft(ctx context.Context, x *execution, t ticket.State) (task.Draft, error) {
	d := task.Draft{
		ID: x.newID(c.ID), Ticket: c.Ticket, Title: t.Details.Title,
		About: task.About{Description: c.Description, Deadline: c.Deadline, Priority: c.Priority},
	}
	if c.Title != nil {
		d.Title = *c.Title
	}
	visited, err := x.customer(ctx, "customer", t.Details.Customer)
	if err != nil {
		return d, err
	}
	d.Customer = task.Customer{ID: visited.ID, Entity: visited.Entity, HasAddress: visited.Address != ""}
	if c.Project == uuid.Nil {
		owner, err := load(ctx, x, team.Model, t.Details.Team)
		if err != nil {
			return d, err
		}
		c.Project = owner.State.Project
	}
	p, err := named(ctx, x, "project", "project", project.Model, c.Project)
	if !asRefusal(err, &d.Missing.Project) {
		return d, err
	}
	d.Project = task.Project{ID: p.ID, FieldService: p.FieldService, Archived: p.Archived, Flags: task.Flags{
		WorksheetsEnabled: p.WorksheetsEnabled, SignatureRequired: p.SignatureRequired, PortalVisible: p.PortalVisible,
	}}
	if d.Project.DefaultTemplate, err = x.template(ctx, p.DefaultWorksheetTemplate); err != nil {
		return d, err
	}
	if d.Template, err = x.template(ctx, c.WorksheetTemplate); !asRefusal(err, &d.Missing.Template) {
		return d, err
	}
	return d, nil
}

// template is a worksheet template that may be chosen; nil for none.
func (x *execution) template(ctx context.Context, id uuid.UUID) (*task.Choice, error) {
	if id == uuid.Nil {
		return nil, nil
	}
	w, err := named(ctx, x, "worksheet_template", "template", worksheet.Model, id)
	if err != nil {
		return nil, err
	}
	return &task.Choice{
		Template: task.Template{ID: w.ID, Version: w.Version, Fields: w.Fields}, Archived: w.Archived, Only: w.Project,
	}, nil
}
