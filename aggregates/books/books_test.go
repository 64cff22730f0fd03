package books_test

import (
	"testing"

	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/books"
)

const today aggregates.Date = "2026-03-01"

func lock(date aggregates.Date) func(books.State) ([]aggregates.Event, error) {
	return func(s books.State) ([]aggregates.Event, error) { return s.Lock(date, today) }
}

func TestTheBooksAreLockedForwardOnly(t *testing.T) {
	open := aggregatetest.For(t, books.Model)
	open.When(lock("2026-01-31")).Then(books.Locked{LockDate: "2026-01-31"})
	open.When(lock("2026-02-28")).Then(books.Locked{LockDate: "2026-02-28"})
	open.When(lock("")).Refused("required")
	open.When(lock(today)).Refused("day_not_over")
	open.When(lock("2027-01-01")).Refused("day_not_over")
	january := aggregatetest.For(t, books.Model, books.Locked{LockDate: "2026-01-31"})
	january.When(lock("2026-01-31")).Then()
	january.When(lock("2026-02-01")).Then(books.Locked{LockDate: "2026-02-01"})
	january.When(lock("2026-01-30")).Refused("lock_date_backward")
}

// Law: whatever is asked for, a locked day is never open again and no day that is
// not over is locked.
func TestNoLockedDayOpens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s books.State
		day := aggregates.Date("2026-01-01")
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			for range rapid.IntRange(0, 3).Draw(t, "days") {
				day = day.Next()
			}
			before := s.LockDate
			wish := rapid.SampledFrom([]aggregates.Date{"", "2025-12-31", "2026-01-05", "2026-01-09", day, day.Next()}).Draw(t, "wish")
			events, _ := s.Lock(wish, day)
			for _, e := range events {
				s = books.Model.Evolve(s, e)
			}
			if s.LockDate.Before(before) || !s.LockDate.Before(day) {
				t.Fatalf("locked to %s, then to %q on %s", before, s.LockDate, day)
			}
		}
	})
}
