// Package books are the company's accounting books: up to which day they are
// locked. What is posted for a locked day counts on the first open day instead
// (domain.md 2.5, docs/decisions/0016-lock-date.md). One installation is one
// company and has one such stream.
package books

import "aftersales/aggregates"

// ID is the id of the books.
var ID = aggregates.DeriveID("books")

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ booksEvent() }

// Locked says that the days up to LockDate, and it, take nothing more.
type Locked struct {
	LockDate aggregates.Date `json:"lock_date"`
}

func (Locked) booksEvent() {}

// Model is the books aggregate: the stream "books-<ID>".
var Model = aggregates.NewModel("books", evolve,
	aggregates.Define[Locked]("books-locked"),
)

// State is the last locked day, "" while none is.
type State struct{ LockDate aggregates.Date }

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Locked:
		s.LockDate = e.LockDate
	}
	return s
}

// Lock locks the days up to date and it. It goes forward only: what was reported
// of a period must stay true. Refusals: required; day_not_over from today on;
// lock_date_backward with the date that is locked.
func (s State) Lock(date, today aggregates.Date) ([]aggregates.Event, error) {
	switch {
	case date == "":
		return nil, aggregates.Refuse("required").On("lock_date")
	case date == s.LockDate:
		return nil, nil
	case !date.Before(today):
		return nil, aggregates.Refuse("day_not_over").On("lock_date")
	case date.Before(s.LockDate):
		return nil, aggregates.Refuse("lock_date_backward", "date", string(s.LockDate)).On("lock_date")
	}
	return []aggregates.Event{Locked{LockDate: date}}, nil
}
