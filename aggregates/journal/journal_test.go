package journal_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/journal"
)

var sales = journal.Registered{
	Journal: uuid.MustParse("7d1c3a10-0000-4000-8000-000000000001"),
	Code:    "INV", Name: "Customer invoices", Type: journal.Sale,
}

func register(change func(*journal.Registered)) func(journal.State) ([]aggregates.Event, error) {
	wish := sales
	change(&wish)
	return func(s journal.State) ([]aggregates.Event, error) { return s.Register(wish) }
}

func TestAJournalIsRegisteredOnce(t *testing.T) {
	same := register(func(*journal.Registered) {})
	aggregatetest.For(t, journal.Model).When(same).Then(sales)
	aggregatetest.For(t, journal.Model, sales).When(same).Refused("already_exists")
}

func TestABadJournalIsRefused(t *testing.T) {
	given := aggregatetest.For(t, journal.Model)
	given.When(register(func(j *journal.Registered) { j.Code = "" })).Refused("required")
	given.When(register(func(j *journal.Registered) { j.Name = " " })).Refused("required")
	given.When(register(func(j *journal.Registered) { j.Type = "bank" })).Refused("invalid_value")
	for _, code := range []string{"INV/1", "A B", "A-B", "ABCDEFGHIJK", "فاکتور", "A\nB"} {
		given.When(register(func(j *journal.Registered) { j.Code = code })).Refused("invalid_value")
	}
}
