package mail

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/jalali"
)

// functions are what the texts write lists with, and the Persian ones days and
// clocks (domain.md 4). Amounts, codes and document numbers keep Latin digits.
var functions = template.FuncMap{"join": strings.Join, "day": persianDay, "digits": persianDigits.Replace}

var persianDigits = strings.NewReplacer(
	"0", "۰", "1", "۱", "2", "۲", "3", "۳", "4", "۴", "5", "۵", "6", "۶", "7", "۷", "8", "۸", "9", "۹",
)

// persianDay is a day in the Jalali calendar, "۲۹ اسفند ۱۴۰۴".
func persianDay(d aggregates.Date) (string, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "", err
	}
	j := jalali.Of(t)
	return persianDigits.Replace(fmt.Sprintf("%d %s %d", j.Day, jalali.Months[j.Month-1].Persian, j.Year)), nil
}
