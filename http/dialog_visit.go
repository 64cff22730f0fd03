package http

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/project"
	"aftersales/projections/candidates"
)

// interventionOptions is the popup Create a Field Service task (F-04 to F-13).
func (s *Server) interventionOptions(ctx context.Context, d *dialog) error {
	all, more, err := candidates.Projects(ctx, d.q, candidates.Filter{Usable: true})
	if err != nil {
		return err
	}
	for _, p := range all {
		d.offer("projects", object{"id": p.ID, "name": p.Name, "worksheets_enabled": p.WorksheetsEnabled, "portal_visible": p.PortalVisible})
	}
	d.close("projects", more)
	if len(all) == 0 {
		code := "project_required"
		d.EmptyReason = &code
	}
	if err := d.tags(ctx); err != nil {
		return err
	}
	p, err := d.project(ctx)
	if err != nil {
		return err
	}
	template, err := d.templates(ctx, p)
	d.Defaults = object{"title": d.Ticket.Details.Title, "project": maybe(p.ID), "worksheet_template": maybe(template), "priority": 0, "tags": []string{}}
	d.Fields = map[string]field{
		"title": required, "project": required, "worksheet_template": shownIf(p.WorksheetsEnabled, optional),
		"description": optional, "deadline": optional, "priority": optional, "tags": optional,
	}
	return err
}

// project is the query's, by default the team's unless that is archived (F-06,
// F-07).
func (d *dialog) project(ctx context.Context) (project.State, error) {
	id, err := d.chosen("project", d.Team.Project)
	if err != nil || id == uuid.Nil {
		return project.State{}, err
	}
	found, _, err := candidates.Projects(ctx, d.q, candidates.Filter{ID: id})
	switch {
	case err != nil:
		return project.State{}, err
	case len(found) == 0:
		return project.State{}, aggregates.Refuse("project_not_found").On("project")
	case !found[0].FieldService:
		return project.State{}, aggregates.Refuse("project_not_field_service").On("project")
	case found[0].Archived && d.request.URL.Query().Has("project"):
		return project.State{}, aggregates.Refuse("project_archived").On("project")
	case found[0].Archived:
		return project.State{}, nil
	}
	return found[0], nil
}

// templates offers the worksheet templates that tasks of the project may have, its
// own as the default, when it has worksheets (F-11 to F-13).
func (d *dialog) templates(ctx context.Context, p project.State) (uuid.UUID, error) {
	d.close("worksheet_templates", false)
	if !p.WorksheetsEnabled {
		return uuid.Nil, nil
	}
	all, more, err := candidates.Templates(ctx, d.q)
	byDefault := uuid.Nil
	for _, t := range all {
		if t.Project != uuid.Nil && t.Project != p.ID {
			continue
		}
		d.offer("worksheet_templates", object{"id": t.ID, "name": t.Name, "version": t.Version})
		if t.ID == p.DefaultWorksheetTemplate {
			byDefault = t.ID
		}
	}
	d.close("worksheet_templates", more)
	return byDefault, err
}
