package postgres

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestServerProcessesTakeShortTurns(t *testing.T) {
	t.Parallel()
	server := start(t, filepath.Join(t.TempDir(), "postgres"), true)
	attr, err := unix.SchedGetAttr(number(query(t, server.URL("postgres"), "SELECT pg_backend_pid()")), 0)
	if err != nil {
		t.Fatal(err)
	}
	if attr.Runtime == 0 {
		t.Skip("a kernel that does not tell how long turns are")
	}
	if attr.Runtime > turn {
		t.Errorf("turns of %d ns, want at most %d", attr.Runtime, turn)
	}
}
