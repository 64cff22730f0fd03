// Package team is the helpdesk team: which of the five after-sales services
// its tickets offer (requirements S-01 to S-13).
package team

import (
	"maps"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Service is one of the five after-sales services.
type Service string

// The services, in the order of the settings page.
const (
	Refunds      Service = "refunds"
	Coupons      Service = "coupons"
	Returns      Service = "returns"
	Repairs      Service = "repairs"
	FieldService Service = "field_service"
)

// modules are the applications that each service switches on (domain.md 2.2).
var modules = map[Service][]string{
	Refunds:      {"invoicing"},
	Coupons:      {"sales", "loyalty"},
	Returns:      {"inventory"},
	Repairs:      {"inventory", "repairs"},
	FieldService: {"project", "field_service"},
}

// Known says whether s is one of the five.
func (s Service) Known() bool { return modules[s] != nil }

// State is a team as folded from its events; ID is nil before the first.
type State struct {
	ID       uuid.UUID
	Name     string
	Services map[Service]bool
	Modules  map[string]bool
	Project  uuid.UUID
	Archived bool
	Settings
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		s.ID, s.Name, s.Settings = e.Team, e.Name, e.Settings
	case SettingsChanged:
		s.Settings = e.Settings
	case ServiceEnabled:
		s.Services = with(s.Services, e.Service, true)
		for _, m := range e.ModulesActivated {
			s.Modules = with(s.Modules, m, true)
		}
	case ServiceDisabled:
		s.Services = with(s.Services, e.Service, false)
	case FieldServiceProjectSet:
		s.Project = e.Project
	case Archived:
		s.Archived = true
	case Unarchived:
		s.Archived = false
	}
	return s
}

// Create begins the team.
func (s State) Create(c Created) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	c.Name = strings.TrimSpace(c.Name)
	var fields check.Fields
	fields.Name("name", c.Name)
	c.check(&fields)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{c}, nil
}

// Enable switches a service on. Where it needs modules that the team does not
// use yet, modulesConfirmed must say that the person was warned (S-11); field
// service needs a project first (S-12). An enabled service stays as it is.
func (s State) Enable(service Service, modulesConfirmed bool) ([]aggregates.Event, error) {
	if s.Services[service] {
		return nil, nil
	}
	if service == FieldService && s.Project == uuid.Nil {
		return nil, aggregates.Refuse("fsm_project_required")
	}
	missing := s.MissingModules(service)
	if len(missing) > 0 && !modulesConfirmed {
		return nil, aggregates.Refuse("modules_not_confirmed", "modules", strings.Join(missing, ","))
	}
	return []aggregates.Event{ServiceEnabled{Service: service, ModulesActivated: missing}}, nil
}

// MissingModules are the modules that enabling the service would switch on.
func (s State) MissingModules(service Service) []string {
	missing := []string{}
	for _, m := range modules[service] {
		if !s.Modules[m] {
			missing = append(missing, m)
		}
	}
	return missing
}

// Disable switches a service off; documents made with it stay (S-13).
func (s State) Disable(service Service) ([]aggregates.Event, error) {
	if !s.Services[service] {
		return nil, nil
	}
	return []aggregates.Event{ServiceDisabled{Service: service}}, nil
}

// SetProject sets the default field-service project (S-12).
func (s State) SetProject(project uuid.UUID) ([]aggregates.Event, error) {
	if s.Project == project {
		return nil, nil
	}
	return []aggregates.Event{FieldServiceProjectSet{Project: project}}, nil
}

// Offers refuses when the service is not enabled for the team's tickets (S-02).
func (s State) Offers(service Service) error {
	if !s.Services[service] {
		return aggregates.Refuse("service_not_enabled")
	}
	return nil
}

func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[K]V{}
	}
	m[k] = v
	return m
}
