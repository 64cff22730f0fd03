package team_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/team"
)

// 2.1: a stage is one of the team's, where the team has any.
func TestATeamsStagesBindItsTickets(t *testing.T) {
	bound := team.State{Settings: team.Settings{Stages: []string{"new", "waiting"}}}
	if bound.HasStage("waiting") != nil || bound.HasStage("elsewhere") == nil || (team.State{}).HasStage("elsewhere") != nil {
		t.Error("HasStage takes another stage, or refuses its own")
	}
	for field, stages := range map[string][]string{"twice": {"new", "new"}, "nameless": {" "}} {
		create := func(s team.State) ([]aggregates.Event, error) {
			return s.Create(team.Created{Team: id, Name: field, Settings: team.Settings{Stages: stages}})
		}
		aggregatetest.For(t, team.Model).When(create).Refused("invalid_value")
	}
}

// 2.1: some of a team's stages are closed, work begins in the first of the others.
func TestFoldedStagesAreSomeOfTheStages(t *testing.T) {
	inbox, solved, dropped := "Inbox", "Solved", "Dropped"
	folding := team.State{Settings: team.Settings{Stages: []string{dropped, inbox, solved}, FoldedStages: []string{solved, dropped}}}
	if folding.OpenStage() != inbox || folding.ClosedStage() != solved || !folding.Folds(dropped) || folding.Folds(inbox) {
		t.Errorf("%q, %q", folding.OpenStage(), folding.ClosedStage())
	}
	if free := (team.State{}); free.OpenStage() != "new" || free.ClosedStage() != "" || free.Folds("new") {
		t.Error("a team without stages folds some")
	}
	change := func(folded ...string) func(team.State) ([]aggregates.Event, error) {
		return func(s team.State) ([]aggregates.Event, error) {
			return s.ChangeSettings(team.Settings{Stages: []string{inbox, solved}, FoldedStages: folded})
		}
	}
	given := aggregatetest.For(t, team.Model, created)
	given.When(change(solved)).Then(team.SettingsChanged{Settings: team.Settings{Stages: []string{inbox, solved}, FoldedStages: []string{solved}}})
	given.When(change(dropped)).Refused("invalid_value")
	given.When(change(solved, solved)).Refused("invalid_value")
	given.When(change(solved, inbox)).Refused("invalid_value")
}

// 2.1: customers close only where the team lets them.
func TestCustomersCloseOnlyIfTheTeamLetsThem(t *testing.T) {
	if (team.State{}).LetsCustomersClose() == nil || (team.State{Settings: team.Settings{CustomersMayClose: true}}).LetsCustomersClose() != nil {
		t.Error("the switch does not decide")
	}
}

// 2.2: the settings are changed as a whole; the same again is no event.
func TestSettingsAreChanged(t *testing.T) {
	to := team.Settings{AutoCloseDays: 7, Stages: []string{"new"}, CustomersMayClose: true}
	change := func(to team.Settings) func(team.State) ([]aggregates.Event, error) {
		return func(s team.State) ([]aggregates.Event, error) { return s.ChangeSettings(to) }
	}
	given := aggregatetest.For(t, team.Model, created)
	given.When(change(to)).Then(team.SettingsChanged{Settings: to})
	given.When(change(team.Settings{Stages: []string{}})).Then()
	given.When(change(team.Settings{AutoCloseDays: 3651})).Refused("invalid_value")
	given.When(change(team.Settings{Stages: []string{"new", "new"}})).Refused("invalid_value")
	aggregatetest.For(t, team.Model, created, team.SettingsChanged{Settings: to}).When(change(to)).Then()
	aggregatetest.For(t, team.Model).When(change(to)).Refused("team_not_found")
}
