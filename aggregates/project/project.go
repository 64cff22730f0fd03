// Package project is a project that on-site interventions are planned in
// (requirements F-06 to F-13).
package project

import (
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// State is a project as folded from its events; ID is nil before the first.
type State struct {
	ID                       uuid.UUID
	Name                     string
	FieldService             bool
	WorksheetsEnabled        bool
	DefaultWorksheetTemplate uuid.UUID
	SignatureRequired        bool
	PortalVisible            bool
	Archived                 bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		s = State{
			ID: e.Project, Name: e.Name, FieldService: e.FieldService,
			WorksheetsEnabled: e.WorksheetsEnabled, DefaultWorksheetTemplate: e.DefaultWorksheetTemplate,
			SignatureRequired: e.SignatureRequired, PortalVisible: e.PortalVisible,
		}
	case WorksheetsSet:
		s.WorksheetsEnabled, s.DefaultWorksheetTemplate = e.Enabled, e.DefaultTemplate
	case Archived:
		s.Archived = true
	case Unarchived:
		s.Archived = false
	}
	return s
}

// Create begins the project.
func (s State) Create(p Created) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	p.Name = strings.TrimSpace(p.Name)
	var fields check.Fields
	fields.Name("name", p.Name)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{p}, nil
}

// SetWorksheets switches worksheets on, with a default template or none, or off
// (F-11, F-13). Refusals: project_not_found, project_archived.
func (s State) SetWorksheets(enabled bool, template uuid.UUID) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("project_not_found")
	case s.Archived:
		return nil, aggregates.Refuse("project_archived")
	case s.WorksheetsEnabled == enabled && s.DefaultWorksheetTemplate == template:
		return nil, nil
	}
	return []aggregates.Event{WorksheetsSet{Enabled: enabled, DefaultTemplate: template}}, nil
}
