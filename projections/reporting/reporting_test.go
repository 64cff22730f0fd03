package reporting_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/jalali"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/projectionstest"
	"aftersales/projections/reporting"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// views are the stable names of the documentation.
var views = []string{
	"dim_customer", "dim_date", "dim_product", "dim_program", "dim_reason", "dim_team",
	"fact_coupon", "fact_payment", "fact_refund", "fact_refund_line", "fact_repair", "fact_return", "fact_return_line",
	"fact_task", "fact_ticket",
}

func texts(tb testing.TB, q projections.Querier, sql string, args ...any) []string {
	tb.Helper()
	rows, err := q.Query(eventstoretest.Context(tb), sql, args...)
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return all
}

func TestTheViewsAreThoseDocumentedAndSayWhatTheyAre(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	got := texts(t, r.Pool(), `SELECT viewname::text FROM pg_views WHERE schemaname = 'reporting' ORDER BY 1`)
	if diff := cmp.Diff(views, got); diff != "" {
		t.Errorf("views (-want +got):\n%s", diff)
	}
	for _, name := range texts(t, r.Pool(), `
		SELECT c.relname || coalesce('.' || a.attname, '')
		FROM pg_class c LEFT JOIN LATERAL (SELECT 0 AS attnum, NULL AS attname UNION ALL
			SELECT attnum, attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) a ON true
		WHERE c.relkind IN ('r', 'v', 'c') AND c.relnamespace = 'reporting'::regnamespace
			AND coalesce(col_description(c.oid, a.attnum), obj_description(c.reltype, 'pg_type')) IS NULL`) {
		t.Errorf("%s has no comment", name)
	}
}

// The words, names and codes of a story must not get out.
func TestNothingPersonalIsInTheViews(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	projectionstest.Wait(t, r, "reporting", projectionstest.Record(t, env, projectionstest.NewStory("one").Facts))
	secrets := append([]string{
		"Azure", "Customer A", "example.com", "Main Street", "flickers", "We are on it", "internal note", "Check the socket",
		"faulty", "7Q2K", "cart-1", "card", "agent-1", "tech-1", "Replaced", "SN-1",
	}, projectionstest.Secrets...)
	for table, rows := range projectionstest.Dump(t, r, "reporting") {
		if table == "aggregate" { // not granted; see TestTheRoleReadsTheViewsAndNothingElse
			continue
		}
		for _, secret := range secrets {
			if i := slices.IndexFunc(rows, func(row string) bool { return strings.Contains(row, secret) }); i >= 0 {
				t.Errorf("%s holds %q: %s", table, secret, rows[i])
			}
		}
	}
}

// The date dimension has every day once, and says of each what the calendar says.
func TestTheDateDimensionIsTheCalendars(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	rows, err := r.Pool().Query(t.Context(), `SELECT day, year, month, month_name, weekday_name, jalali_year, jalali_month, jalali_day_of_month,
		jalali_month_name, jalali_month_name_fa, jalali_quarter, jalali_date FROM reporting.dim_date ORDER BY day`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	day := jalali.NewYear(1358)
	for rows.Next() {
		var (
			got                                      dateRow
			month, weekday, jalaliName, persian, iso string
		)
		err := rows.Scan(&got.day, &got.year, &got.month, &month, &weekday, &got.date.Year, &got.date.Month, &got.date.Day,
			&jalaliName, &persian, &got.quarter, &iso)
		if err != nil {
			t.Fatal(err)
		}
		date := jalali.Of(day)
		names := jalali.Months[date.Month-1]
		if !got.day.Equal(day) || got.date != date || got.year != day.Year() || got.month != int(day.Month()) || got.quarter != (date.Month-1)/3+1 ||
			month != day.Month().String() || weekday != day.Weekday().String() || jalaliName != names.English || persian != names.Persian ||
			iso != date.String() {
			t.Fatalf("%s is %+v %s %s %s %s %s", day, got, month, weekday, jalaliName, persian, iso)
		}
		day = day.AddDate(0, 0, 1)
	}
	if !day.Equal(jalali.NewYear(1448)) {
		t.Errorf("the days end before %s", day)
	}
}

// dateRow is a row of the date dimension but for its names.
type dateRow struct {
	day                  time.Time
	year, month, quarter int
	date                 jalali.Date
}

// connect logs in as the role.
func connect(tb testing.TB, databaseURL, role, password string) *pgx.Conn {
	tb.Helper()
	ctx := eventstoretest.Context(tb)
	c, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		tb.Fatal(err)
	}
	c.User, c.Password = role, password
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.WithoutCancel(ctx)) })
	return conn
}
