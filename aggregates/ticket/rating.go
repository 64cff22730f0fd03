package ticket

import (
	"slices"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Rating is how content a customer is with the work on a ticket.
type Rating string

// The ratings.
const (
	Satisfied    Rating = "satisfied"
	Neutral      Rating = "neutral"
	Dissatisfied Rating = "dissatisfied"
)

// Known says whether r is one of the ratings.
func (r Rating) Known() bool { return slices.Contains([]Rating{Satisfied, Neutral, Dissatisfied}, r) }

// Rate takes the customer's opinion, open or closed.
func (s State) Rate(r Rated) ([]aggregates.Event, error) {
	if r.Rating == "" {
		return nil, aggregates.Refuse("required").On("rating")
	}
	if !r.Rating.Known() {
		return nil, aggregates.Refuse("invalid_value").On("rating")
	}
	var fields check.Fields
	fields.Within(check.MaxText, "comment", r.Comment)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if r.Rating == s.Rating && r.Comment == "" {
		return nil, nil
	}
	return []aggregates.Event{r}, nil
}
