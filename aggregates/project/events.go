package project

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ projectEvent() }

// Created begins a project. DefaultWorksheetTemplate counts only while
// worksheets are enabled (F-11, F-13); SignatureRequired lets no task of it be
// done without the customer's signature; PortalVisible shows its tasks to the
// customers who follow them.
type Created struct {
	Project                  uuid.UUID `json:"project"`
	Name                     string    `json:"name"`
	FieldService             bool      `json:"field_service"`
	WorksheetsEnabled        bool      `json:"worksheets_enabled"`
	DefaultWorksheetTemplate uuid.UUID `json:"default_worksheet_template,omitzero"`
	SignatureRequired        bool      `json:"signature_required"`
	PortalVisible            bool      `json:"portal_visible"`
}

// WorksheetsSet switches worksheets on or off for tasks planned from now on;
// those that have one keep it (domain.md 2.11).
type WorksheetsSet struct {
	Enabled         bool      `json:"enabled"`
	DefaultTemplate uuid.UUID `json:"default_template,omitzero"`
}

// Archived lets no more visits be planned in the project (domain.md 2.11).
type Archived struct{}

// Unarchived takes that back.
type Unarchived struct{}

func (Created) projectEvent()       {}
func (WorksheetsSet) projectEvent() {}
func (Archived) projectEvent()      {}
func (Unarchived) projectEvent()    {}

// Model is the project aggregate: streams "project-<id>".
var Model = aggregates.NewModel("project", evolve,
	aggregates.Define[Created]("project-created"),
	aggregates.Define[WorksheetsSet]("project-worksheets-set"),
	aggregates.Define[Archived]("project-archived"),
	aggregates.Define[Unarchived]("project-unarchived"),
)
