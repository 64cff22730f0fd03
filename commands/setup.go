package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/project"
	"aftersales/aggregates/team"
	"aftersales/aggregates/worksheet"
)

// create begins a document that lives in a stream of its own.
func create[S any](ctx context.Context, x *execution, kind string, m aggregates.Model[S], id uuid.UUID, rule func(S) ([]aggregates.Event, error)) (S, error) {
	x.begins(kind, id, m.Stream(id))
	return decide(ctx, x, m, id, rule)
}

// change decides about a document that must exist; without it the refusal is
// <kind>_not_found.
func change[S any](ctx context.Context, x *execution, kind string, m aggregates.Model[S], id uuid.UUID, rule func(S) ([]aggregates.Event, error)) (S, error) {
	x.match = m.Stream(id)
	x.concerns(kind, id, x.match)
	l, err := load(ctx, x, m, id)
	if err != nil {
		return l.State, err
	}
	if !l.Exists {
		return l.State, aggregates.Refuse(kind + "_not_found")
	}
	return decide(ctx, x, m, id, rule)
}

// named loads a document that a field of the body names; uuid.Nil is none.
// Without it the refusal is <kind>_not_found on the field.
func named[S any](ctx context.Context, x *execution, field, kind string, m aggregates.Model[S], id uuid.UUID) (S, error) {
	var none S
	if id == uuid.Nil {
		return none, nil
	}
	l, err := load(ctx, x, m, id)
	if err == nil && !l.Exists {
		err = aggregates.Refuse(kind + "_not_found").On(field)
	}
	return l.State, err
}

// CreateTeam begins a helpdesk team (S-01).
type CreateTeam struct {
	ID                *uuid.UUID `json:"id"`
	Name              string     `json:"name"`
	AutoCloseDays     int        `json:"auto_close_days"`
	Stages            []string   `json:"stages"`
	FoldedStages      []string   `json:"folded_stages"`
	CustomersMayClose bool       `json:"customers_may_close"`
}

func (CreateTeam) commandName() string { return "create-team" }

func (c CreateTeam) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id := x.newID(c.ID)
	_, err := create(ctx, x, "team", team.Model, id, func(s team.State) ([]aggregates.Event, error) {
		return s.Create(team.Created{
			Team: id, Name: c.Name, Settings: team.Settings{
				AutoCloseDays: c.AutoCloseDays, Stages: c.Stages, FoldedStages: c.FoldedStages, CustomersMayClose: c.CustomersMayClose,
			},
		})
	})
	return err
}

// ChangeTeamSettings changes what a team's page sets besides its services; what
// is not named stays.
type ChangeTeamSettings struct {
	Team              uuid.UUID `json:"-"`
	AutoCloseDays     *int      `json:"auto_close_days"`
	Stages            *[]string `json:"stages"`
	FoldedStages      *[]string `json:"folded_stages"`
	CustomersMayClose *bool     `json:"customers_may_close"`
}

func (ChangeTeamSettings) commandName() string { return "change-team-settings" }

func (c ChangeTeamSettings) execute(ctx context.Context, x *execution) error {
	if err := x.ownTeam(c.Team); err != nil {
		return err
	}
	_, err := change(ctx, x, "team", team.Model, c.Team, func(s team.State) ([]aggregates.Event, error) {
		to := s.Settings
		if c.AutoCloseDays != nil {
			to.AutoCloseDays = *c.AutoCloseDays
		}
		if c.Stages != nil {
			to.Stages = *c.Stages
		}
		if c.FoldedStages != nil {
			to.FoldedStages = *c.FoldedStages
		}
		if c.CustomersMayClose != nil {
			to.CustomersMayClose = *c.CustomersMayClose
		}
		return s.ChangeSettings(to)
	})
	return err
}

// EnableTeamService switches one of the five services on (S-02 to S-12).
type EnableTeamService struct {
	Team             uuid.UUID    `json:"-"`
	Service          team.Service `json:"-"`
	ModulesConfirmed bool         `json:"modules_confirmed"`
}

func (EnableTeamService) commandName() string { return "enable-team-service" }

func (c EnableTeamService) execute(ctx context.Context, x *execution) error {
	if err := x.teamService(c.Team, c.Service); err != nil {
		return err
	}
	_, err := change(ctx, x, "team", team.Model, c.Team, func(s team.State) ([]aggregates.Event, error) {
		return s.Enable(c.Service, c.ModulesConfirmed)
	})
	return err
}

