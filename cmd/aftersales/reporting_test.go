package main_test

import (
	"strings"
	"testing"
)

// psql as the role, by the command that was printed, beside the running service
// and without one.
func TestReportingGrantMakesARoleThatPsqlCanUse(t *testing.T) {
	t.Parallel()
	s := serve(t, "--sample")
	eventually(t, "the sample is in the reports", func() bool {
		return run(t, s, grant(t, s)+` -Atc 'SELECT count(*) > 0 FROM fact_ticket'`) == "t"
	})
	if out := run(t, s, grant(t, s)+` -Atc 'DELETE FROM reporting.dim_team' 2>&1 || true`); !strings.Contains(out, "ERROR") {
		t.Errorf("deleted: %s", out)
	}
	events := strings.Replace(grant(t, s), "/aftersales?", "/events?", 1)
	if out := run(t, s, events+` -Atc 'SELECT 1' 2>&1 || true`); !strings.Contains(out, "permission denied for database") {
		t.Errorf("connected to the log: %s", out)
	}
	s.stop()
	if out := string(tool(t, "reporting", "grant", "--data-dir", s.dir)); !strings.HasPrefix(out, "password: ") {
		t.Errorf("without the service: %s", out)
	}
}

// grant makes the role and answers the printed psql command.
func grant(t *testing.T, s *service) string {
	t.Helper()
	out := string(tool(t, "reporting", "grant", "--data-dir", s.dir, "--password", "a long password"))
	if !strings.HasPrefix(out, "psql '") {
		t.Fatalf("printed %q", out)
	}
	return strings.TrimSpace(out)
}
