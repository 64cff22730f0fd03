package project_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/project"
)

var (
	id       = uuid.MustParse("9d1c3a10-0000-4000-8000-000000000001")
	template = uuid.MustParse("9d1c3a10-0000-4000-8000-000000000002")
)

func create(p project.Created) func(project.State) ([]aggregates.Event, error) {
	return func(s project.State) ([]aggregates.Event, error) { return s.Create(p) }
}

func TestAProjectIsCreatedOnce(t *testing.T) {
	p := project.Created{
		Project: id, Name: "Visits", FieldService: true, WorksheetsEnabled: true,
		DefaultWorksheetTemplate: template, SignatureRequired: true, PortalVisible: true,
	}
	outcome := aggregatetest.For(t, project.Model).When(create(p))
	outcome.Then(p)
	want := project.State{
		ID: id, Name: "Visits", FieldService: true, WorksheetsEnabled: true,
		DefaultWorksheetTemplate: template, SignatureRequired: true, PortalVisible: true,
	}
	if got := outcome.State(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	aggregatetest.For(t, project.Model, p).When(create(p)).Refused("already_exists")
}

func TestAProjectNeedsAName(t *testing.T) {
	aggregatetest.For(t, project.Model).When(create(project.Created{Project: id, Name: "\t"})).Refused("required")
}

// F-11, F-13: worksheets are switched on with a default template, or off.
func TestWorksheetsOfAProjectAreSwitched(t *testing.T) {
	set := func(on bool, of uuid.UUID) func(project.State) ([]aggregates.Event, error) {
		return func(s project.State) ([]aggregates.Event, error) { return s.SetWorksheets(on, of) }
	}
	p := project.Created{Project: id, Name: "Visits", FieldService: true}
	given := aggregatetest.For(t, project.Model, p)
	given.When(set(true, template)).Then(project.WorksheetsSet{Enabled: true, DefaultTemplate: template})
	given.When(set(false, uuid.Nil)).Then()
	aggregatetest.For(t, project.Model, p, project.Archived{}).When(set(true, template)).Refused("project_archived")
	aggregatetest.For(t, project.Model).When(set(true, template)).Refused("project_not_found")
}