// DisableTeamService switches a service off (S-13).
type DisableTeamService struct {
	Team    uuid.UUID    `json:"-"`
	Service team.Service `json:"-"`
}

func (DisableTeamService) commandName() string { return "disable-team-service" }

func (c DisableTeamService) execute(ctx context.Context, x *execution) error {
	if err := x.teamService(c.Team, c.Service); err != nil {
		return err
	}
	_, err := change(ctx, x, "team", team.Model, c.Team, func(s team.State) ([]aggregates.Event, error) {
		return s.Disable(c.Service)
	})
	return err
}

func (x *execution) teamService(id uuid.UUID, s team.Service) error {
	if err := x.ownTeam(id); err != nil {
		return err
	}
	if !s.Known() {
		return aggregates.Refuse("not_found")
	}
	return nil
}

// ownTeam is authorise for a command on a team: others do not exist for a
// principal who is limited to teams.
func (x *execution) ownTeam(id uuid.UUID) error {
	if err := x.authorise(); err != nil {
		return err
	}
	if !x.req.Principal.WorksFor(id) {
		return aggregates.Refuse("team_not_found")
	}
	return nil
}

// SetFieldServiceProject sets a team's default project for visits (S-12).
type SetFieldServiceProject struct {
	Team    uuid.UUID `json:"-"`
	Project uuid.UUID `json:"project"`
}

func (SetFieldServiceProject) commandName() string { return "set-field-service-project" }

func (c SetFieldServiceProject) execute(ctx context.Context, x *execution) error {
	if err := x.ownTeam(c.Team); err != nil {
		return err
	}
	if c.Project == uuid.Nil {
		return aggregates.Refuse("fsm_project_required").On("project")
	}
	p, err := named(ctx, x, "project", "project", project.Model, c.Project)
	if err != nil {
		return err
	}
	switch {
	case !p.FieldService:
		return aggregates.Refuse("project_not_field_service").On("project")
	case p.Archived:
		return aggregates.Refuse("project_archived").On("project")
	}
	_, err = change(ctx, x, "team", team.Model, c.Team, func(s team.State) ([]aggregates.Event, error) {
		return s.SetProject(c.Project)
	})
	return err
}

// CreateProject begins a project that visits are planned in.
type CreateProject struct {
	ID                       *uuid.UUID `json:"id"`
	Name                     string     `json:"name"`
	FieldService             bool       `json:"field_service"`
	WorksheetsEnabled        bool       `json:"worksheets_enabled"`
	DefaultWorksheetTemplate uuid.UUID  `json:"default_worksheet_template"`
	SignatureRequired        bool       `json:"signature_required"`
	PortalVisible            bool       `json:"portal_visible"`
}

func (CreateProject) commandName() string { return "create-project" }

func (c CreateProject) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id := x.newID(c.ID)
	unfit := x.defaultTemplate(ctx, id, c.DefaultWorksheetTemplate)
	_, err := create(ctx, x, "project", project.Model, id, func(s project.State) ([]aggregates.Event, error) {
		events, err := s.Create(project.Created{
			Project: id, Name: c.Name, FieldService: c.FieldService, WorksheetsEnabled: c.WorksheetsEnabled,
			DefaultWorksheetTemplate: c.DefaultWorksheetTemplate, SignatureRequired: c.SignatureRequired,
			PortalVisible: c.PortalVisible,
		})
		return events, together(unfit, err)
	})
	return err
}

// DefineWorksheet makes a worksheet template, for the tasks of a project or of all.
type DefineWorksheet struct {
	ID      *uuid.UUID        `json:"id"`
	Name    string            `json:"name"`
	Project uuid.UUID         `json:"project"`
	Fields  []worksheet.Field `json:"fields"`
}

func (DefineWorksheet) commandName() string { return "define-worksheet" }

func (c DefineWorksheet) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, unknown := named(ctx, x, "project", "project", project.Model, c.Project)
	id := x.newID(c.ID)
	_, err := create(ctx, x, "worksheet_template", worksheet.Model, id, func(s worksheet.State) ([]aggregates.Event, error) {
		events, err := s.Define(id, c.Name, c.Project, c.Fields)
		return events, together(unknown, err)
	})
	return err
}
