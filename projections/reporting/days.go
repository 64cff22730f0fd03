package reporting

import (
	"fmt"
	"strings"

	"aftersales/aggregates/jalali"
)

// The Jalali years of the date dimension: March 1979 to March 2069.
const (
	firstYear = 1358
	lastYear  = 1447
)

// days is SQL that fills the table "day". It knows the first day of each Jalali
// year; Postgres counts from there.
func days() string {
	var b strings.Builder
	b.WriteString(`INSERT INTO day
		WITH new_year (jalali_year, first, next) AS (VALUES `)
	for y := firstYear; y <= lastYear; y++ {
		if y > firstYear {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, date '%s', date '%s')", y, jalali.NewYear(y).Format("2006-01-02"), jalali.NewYear(y+1).Format("2006-01-02"))
	}
	fmt.Fprintf(&b, `),
		name AS (SELECT %s AS month, %s AS month_fa, %s AS weekday, %s AS weekday_fa, %s AS jalali, %s AS jalali_fa),
		counted AS (
			SELECT jalali_year, first + n AS day, CASE WHEN n < 186 THEN n / 31 ELSE 6 + (n - 186) / 30 END AS month,
				CASE WHEN n < 186 THEN n %% 31 ELSE (n - 186) %% 30 END AS day_of_month
			FROM new_year, generate_series(0, next - first - 1) n)
		SELECT day, extract(year FROM day), extract(quarter FROM day), extract(month FROM day),
			name.month[extract(month FROM day)], month_fa[extract(month FROM day)], extract(day FROM day),
			extract(isoyear FROM day), extract(week FROM day), extract(isodow FROM day),
			weekday[extract(dow FROM day) + 1], weekday_fa[extract(dow FROM day) + 1],
			jalali_year, counted.month / 3 + 1, counted.month + 1, jalali[counted.month + 1], jalali_fa[counted.month + 1], day_of_month + 1,
			jalali_year || to_char(counted.month + 1, '"-"FM00') || to_char(day_of_month + 1, '"-"FM00')
		FROM counted, name;
`,
		english(jalali.GregorianMonths[:]), persian(jalali.GregorianMonths[:]), english(jalali.Weekdays[:]),
		persian(jalali.Weekdays[:]), english(jalali.Months[:]), persian(jalali.Months[:]))
	return b.String()
}

func english(all []jalali.Name) string {
	return array(all, func(n jalali.Name) string { return n.English })
}

func persian(all []jalali.Name) string {
	return array(all, func(n jalali.Name) string { return n.Persian })
}

func array(all []jalali.Name, of func(jalali.Name) string) string {
	quoted := make([]string, len(all))
	for i, n := range all {
		quoted[i] = "'" + of(n) + "'"
	}
	return "ARRAY[" + strings.Join(quoted, ", ") + "]"
}
