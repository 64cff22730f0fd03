package team_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/team"
)

// 2.11: only a team without open tickets is archived.
func TestArchiving(t *testing.T) {
	archive := func(open int) func(team.State) ([]aggregates.Event, error) {
		return func(s team.State) ([]aggregates.Event, error) { return s.Archive(open) }
	}
	known := aggregatetest.For(t, team.Model, created)
	known.When(archive(1)).Refused("team_has_open_tickets")
	known.When(archive(0)).Then(team.Archived{})
	known.When(team.State.Unarchive).Then()
	gone := aggregatetest.For(t, team.Model, created, team.Archived{})
	gone.When(archive(1)).Then() // is archived already
	gone.When(team.State.Unarchive).Then(team.Unarchived{})
	aggregatetest.For(t, team.Model).When(archive(0)).Refused("team_not_found")
	aggregatetest.For(t, team.Model).When(team.State.Unarchive).Refused("team_not_found")
}
