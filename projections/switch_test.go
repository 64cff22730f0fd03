package projections

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/eventstoretest"
)

// A new version is made beside the old one, which serves until the switch and
// is kept until it is dropped; whoever could read the old one can read the new.
func TestANewVersionIsBuiltBesideTheOldOne(t *testing.T) {
	env := eventstoretest.New(t)
	older := open(t, env)
	stop := run(t, older)
	last := record(t, env, 4)
	wait(t, older, last)
	stop()
	const role = "reader_of_switch_test"
	if _, err := older.Pool().Exec(t.Context(), `CREATE ROLE `+role+`; GRANT USAGE ON SCHEMA counting TO `+role+`;
		GRANT SELECT ON counting.tally TO `+role); err != nil {
		t.Fatal(err)
	}
	newer := open(t, env, func(c *Config) {
		c.Beside = true
		c.Projections[0].Version = 2
		c.Projections[0].Schema += `; ALTER TABLE tally ADD COLUMN kind text`
	})
	recount(t, env, older) // it still serves
	if err := newer.Rebuild(t.Context(), "counting"); err != nil {
		t.Fatal(err)
	}
	wait(t, newer, last)
	recount(t, env, newer)
	s := until(t, newer, func(Status) bool { return true })
	if p := s.Rebuild; s.Version != 2 || !s.Old || p.Done != 4 || p.Total != 4 || p.FinishedAt.IsZero() || p.Error != "" {
		t.Errorf("after the switch: %+v", s)
	}
	var old, kind, readable bool
	err := newer.Pool().QueryRow(t.Context(), `SELECT to_regclass('counting_old.tally') IS NOT NULL,
		EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'counting' AND column_name = 'kind'),
		has_schema_privilege($1, 'counting', 'USAGE') AND has_table_privilege($1, 'counting.tally', 'SELECT')
			AND NOT has_table_privilege($1, 'counting.seen', 'SELECT')`, role).Scan(&old, &kind, &readable)
	if err != nil || !old || !kind || !readable {
		t.Errorf("old kept %v, new column %v, readable %v, %v", old, kind, readable, err)
	}
	if err := newer.DropOld(t.Context(), "counting"); err != nil {
		t.Fatal(err)
	}
	if s := until(t, newer, func(Status) bool { return true }); s.Old {
		t.Error("the old tables are still there")
	}
	if _, err := newer.Pool().Exec(t.Context(), `DROP OWNED BY `+role+`; DROP ROLE `+pgx.Identifier{role}.Sanitize()); err != nil {
		t.Error(err)
	}
}
