package worksheet

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Archive keeps the template out of what comes. Refusal: template_not_found.
func (s State) Archive() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("template_not_found")
	case s.Archived:
		return nil, nil
	}
	return []aggregates.Event{Archived{}}, nil
}
