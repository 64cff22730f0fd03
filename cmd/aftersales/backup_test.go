package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"aftersales/cmd/aftersales/sample"
	"aftersales/eventstore"
	"aftersales/eventstore/node"
	"aftersales/eventstore/postgres"
)

// plan makes one more visit; its title is its idempotency key.
func (s *service) plan(title string) {
	s.t.Helper()
	_, err := s.client().Post(within(s.t), "/v1/tickets/"+sample.Ticket.String()+"/interventions", title, map[string]any{"title": title})
	if err != nil {
		s.t.Error(err)
	}
}

// shell runs a line of the documentation.
func shell(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", line)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// documented is the shell lines after a marker in docs/backup.md, so that what
// is tested is what is written.
func documented(t *testing.T, marker string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/backup.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := bytes.Cut(text, []byte("<!-- "+marker+" -->\n```sh\n"))
	lines, _, closed := bytes.Cut(text, []byte("```"))
	if !found || !closed {
		t.Fatalf("docs/backup.md has no %q", marker)
	}
	return string(lines)
}

func TestAStoppedCopyOfTheDataFolderIsABackup(t *testing.T) {
	s := serve(t, "--sample")
	s.stop()
	want := identities(t, s.events())
	above := filepath.Dir(s.dir)
	shell(t, above, documented(t, "stopped backup"))
	s.start()
	s.plan("lost")
	s.stop()
	shell(t, above, documented(t, "stopped restore"))
	s.start()
	s.plan("found")
	s.stop()
	got := identities(t, s.events())
	for _, id := range want {
		if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), id) {
			t.Errorf("%s is not in the restored log", id)
		}
	}
	tool(t, "verify", "--data-dir", s.dir)
}

// The backup is taken while commands are under way; it holds what was answered
// before it began, nothing that is not in the log, and everything up to a point.
func TestABackupOfARunningServiceIsWhole(t *testing.T) {
	s := serve(t, "--sample")
	s.plan("before")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				s.plan(fmt.Sprintf("during-%d", n))
			}
		}
	}()
	above := filepath.Dir(s.dir)
	shell(t, above, documented(t, "running backup"))
	close(stop)
	<-stopped
	s.plan("after")
	s.stop()
	whole := s.events()
	shell(t, above, documented(t, "running restore"))
	s.start()
	s.stop()
	restored := s.events()
	tool(t, "verify", "--data-dir", s.dir)
	if len(restored) > len(whole) {
		t.Fatalf("%d events restored of %d", len(restored), len(whole))
	}
	shared := 0
	for shared < len(restored) && cmp.Equal(restored[shared], whole[shared]) {
		shared++
	}
	// What a crash left undone at the moment of the backup may be done anew.
	before := fmt.Sprint(whole[:shared])
	if !strings.Contains(before, "title:before") || strings.Contains(fmt.Sprint(restored), "title:after") {
		t.Errorf("%d of %d events restored as they were, of %d: not what was there when the backup began", shared, len(restored), len(whole))
	}
}

// A log that is older than the read models, or another, is refused with both
// positions; after a reset the service starts.
func TestReadModelsThatAreNotTheLogsAreRefused(t *testing.T) {
	pg, err := postgres.Start(within(t), postgres.Config{Dir: t.TempDir(), Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Close() })
	if err := pg.EnsureDatabase(within(t), "models"); err != nil {
		t.Fatal(err)
	}
	log := openLog(t, pg, "log")
	s := serve(t, "--sample", "--database-url", pg.URL("models"), "--eventstore-url", log.URL())
	s.stop()
	backup(t, pg, log, "log", "older")
	log = openLog(t, pg, "log")
	s.args[4] = log.URL()
	s.start()
	s.plan("newer")
	s.stop()

	older := openLog(t, pg, "older")
	s.args[4] = older.URL()
	complaint := s.refused()
	for _, part := range []string{endOf(t, older), "newer than the log", "is at position", "aftersales reset"} {
		if !strings.Contains(complaint, part) {
			t.Errorf("the refusal does not name %q: %s", part, complaint)
		}
	}
	if strings.Count(complaint, endOf(t, older)) != 1 {
		t.Errorf("both positions are the log's: %s", complaint)
	}
	tool(t, "reset", "--data-dir", s.dir, "--eventstore-url", older.URL(), "--database-url", pg.URL("models"))
	s.start()
	s.plan("on-the-restored-log")
	s.stop()

	moved := openLog(t, pg, "moved")
	tool(t, "events", "copy", "--from", older.URL(), "--to", moved.URL())
	s.args[4] = moved.URL()
	if complaint := s.refused(); !strings.Contains(complaint, "begins with") {
		t.Errorf("a copied log: %s", complaint)
	}
}

// openLog starts an event store on a database.
func openLog(t *testing.T, pg *postgres.Server, database string) *node.Node {
	t.Helper()
	if err := pg.EnsureDatabase(within(t), database); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(within(t), node.Config{DatabaseURL: pg.URL(database), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// backup stops an event store and copies its database.
func backup(t *testing.T, pg *postgres.Server, log *node.Node, from, to string) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(within(t), pg.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(within(t), `CREATE DATABASE `+to+` TEMPLATE `+from); err != nil {
		t.Fatal(err)
	}
}

// endOf is the position of the last event of a log.
func endOf(t *testing.T, n *node.Node) string {
	t.Helper()
	store, err := eventstore.Dial(within(t), eventstore.Config{URL: n.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	end, err := store.End(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return end.String()
}

// refused starts the service, which must end by itself, and answers why.
func (s *service) refused() string {
	s.t.Helper()
	cmd := command(append([]string{"serve", "--data-dir", s.dir, "--listen", "127.0.0.1:0"}, s.args...)...)
	out, err := cmd.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 {
		s.t.Errorf("ended with %v, want exit status 1", err)
	}
	return string(out)
}
