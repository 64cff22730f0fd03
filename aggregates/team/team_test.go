package team_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/team"
)

var (
	id      = uuid.MustParse("0b9a4bb2-30a4-4a2c-8d51-1d3f3e7f5a01")
	project = uuid.MustParse("0b9a4bb2-30a4-4a2c-8d51-1d3f3e7f5a02")
	created = team.Created{Team: id, Name: "Support"}
)

func enable(s team.Service, confirmed bool) func(team.State) ([]aggregates.Event, error) {
	return func(t team.State) ([]aggregates.Event, error) { return t.Enable(s, confirmed) }
}

// S-11: the person is warned before modules are switched on.
func TestEnablingAServiceNeedsItsModulesConfirmed(t *testing.T) {
	given := aggregatetest.For(t, team.Model, created)
	given.When(enable(team.Coupons, false)).Refused("modules_not_confirmed")
	given.When(enable(team.Coupons, true)).
		Then(team.ServiceEnabled{Service: team.Coupons, ModulesActivated: []string{"sales", "loyalty"}})
}

// S-10, 2.2: enabling twice is a no-op without event.
func TestEnablingTwiceChangesNothing(t *testing.T) {
	aggregatetest.For(t, team.Model, created, team.ServiceEnabled{Service: team.Returns}).
		When(enable(team.Returns, false)).Then()
}

// 2.2: so is disabling what is not enabled.
func TestDisablingTwiceChangesNothing(t *testing.T) {
	disable := func(t team.State) ([]aggregates.Event, error) { return t.Disable(team.Returns) }
	given := aggregatetest.For(t, team.Model, created, team.ServiceEnabled{Service: team.Returns})
	given.When(disable).Then(team.ServiceDisabled{Service: team.Returns})
	aggregatetest.For(t, team.Model, created).When(disable).Then()
}

// S-12: field service needs a project.
func TestFieldServiceNeedsAProject(t *testing.T) {
	aggregatetest.For(t, team.Model, created).
		When(enable(team.FieldService, true)).Refused("fsm_project_required")
	aggregatetest.For(t, team.Model, created, team.FieldServiceProjectSet{Project: project}).
		When(enable(team.FieldService, true)).
		Then(team.ServiceEnabled{Service: team.FieldService, ModulesActivated: []string{"project", "field_service"}})
}

// S-02, S-05 to S-09, S-13: a service is offered while it is enabled.
func TestAServiceIsOfferedWhileEnabled(t *testing.T) {
	for _, s := range []team.Service{team.Refunds, team.Coupons, team.Returns, team.Repairs, team.FieldService} {
		on := team.Model.Fold(created, team.ServiceEnabled{Service: s})
		if err := on.Offers(s); err != nil {
			t.Errorf("%s enabled: %v", s, err)
		}
		off := team.Model.Evolve(on, team.ServiceDisabled{Service: s})
		if off.Offers(s) == nil {
			t.Errorf("%s is offered after it was disabled", s)
		}
		if on.Offers(s) != nil {
			t.Errorf("evolving changed the older state of %s", s)
		}
	}
}
