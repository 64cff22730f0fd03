package aggregates_test

import (
	"testing"

	"aftersales/aggregates"
)

func TestTheNextDayIsThatOfTheCalendar(t *testing.T) {
	for day, want := range map[aggregates.Date]aggregates.Date{
		"2026-02-28": "2026-03-01", "2024-02-28": "2024-02-29", "2025-12-31": "2026-01-01", "2026-03-28": "2026-03-29", "": "",
	} {
		if next := day.Next(); next != want {
			t.Errorf("after %q comes %q", day, next)
		}
	}
}
