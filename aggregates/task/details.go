package task

import (
	"slices"
	"strings"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// MaxPriority is the most urgent of the priorities, which begin at 0.
const MaxPriority = 3

// About is what is told of a visit besides its title. Deadline is the last day to
// do it, "" for none; Priority 0 (low) to MaxPriority.
type About struct {
	Description string          `json:"description,omitempty" personal:"true"`
	Deadline    aggregates.Date `json:"deadline,omitempty"`
	Priority    int             `json:"priority,omitempty"`
	Tags        []string        `json:"tags,omitempty"`
}

// tidy is what is told, with each tag once, or what is wrong with it, by field
// invalid_value, too_long. A description that stays as it was may be of any length.
func (a About) tidy(was About) (About, error) {
	a.Description, a.Tags = strings.TrimSpace(a.Description), check.Tags(a.Tags)
	var fields check.Fields
	if a.Description != was.Description {
		fields.Within(check.MaxText, "description", a.Description)
	}
	fields.Refuse(a.Priority < 0 || a.Priority > MaxPriority, "priority", "invalid_value")
	return a, fields.Err()
}

// Edit is the wish to change what a task says; what is nil stays as it is.
type Edit struct {
	Title       *string
	Description *string
	Deadline    *aggregates.Date
	Priority    *int
	Tags        *[]string
}

// ChangeDetails changes what the task says of the visit, until it is done or
// cancelled. Refusals: task_not_open; by field title_required, title_too_long,
// invalid_value, too_long.
func (s State) ChangeDetails(w Edit) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	title, about := s.Title, s.About
	set(&title, w.Title)
	set(&about.Description, w.Description)
	set(&about.Deadline, w.Deadline)
	set(&about.Priority, w.Priority)
	set(&about.Tags, w.Tags)
	title = strings.TrimSpace(title)
	if err := checkTitle(title); err != nil {
		return nil, err
	}
	about, err := about.tidy(s.About)
	if err != nil {
		return nil, err
	}
	same := title == s.Title && about.Description == s.Description && about.Deadline == s.Deadline &&
		about.Priority == s.Priority && slices.Equal(about.Tags, s.Tags)
	if same {
		return nil, nil
	}
	return []aggregates.Event{DetailsChanged{title, about}}, nil
}

// set puts the wish in the place of what is, if there is one.
func set[T any](is *T, wish *T) {
	if wish != nil {
		*is = *wish
	}
}
