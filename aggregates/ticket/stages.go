package ticket

import (
	"strings"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
)

// The rules below ask the ticket's team, the owner, what its stages mean. Where
// some are folded, a ticket is closed in those and open in every other; else a
// closed one stays in the stage that it was in (domain.md 2.1).

// MoveTo moves the ticket to a stage, which closes or reopens it where stages tell.
// Refusals: required, stage_not_of_team, ticket_closed where they do not, and
// those of Reopen.
func (s State) MoveTo(stage string, owner team.State) ([]aggregates.Event, error) {
	stage = strings.TrimSpace(stage)
	if stage == "" {
		return nil, aggregates.Refuse("required").On("stage")
	}
	if err := owner.HasStage(stage); err != nil {
		return nil, err
	}
	moved := s.into(stage)
	switch tells, folded := owner.ClosedStage() != "", owner.Folds(stage); {
	case s.Closed && !tells && stage != s.Stage:
		return nil, aggregates.Refuse("ticket_closed")
	case s.Closed && tells && !folded && owner.Archived:
		return nil, aggregates.Refuse("team_archived")
	case s.Closed && tells && !folded:
		return append(moved, Reopened{}), nil
	case !s.Closed && folded:
		return append(moved, Closed{}), nil
	default:
		return moved, nil
	}
}

// Close ends the work on the ticket. After-sales services may still be started
// from it (decision 20).
func (s State) Close(owner team.State) ([]aggregates.Event, error) {
	if s.Closed {
		return nil, nil
	}
	var moved []aggregates.Event
	if to := owner.ClosedStage(); to != "" && !owner.Folds(s.Stage) {
		moved = s.into(to)
	}
	return append(moved, Closed{}), nil
}

// Reopen takes up a closed ticket again. Refusal: team_archived, for such a team
// has no open tickets (domain.md 2.11).
func (s State) Reopen(owner team.State) ([]aggregates.Event, error) {
	if !s.Closed {
		return nil, nil
	}
	if owner.Archived {
		return nil, aggregates.Refuse("team_archived")
	}
	return s.reopened(owner), nil
}

func (s State) reopened(owner team.State) []aggregates.Event {
	var moved []aggregates.Event
	if owner.Folds(s.Stage) {
		moved = s.into(owner.OpenStage())
	}
	return append(moved, Reopened{})
}

// begin takes the ticket to another team: to its first stage and to nobody. A
// closed one stays closed.
func (s State) begin(owner team.State) []aggregates.Event {
	first := owner.OpenStage()
	if s.Closed && owner.ClosedStage() != "" {
		first = owner.ClosedStage()
	}
	events := s.into(first)
	if s.Assignee != "" {
		events = append(events, Assigned{})
	}
	return events
}

func (s State) into(stage string) []aggregates.Event {
	if stage == s.Stage {
		return nil
	}
	return []aggregates.Event{StageChanged{Stage: stage}}
}
