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
// them free. CustomersMayClose lets customers close their own.
type Settings struct {
	AutoCloseDays     int      `json:"auto_close_days,omitempty"`
	Stages            []string `json:"stages,omitempty"`
	CustomersMayClose bool     `json:"customers_may_close,omitempty"`
}

// maxAutoCloseDays is ten years.
const maxAutoCloseDays = 3650

// check notes every wrong field: days up to 3650, stages with distinct names.
func (s Settings) check(fields *check.Fields) {
	fields.Refuse(s.AutoCloseDays < 0 || s.AutoCloseDays > maxAutoCloseDays, "auto_close_days", "invalid_value")
	for i, stage := range s.Stages {
		again := slices.Contains(s.Stages[:i], stage)
		fields.Refuse(strings.TrimSpace(stage) == "" || again, fmt.Sprintf("stages[%d]", i), "invalid_value")
	}
}

// ChangeSettings replaces the team's settings. Tickets stay in the stage that
// they are in, also when it is no longer one of the team's. Refusals:
// team_not_found, invalid_value.
func (s State) ChangeSettings(to Settings) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil {
		return nil, aggregates.Refuse("team_not_found")
	}
	if len(to.Stages) == 0 {
		to.Stages = nil
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

// LetsCustomersClose refuses when only the team closes its tickets.
func (s State) LetsCustomersClose() error {
	if !s.CustomersMayClose {
		return aggregates.Refuse("closing_not_allowed")
	}
	return nil
}
