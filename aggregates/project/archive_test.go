package project_test

import (
	"testing"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/project"
)

// 2.11: active and archived.
func TestArchiving(t *testing.T) {
	registered := project.Created{Project: id, Name: "Visits"}
	known := aggregatetest.For(t, project.Model, registered)
	known.When(project.State.Archive).Then(project.Archived{})
	aggregatetest.For(t, project.Model, registered, project.Archived{}).When(project.State.Archive).Then()
	aggregatetest.For(t, project.Model).When(project.State.Archive).Refused("project_not_found")
	aggregatetest.For(t, project.Model, registered, project.Archived{}).When(project.State.Unarchive).Then(project.Unarchived{})
	known.When(project.State.Unarchive).Then()
	aggregatetest.For(t, project.Model).When(project.State.Unarchive).Refused("project_not_found")
}
