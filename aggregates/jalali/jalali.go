// Package jalali is the Iranian solar calendar: the dates that Persian mails
// and reports write. It is arithmetic without time zones: a date names a day.
package jalali

import (
	"fmt"
	"time"
)

// Date is a day of the Iranian calendar; Month and Day begin at 1.
type Date struct {
	Year, Month, Day int
}

// cycle is the number of years after which leap years repeat: the rule of 33
// years, which gives the official calendar from 1244 to 1472 (1865 to 2093),
// beyond which the equinox has to be observed.
const cycle = 33

// leaps says for each place in the cycle whether the year has 366 days.
var leaps = [cycle]bool{1: true, 5: true, 9: true, 13: true, 17: true, 22: true, 26: true, 30: true}

// IsLeap says whether Esfand of the year has 30 days.
func IsLeap(year int) bool { return leaps[(year%cycle+cycle)%cycle] }

// anchor is the first day of the year anchorYear.
var anchor = time.Date(2024, time.March, 20, 0, 0, 0, 0, time.UTC)

const anchorYear = 1403

// NewYear is the first of Farvardin, at midnight UTC.
func NewYear(year int) time.Time {
	days := 365 * (year - anchorYear)
	for y := anchorYear; y < year; y++ {
		days += leapDay(y)
	}
	for y := year; y < anchorYear; y++ {
		days -= leapDay(y)
	}
	return anchor.AddDate(0, 0, days)
}

func leapDay(year int) int {
	if IsLeap(year) {
		return 1
	}
	return 0
}

// The first six months have 31 days, those after them 30, the last what is left.
const (
	longMonths = 6
	longDays   = 31
	shortDays  = 30
)

// Of is the date of a time's day, in the time's own zone.
func Of(t time.Time) Date {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	year := day.Year() - 621 // of the Farvardin in that Gregorian year
	first := NewYear(year)
	if day.Before(first) {
		year--
		first = NewYear(year)
	}
	n := int(day.Sub(first) / (24 * time.Hour))
	if n < longMonths*longDays {
		return Date{year, n/longDays + 1, n%longDays + 1}
	}
	n -= longMonths * longDays
	return Date{year, longMonths + n/shortDays + 1, n%shortDays + 1}
}

// Time is midnight UTC of the date. A day that its month lacks is one of the
// month after, as in time.Date.
func (d Date) Time() time.Time {
	before := min(d.Month-1, longMonths)*longDays + max(d.Month-1-longMonths, 0)*shortDays
	return NewYear(d.Year).AddDate(0, 0, before+d.Day-1)
}

// String writes 1403-01-31.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }
