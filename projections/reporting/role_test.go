package reporting_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/documents"
	"aftersales/projections/projectionstest"
	"aftersales/projections/reporting"
	"aftersales/projections/tickets"
)

const password = "a long password"

// granted makes the role and logs in as it.
func granted(tb testing.TB, env *eventstoretest.Env, role string) *pgx.Conn {
	tb.Helper()
	if err := reporting.Grant(eventstoretest.Context(tb), env.DatabaseURL, role, password); err != nil {
		tb.Fatal(err)
	}
	return connect(tb, env.DatabaseURL, role, password)
}

// refused says whether Postgres denied the right, or nobody can do that to a view.
func refused(err error) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains([]string{"42501", "55000", "42809"}, answer.Code)
}

func TestTheRoleReadsTheViewsAndNothingElse(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection, tickets.Projection, documents.Projection)
	projectionstest.Wait(t, r, "reporting", projectionstest.Record(t, env, projectionstest.NewStory("one").Facts))
	if err := r.Rebuild(t.Context(), "reporting"); err != nil {
		t.Fatal(err)
	}
	bi := granted(t, env, "bi_rights")
	for _, view := range views {
		if texts(t, bi, `SELECT count(*)::text FROM `+view)[0] == "0" {
			t.Errorf("%s is empty", view)
		}
	}
	seen := texts(t, bi, `SELECT table_schema || '.' || table_name || ' ' || privilege_type FROM information_schema.table_privileges
		WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege(table_schema, 'usage') ORDER BY 1`)
	var want []string
	for _, view := range views {
		want = append(want, "reporting."+view+" SELECT")
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("what the role sees (-want +got):\n%s", diff)
	}
	statements := []string{
		`CREATE TABLE public.t ()`, `CREATE TABLE reporting.t ()`, `CREATE TEMP TABLE t ()`, `CREATE SCHEMA s`,
		`SELECT lo_create(0)`, `SELECT lo_from_bytea(0, '')`, `CREATE ROLE r`, `SET ROLE ` + r.Pool().Config().ConnConfig.User,
		`SELECT FROM reporting_old.fact_ticket`, `SELECT pg_read_file('/etc/hostname')`, `COPY (SELECT) TO PROGRAM 'true'`,
		`SELECT FROM projections.checkpoint`,
	}
	for _, view := range views {
		statements = append(statements, `DELETE FROM `+view, `TRUNCATE `+view, `DROP VIEW `+view)
	}
	for _, table := range texts(t, r.Pool(), `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm', 'S', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`) {
		statements = append(statements, `SELECT FROM `+table, `DELETE FROM `+table)
	}
	for _, sql := range statements {
		// The role may switch reading-only off; its rights must hold without.
		if _, err := bi.Exec(t.Context(), `SET default_transaction_read_only = off`); err != nil {
			t.Fatal(err)
		}
		if _, err := bi.Exec(t.Context(), sql); !refused(err) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// A report that runs again and again meets every moment of two rebuilds.
func TestReportsAreAnsweredBeforeDuringAndAfterRebuilds(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	projectionstest.Wait(t, r, "reporting", projectionstest.Record(t, env, projectionstest.NewStory("one").Facts))
	bi := granted(t, env, "bi_rebuild")
	done, asked := make(chan struct{}), sync.WaitGroup{}
	n := 0
	asked.Go(func() {
		for over := false; !over; n++ {
			select {
			case <-done:
				over = true // and once more
			default:
			}
			var refunds int
			if err := bi.QueryRow(context.Background(), `SELECT count(*) FROM reporting.fact_refund`).Scan(&refunds); err != nil || refunds != 2 {
				t.Errorf("%d refunds, %v", refunds, err)
				return
			}
		}
	})
	for range 2 {
		if err := r.Rebuild(t.Context(), "reporting"); err != nil {
			t.Error(err)
		}
	}
	close(done)
	asked.Wait()
	if n < 3 {
		t.Errorf("asked %d times only", n)
	}
	if found, err := r.Verify(t.Context(), "reporting"); err != nil || len(found) > 0 {
		t.Errorf("verify: %v, %v", found, err)
	}
}

func TestGrantRefusesWhatItMustNotTouch(t *testing.T) {
	env := eventstoretest.New(t)
	ctx := eventstoretest.Context(t)
	admin, err := pgx.Connect(ctx, env.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	if err := reporting.Grant(ctx, env.DatabaseURL, "bi_early", password); !errors.Is(err, reporting.ErrNoViews) {
		t.Errorf("before the first start: %v", err)
	}
	projectionstest.Start(t, env, nil, reporting.Projection)
	if _, err := admin.Exec(ctx, `CREATE ROLE somebody LOGIN`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, password string
		want           error
	}{
		{"somebody", password, reporting.ErrTaken},
		{admin.Config().User, password, reporting.ErrTaken},
		{reporting.Group, password, reporting.ErrName},
		{"", password, reporting.ErrName},
		{`x" SUPERUSER`, password, reporting.ErrName},
		{"bi_words", "short", reporting.ErrPassword},
		{"bi_words", "dvanáct znaků", reporting.ErrPassword},
	} {
		if err := reporting.Grant(ctx, env.DatabaseURL, c.name, c.password); !errors.Is(err, c.want) {
			t.Errorf("%q: %v", c.name, err)
		}
	}
	for range 2 { // the second time it is ours
		if err := reporting.Grant(ctx, env.DatabaseURL, "bi_twice", password); err != nil {
			t.Error(err)
		}
	}
	secret := texts(t, admin, `SELECT rolpassword FROM pg_authid WHERE rolname = 'bi_twice'`)[0]
	if !strings.HasPrefix(secret, "SCRAM-SHA-256$4096:") {
		t.Errorf("stored as %q", secret)
	}
}

// The examples of the documentation, as the role runs them on a few stories.
func TestTheExamplesOfTheDocumentationAnswer(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	var facts []projectionstest.Fact
	for _, name := range []string{"one", "two"} {
		facts = append(facts, projectionstest.NewStory(name).Facts...)
	}
	projectionstest.Wait(t, r, "reporting", projectionstest.Record(t, env, facts))
	bi := granted(t, env, "bi_examples")
	page, err := os.ReadFile("../../docs/reporting.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```sql\n")[1:]
	if len(blocks) != len(answers) {
		t.Fatalf("%d examples, %d answers", len(blocks), len(answers))
	}
	for i, block := range blocks {
		sql, _, _ := strings.Cut(block, ";\n```")
		got := texts(t, bi, `SELECT row_to_json(answer)::text FROM (`+sql+`) answer`)
		if diff := cmp.Diff(answers[i], got); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", sql, diff)
		}
		if !strings.Contains(sql, "reporting.") {
			t.Errorf("no view of ours in %s", sql)
		}
	}
}

// answers are those to the examples, in order.
var answers = [][]string{
	{`{"team":"Support","year":2026,"month_name":"March","currency":"EUR","refunds":2,"total":207.10}`},
	{`{"jalali_year":1404,"jalali_month_name_fa":"اسفند","currency":"EUR","total":207.10}`},
	{`{"sku":"L-1","name":"Lamp","currency":"EUR","credited":2,"total":207.10}`},
	{`{"name":"In words","name_fa":"با توضیح","refunds":2}`},
	{`{"name":"Lamp","unit":"unit","announced":4,"received":2}`},
	{`{"name":"Sorry","issued":2,"redeemed":2,"percent":100.0}`},
	{`{"name":"Support","closed":2,"reopened":0,"hours_to_answer":0.00,"hours_open":0.01}`},
	{`{"state":"confirmed","under_warranty":false,"currency":"EUR","repairs":2,"quoted":25.00}`},
	{`{"name":"Support","visits":2,"hours":2.0}`},
	{`{"paid_on":"2026-03-20","direction":"in","currency":"EUR","amount":200.00}`},
	{`{"language":"fa","tickets":2,"companies":2}`},
}
