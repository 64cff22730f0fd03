package ticket_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	helpdesk "aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// solving is a team whose tickets are closed in the stage Solved.
var solving = helpdesk.State{Settings: helpdesk.Settings{Stages: []string{"Inbox", "Waiting", "Solved", "Dropped"}, FoldedStages: []string{"Solved", "Dropped"}}}

func into(stage string) ticket.StageChanged { return ticket.StageChanged{Stage: stage} }

func moving(stage string, owner helpdesk.State) rule {
	return func(s ticket.State) ([]aggregates.Event, error) { return s.MoveTo(stage, owner) }
}

// 2.1: stages are the team's, so a new ticket is in one of them.
func TestATicketBeginsInTheFirstOpenStageOfItsTeam(t *testing.T) {
	first := opened
	first.Stage = "Inbox"
	open := func(s ticket.State) ([]aggregates.Event, error) { return s.Open(id, "", details, solving) }
	aggregatetest.For(t, ticket.Model).When(open).Then(first, followsA)
	given := aggregatetest.For(t, ticket.Model, first)
	given.When(moving("new", solving)).Refused("stage_not_of_team")
	given.When(moving("Waiting", solving)).Then(into("Waiting"))

	theirs := with(func(d *ticket.Details) { d.Team = chair })
	handOver := func(s ticket.State) ([]aggregates.Event, error) { return s.ChangeDetails(theirs, solving) }
	aggregatetest.For(t, ticket.Model, opened).When(handOver).Then(ticket.DetailsChanged{Details: theirs}, into("Inbox"))
	aggregatetest.For(t, ticket.Model, opened, ticket.Closed{}).When(handOver).Then(ticket.DetailsChanged{Details: theirs}, into("Solved"))
}

// 2.1: a stage that is folded is closed, every other is open.
func TestAFoldedStageIsClosed(t *testing.T) {
	working := aggregatetest.For(t, ticket.Model, opened, into("Waiting"))
	working.When(moving("Solved", solving)).Then(into("Solved"), ticket.Closed{})
	working.When(closing(solving)).Then(into("Solved"), ticket.Closed{})

	solved := aggregatetest.For(t, ticket.Model, opened, into("Dropped"), ticket.Closed{})
	solved.When(closing(solving)).Then()
	solved.When(moving("Solved", solving)).Then(into("Solved"))
	solved.When(moving("Waiting", solving)).Then(into("Waiting"), ticket.Reopened{})
	solved.When(reopening(solving)).Then(into("Inbox"), ticket.Reopened{})
	reply := ticket.MessagePosted{Message: lot, FromCustomer: true, Body: "It broke again.", Entity: customerA}
	solved.When(func(s ticket.State) ([]aggregates.Event, error) { return s.PostMessage(reply, solving) }).Then(reply, into("Inbox"), ticket.Reopened{})

	// Closed or folded before the team said so.
	aggregatetest.For(t, ticket.Model, opened, into("Waiting"), ticket.Closed{}).When(moving("Waiting", solving)).Then(ticket.Reopened{})
	aggregatetest.For(t, ticket.Model, opened, into("Solved")).When(closing(solving)).Then(ticket.Closed{})
	aggregatetest.For(t, ticket.Model, opened, into("Waiting"), ticket.Closed{}).When(reopening(solving)).Then(ticket.Reopened{})
}

// 2.11: a team is archived without open tickets and gets none.
func TestNoTicketOfAnArchivedTeamIsReopened(t *testing.T) {
	gone, free := solving, helpdesk.State{Archived: true}
	gone.Archived = true
	solved := aggregatetest.For(t, ticket.Model, opened, into("Solved"), ticket.Closed{})
	solved.When(reopening(gone)).Refused("team_archived")
	solved.When(reopening(free)).Refused("team_archived")
	solved.When(moving("Inbox", gone)).Refused("team_archived")
	solved.When(moving("Dropped", gone)).Then(into("Dropped"))
	aggregatetest.For(t, ticket.Model, opened).When(reopening(gone)).Then()
}
