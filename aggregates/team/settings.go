package team

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Settings are what a team's page sets besides its services (domain.md 2.2).
// The team's tickets close by themselves after AutoCloseDays without activity;
// 0: they do not. Stages are those that its tickets can be moved to; none leaves
// them free. FoldedStages are those of them in which a ticket is closed, in every
// other it is open; without any, stages do not tell. CustomersMayClose lets
// customers close their own.
type Settings struct {
	AutoCloseDays     int      `json:"auto_close_days,omitempty"`
	Stages            []string `json:"stages,omitempty"`
	FoldedStages      []string `json:"folded_stages,omitempty"`
	CustomersMayClose bool     `json:"customers_may_close,omitempty"`
}

// maxAutoCloseDays is ten years.
const maxAutoCloseDays = 3650

// check notes every wrong field: days up to 3650, stages with distinct names, of
// which some are folded but not all, for work begins in an open one.
func (s Settings) check(fields *check.Fields) {
	fields.Refuse(s.AutoCloseDays < 0 || s.AutoCloseDays > maxAutoCloseDays, "auto_close_days", "invalid_value")
	for i, stage := range s.Stages {
		again := slices.Contains(s.Stages[:i], stage)
		fields.Refuse(strings.TrimSpace(stage) == "" || again, fmt.Sprintf("stages[%d]", i), "invalid_value")
		fields.Within(check.MaxName, fmt.Sprintf("stages[%d]", i), stage)
	}
	for i, stage := range s.FoldedStages {
		again := slices.Contains(s.FoldedStages[:i], stage)
		fields.Refuse(!slices.Contains(s.Stages, stage) || again, fmt.Sprintf("folded_stages[%d]", i), "invalid_value")
	}
	fields.Refuse(len(s.FoldedStages) > 0 && len(s.FoldedStages) == len(s.Stages), "folded_stages", "invalid_value")
}

// ChangeSettings replaces the team's settings. Tickets stay as they are and in the
// stage that they are in, also when it is no longer one of the team's. Refusals:
// team_not_found, invalid_value.
func (s State) ChangeSettings(to Settings) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil {
		return nil, aggregates.Refuse("team_not_found")
	}
	if len(to.Stages) == 0 {
		to.Stages = nil
	}
	if len(to.FoldedStages) == 0 {
		to.FoldedStages = nil
	}
	var fields check.Fields
	to.check(&fields)
	if err := fields.Err(); err != nil || reflect.DeepEqual(to, s.Settings) {
		return nil, err
	}
	return []aggregates.Event{SettingsChanged{Settings: to}}, nil
}

// HasStage refuses a stage that is not one of the team's (domain.md 2.1).
func (s State) HasStage(stage string) error {
	if len(s.Stages) > 0 && !slices.Contains(s.Stages, stage) {
		return aggregates.Refuse("stage_not_of_team").On("stage")
	}
	return nil
}

// FreeStage is where tickets begin whose team has no stages of its own.
const FreeStage = "new"

// OpenStage is the one that work on the team's tickets begins in.
func (s State) OpenStage() string {
	for _, stage := range s.Stages {
		if !s.Folds(stage) {
			return stage
		}
	}
	return FreeStage
}

// ClosedStage is the one that closed tickets go to, "" when stages do not tell.
func (s State) ClosedStage() string {
	if len(s.FoldedStages) == 0 {
		return ""
	}
	return s.FoldedStages[0]
}

// Folds says whether tickets in the stage are closed.
func (s State) Folds(stage string) bool { return slices.Contains(s.FoldedStages, stage) }

// LetsCustomersClose refuses when only the team closes its tickets.
func (s State) LetsCustomersClose() error {
	if !s.CustomersMayClose {
		return aggregates.Refuse("closing_not_allowed")
	}
	return nil
}
