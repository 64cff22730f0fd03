package team

import (
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the team out of new tickets, once it has no open ones: refused
// with team_has_open_tickets and their number. Refusal besides: team_not_found.
func (s State) Archive(open int) ([]aggregates.Event, error) {
	if !s.Archived && open > 0 {
		return nil, aggregates.Refuse("team_has_open_tickets", "count", strconv.Itoa(open))
	}
	return aggregates.Once(s.ID != uuid.Nil, "team_not_found", s.Archived, Archived{})
}

// Unarchive takes that back. Refusal: team_not_found.
func (s State) Unarchive() ([]aggregates.Event, error) {
	return aggregates.Once(s.ID != uuid.Nil, "team_not_found", !s.Archived, Unarchived{})
}
