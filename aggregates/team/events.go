package team

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ teamEvent() }

// Created begins a team without any after-sales service (S-10).
type Created struct {
	Team uuid.UUID `json:"team"`
	Name string    `json:"name"`
	Settings
}

// SettingsChanged replaces the team's settings.
type SettingsChanged struct {
	Settings
}

// ServiceEnabled switches a service on; ModulesActivated are the applications
// that it depends on and that the person confirmed (S-11).
type ServiceEnabled struct {
	Service          Service  `json:"service"`
	ModulesActivated []string `json:"modules_activated"`
}

// ServiceDisabled switches a service off for new commands (S-13).
type ServiceDisabled struct {
	Service Service `json:"service"`
}

// FieldServiceProjectSet is the team's default project for visits (S-12).
type FieldServiceProjectSet struct {
	Project uuid.UUID `json:"project"`
}

// Archived keeps the team out of new tickets (domain.md 2.11).
type Archived struct{}

// Unarchived takes that back.
type Unarchived struct{}

func (Created) teamEvent()                {}
func (SettingsChanged) teamEvent()        {}
func (ServiceEnabled) teamEvent()         {}
func (ServiceDisabled) teamEvent()        {}
func (FieldServiceProjectSet) teamEvent() {}
func (Archived) teamEvent()               {}
func (Unarchived) teamEvent()             {}

// Model is the team aggregate: streams "team-<id>".
var Model = aggregates.NewModel("team", evolve,
	aggregates.Define[Created]("team-created"),
	aggregates.Define[SettingsChanged]("team-settings-changed"),
	aggregates.Define[ServiceEnabled]("team-service-enabled"),
	aggregates.Define[ServiceDisabled]("team-service-disabled"),
	aggregates.Define[FieldServiceProjectSet]("team-field-service-project-set"),
	aggregates.Define[Archived]("team-archived"),
	aggregates.Define[Unarchived]("team-unarchived"),
)
