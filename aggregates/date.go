package aggregates

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Date is a calendar day "YYYY-MM-DD" in the company's time zone; "" is none.
// Text order is day order.
type Date string

// ErrDate is wrapped by every parse error of a Date.
var ErrDate = errors.New("not a date YYYY-MM-DD")

// ParseDate reads a day that exists in the calendar.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%q: %w", s, ErrDate)
	}
	return Date(s), nil
}

// DateOf is the day of an instant in a time zone.
func DateOf(t time.Time, zone *time.Location) Date {
	return Date(t.In(zone).Format(time.DateOnly))
}

// Before says whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d < other }

// After says whether d is a later day than other.
func (d Date) After(other Date) bool { return d > other }

// Next is the day after d; of none there is none.
func (d Date) Next() Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Date(t.AddDate(0, 0, 1).Format(time.DateOnly))
}

// Year is the four-digit year, "" when there is no date.
func (d Date) Year() string {
	if len(d) < 4 {
		return ""
	}
	return string(d[:4])
}

// UnmarshalJSON accepts a day that exists, "" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s: %w", b, ErrDate)
	}
	if s == "" {
		*d = ""
		return nil
	}
	var err error
	*d, err = ParseDate(s)
	return err
}
