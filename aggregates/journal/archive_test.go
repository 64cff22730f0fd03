package journal_test

import (
	"testing"

	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/journal"
)

// 2.5: a journal is active or archived.
func TestArchiving(t *testing.T) {
	known := aggregatetest.For(t, journal.Model, sales)
	known.When(journal.State.Archive).Then(journal.Archived{})
	aggregatetest.For(t, journal.Model, sales, journal.Archived{}).When(journal.State.Archive).Then()
	aggregatetest.For(t, journal.Model).When(journal.State.Archive).Refused("journal_not_found")
	aggregatetest.For(t, journal.Model, sales, journal.Archived{}).When(journal.State.Unarchive).Then(journal.Unarchived{})
	known.When(journal.State.Unarchive).Then()
	aggregatetest.For(t, journal.Model).When(journal.State.Unarchive).Refused("journal_not_found")
}
