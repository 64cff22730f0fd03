package jalali

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLeapYearsAreThoseThatWereProclaimed(t *testing.T) {
	var leap []int
	for year := 1375; year <= 1408; year++ {
		if IsLeap(year) {
			leap = append(leap, year)
		}
	}
	if want := []int{1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408}; !slices.Equal(leap, want) {
		t.Errorf("leap years %v, want %v", leap, want)
	}
}

func TestKnownDays(t *testing.T) {
	for day, want := range map[string]Date{
		"1979-02-11": {1357, 11, 22},
		"1996-03-20": {1375, 1, 1},
		"2000-01-01": {1378, 10, 11},
		"2017-03-20": {1395, 12, 30},
		"2017-03-21": {1396, 1, 1},
		"2021-03-20": {1399, 12, 30},
		"2021-03-21": {1400, 1, 1},
		"2024-03-19": {1402, 12, 29},
		"2024-03-20": {1403, 1, 1},
		"2024-09-21": {1403, 6, 31},
		"2024-09-22": {1403, 7, 1},
		"2025-03-20": {1403, 12, 30},
		"2025-03-21": {1404, 1, 1},
		"2026-03-20": {1404, 12, 29},
		"2026-03-21": {1405, 1, 1},
		"2030-03-21": {1409, 1, 1},
	} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(at); got != want {
			t.Errorf("%s is %s, want %s", day, got, want)
		}
		if got := want.Time(); !got.Equal(at) {
			t.Errorf("%s is %s, want %s", want, got.Format(time.DateOnly), day)
		}
	}
}

func TestADayIsThatOfTheTimesOwnZone(t *testing.T) {
	tehran := time.FixedZone("Tehran", 3*3600+1800)
	late := time.Date(2025, time.March, 20, 21, 0, 0, 0, time.UTC)
	if got := Of(late); got != (Date{1403, 12, 30}) {
		t.Errorf("in UTC: %s", got)
	}
	if got := Of(late.In(tehran)); got != (Date{1404, 1, 1}) {
		t.Errorf("in Tehran: %s", got)
	}
}

// Law: the next day is the next of its month, or the first of the next month,
// and every date comes back.
func TestDaysFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := NewYear(1244).AddDate(0, 0, rapid.IntRange(0, 83000).Draw(t, "day"))
		d, next := Of(day), Of(day.AddDate(0, 0, 1))
		if !d.Time().Equal(day) {
			t.Fatalf("%s comes back as %s", day, d.Time())
		}
		last := 30
		switch {
		case d.Month <= 6:
			last = 31
		case d.Month == 12 && !IsLeap(d.Year):
			last = 29
		}
		want := Date{d.Year, d.Month, d.Day + 1}
		if d.Day == last {
			want = Date{d.Year, d.Month + 1, 1}
			if d.Month == 12 {
				want = Date{d.Year + 1, 1, 1}
			}
		}
		if next != want {
			t.Fatalf("after %s comes %s, want %s", d, next, want)
		}
	})
}
